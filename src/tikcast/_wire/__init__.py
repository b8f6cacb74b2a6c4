"""The pure core: bytes and times in, events and bytes to send out. No clock, no sockets, no tasks."""
