"""The pure core: bytes and the time in; events and bytes to send out. No clock, no sockets, no tasks."""
