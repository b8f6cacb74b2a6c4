"""The methods to open a room's WebSocket."""
