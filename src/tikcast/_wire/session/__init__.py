"""One room over all its connections: what only the order of messages and the time can tell. Pure."""
