"""Recordings for programs without asyncio."""

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
    """A recording that runs; `Live.download` makes it.

    `with` waits for the first video, and stops the recording at the end. It ends with the live,
    after `duration`, by `stop`, or with an error, which each of these and `wait` raise. Closing the
    live closes it.
    """

    def __init__(self, recording: asynchronous.Recording, *, portal: Portal) -> None:
        self._recording = recording
        self._portal = portal

    def begin(self) -> Self:
        """Start working in the background, once; `Live.download` has done it."""
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
        """The files that are finished, in order."""
        return self._recording.parts

    @property
    def done(self) -> bool:
        """Whether everything is finished, or failed."""
        return self._recording.done

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return self._portal.run(lambda: self._recording.progress)

    def wait(self) -> tuple[Part, ...]:
        """Wait until it is over, and give its parts. Interrupting this leaves it running.

        Raises `RecordingError` (`FFmpegNotFound`, `StreamUrlNotFound`); what was recorded before is in `parts`.
        """
        return self._portal.call(self._recording.wait)

    def stop(self) -> tuple[Part, ...]:
        """End it now, finish its files, and give the parts; doing it again is fine. Raises as `wait` does."""
        return self._portal.call(self._recording.stop)

    def close(self) -> None:
        """End it within a second; what takes longer to finish stays as it is, and can be played.

        An MP4 that there is no time to make stays the TS that was recorded: `parts` and a warning in the
        log name it. Doing it again is fine. Raises no error.
        """
        self._portal.call(self._recording.close)
