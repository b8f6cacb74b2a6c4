"""Recordings in the synchronous API."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Self

from tikcast.errors import TikcastError
from tikcast.sync.portal import ClientClosed

if TYPE_CHECKING:
    from tikcast import recording as asynchronous
    from tikcast.recording import Part, Progress
    from tikcast.sync.portal import Portal


class Recording:
    """A running recording; `Live.download` creates it.

    `with` waits for the first video, and stops the recording at the end. A recording ends with the live
    stream, after `duration`, with `stop`, or with an error, which `with`, `stop` and `wait` raise.
    Closing the live stream closes it.
    """

    def __init__(self, recording: asynchronous.Recording, *, portal: Portal) -> None:
        self._recording = recording
        self._portal = portal

    def begin(self) -> Self:
        """Start the recording in the background, once; `Live.download` has already done it."""
        self._portal.run(self._recording.begin)
        return self

    def __enter__(self) -> Self:
        self._portal.call(self._recording.__aenter__)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(ClientClosed if kind is None else TikcastError):
            self.stop()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The completed files, in order."""
        return self._recording.parts

    @property
    def done(self) -> bool:
        """Whether the recording has ended or failed."""
        return self._recording.done

    @property
    def progress(self) -> Progress:
        """The current progress."""
        return self._portal.run(lambda: self._recording.progress)

    def wait(self) -> tuple[Part, ...]:
        """Wait until it ends, and return its parts. Interrupting the wait does not stop the recording.

        Raises `RecordingError` (`FFmpegNotFound`, `StreamUrlNotFound`); `parts` has what was recorded before.
        """
        return self._portal.call(self._recording.wait)

    def stop(self) -> tuple[Part, ...]:
        """Stop it, complete its files, and return the parts. Every call returns the same. Raises as `wait` does."""
        return self._portal.call(self._recording.stop)

    def close(self) -> None:
        """Close it within a second. Files that need longer to complete stay as they are and can be played.

        If there is no time to make an MP4, the recorded TS file stays; `parts` and a warning in the log name
        it. It can be called several times and raises no error.
        """
        self._portal.call(self._recording.close)
