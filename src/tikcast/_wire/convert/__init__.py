"""Messages into events, one module a family. Pure."""
