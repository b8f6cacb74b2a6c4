"""Sockets and the clock: the simulator as a running server."""
