"""Recordings of the video of live streams: what `Live.download` returns, and its options."""

from tikcast.recording.options import RecordingOptions
from tikcast.recording.recording import Recording
from tikcast.recording.results import Part, Progress

__all__ = ["Part", "Progress", "Recording", "RecordingOptions"]
