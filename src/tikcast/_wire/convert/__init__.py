"""Messages into events, one module for each family. Pure."""
