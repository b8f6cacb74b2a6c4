"""What goes wrong on order. Pure."""
