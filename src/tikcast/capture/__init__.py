"""Frames kept in files, and what happens when they run through a session again."""
