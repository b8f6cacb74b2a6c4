"""The parts of a tracked live: time, queues, listeners, one connection, and the life around it."""
