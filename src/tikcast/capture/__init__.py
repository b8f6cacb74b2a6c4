"""Frames in files: recording them, and replaying them as events."""
