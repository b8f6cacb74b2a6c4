"""What happens in a simulated room, and what its server owes to whom. Pure."""
