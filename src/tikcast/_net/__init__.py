"""Everything that touches the network: HTTP, the WebSocket, and finding and entering a room."""
