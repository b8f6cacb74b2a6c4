"""One room over all its connections: everything that depends on the order of messages and on the time. Pure."""
