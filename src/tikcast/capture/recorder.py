"""Writes the frames of a client's connections to a capture file, without blocking the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

import msgspec

from tikcast._clock import age, now
from tikcast.capture.format import CaptureRecord, Header, Kind, encode_header, encode_record
from tikcast.errors import ConfigError

if TYPE_CHECKING:
    from os import PathLike

logger = logging.getLogger("tikcast.capture.recorder")

MAX_BUFFERED: Final = 64 * 2**20
"""Bytes that may wait for the disk. Further records are lost, and the file says how many."""

_BATCH: Final = 0.1
_CLOSING: Final = 5.0

_KINDS: Final[dict[Literal["received", "sent", "answer", "text"], Kind]] = {
    "received": Kind.RECEIVED,
    "sent": Kind.SENT,
    "answer": Kind.ANSWER,
    "text": Kind.TEXT,
}


class CaptureRecorder:
    """Writes a capture file, which `open` creates anew at `path`. `option` names it in errors.

    A thread of its own writes, in batches. A disk that is too slow costs records, never events, and a
    disk that fails ends the capture with a warning in the log. Records are stamped with the time of the
    opening and the time that has passed since: the wall clock may be set meanwhile.
    """

    def __init__(self, path: str | PathLike[str], *, option: str, max_buffered: int = MAX_BUFFERED) -> None:
        self._path = Path(path)
        self._option = option
        self._max_buffered = max_buffered
        self._writer: _Writer | None = None
        self._opening = threading.Lock()
        self._lock = threading.Lock()
        self._connections = 0
        self._lost = 0
        self._offset_us = 0
        self._closed = False

    def __repr__(self) -> str:
        return f"CaptureRecorder({str(self._path)!r})"

    async def open(self) -> None:
        """Create the file, in a thread. When it is open or closed already, do nothing. Raises `ConfigError`."""
        if self._writer is None and not self._closed:
            await asyncio.to_thread(self._open)

    def _open(self) -> None:
        with self._opening:
            if self._writer is not None or self._closed:
                return
            file = self._create()
            if not self._start(file):
                file.close()

    def _start(self, file: BinaryIO) -> bool:
        """Write to the file from now on; False when the recorder was closed meanwhile."""
        with self._lock:
            if not self._closed:
                self._writer = _Writer(file, name=str(self._path), max_buffered=self._max_buffered)
            return not self._closed

    def _create(self) -> BinaryIO:
        self._offset_us = round((now() - age()) * 1_000_000)
        header = Header(program=_program(), started_at_us=self._now_us())
        try:
            with ExitStack() as on_failure:
                file = on_failure.enter_context(self._path.open("wb"))
                file.write(encode_header(header))
                file.flush()
                on_failure.pop_all()
                return file
        except OSError as error:
            raise ConfigError(
                f"{self._path} cannot be written ({error.strerror})",
                option=self._option,
                advice="give a file in a folder that exists and that you may write to",
            ) from error

    def connection(self, *, room_id: int, method: str, username: str | None) -> ConnectionRecorder:
        """Record that a connection was opened, and return its recorder."""
        with self._lock:
            self._connections += 1
            number = self._connections
        facts = {"room_id": str(room_id), "method": method, "username": username or ""}
        self.write(Kind.OPENED, connection=number, data=msgspec.json.encode(facts))
        return ConnectionRecorder(self, number)

    def write(self, kind: Kind, *, connection: int, data: bytes) -> None:
        """Add a record with the current time. After `close`, it is dropped."""
        with self._lock:
            if self._writer is None or self._closed:
                return
            lost = self._lost_record()
            record = CaptureRecord(kind=kind, connection=connection, at_us=self._now_us(), data=data)
            accepted = self._writer.put(lost + encode_record(record))
            self._lost = 0 if accepted else self._lost + 1

    async def close(self) -> None:
        """Write the rest and close the file, in a thread, within seconds. Closing twice is fine."""
        with self._lock:
            closed, self._closed = self._closed, True
            if closed or self._writer is None:
                return
            last = self._lost_record()
        await asyncio.to_thread(self._writer.close, last)

    def _lost_record(self) -> bytes:
        if not self._lost:
            return b""
        facts = msgspec.json.encode({"records": self._lost})
        return encode_record(CaptureRecord(kind=Kind.LOST, at_us=self._now_us(), data=facts))

    def _now_us(self) -> int:
        """Microseconds since 1970, which never go back."""
        return self._offset_us + round(age() * 1_000_000)


class ConnectionRecorder:
    """Records one connection."""

    def __init__(self, recorder: CaptureRecorder, number: int) -> None:
        self._recorder = recorder
        self._number = number

    def observe(self, kind: Literal["received", "sent", "answer", "text"], data: bytes) -> None:
        """Record one frame."""
        self._recorder.write(_KINDS[kind], connection=self._number, data=data)

    def closed(self, code: int, reason: str) -> None:
        """Record the end of the connection."""
        facts = msgspec.json.encode({"code": code, "reason": reason})
        self._recorder.write(Kind.CLOSED, connection=self._number, data=facts)


class _Writer:
    """A thread that writes batches in order. At most `max_buffered` bytes wait for it."""

    def __init__(self, file: BinaryIO, *, name: str, max_buffered: int) -> None:
        self._file = file
        self._name = name
        self._max_buffered = max_buffered
        self._lock = threading.Lock()
        self._pending: list[bytes] = []
        self._buffered = 0
        self._filled = threading.Event()
        self._closing = threading.Event()
        self._failed = False
        # A daemon: a program that forgets to close must still be able to end.
        self._thread = threading.Thread(target=self._run, name="tikcast recorder", daemon=True)
        self._thread.start()

    def put(self, data: bytes) -> bool:
        """Add bytes; False when too many wait already."""
        with self._lock:
            if self._failed:
                return True
            if self._buffered + len(data) > self._max_buffered:
                return False
            self._pending.append(data)
            self._buffered += len(data)
        self._filled.set()
        return True

    def close(self, last: bytes) -> None:
        """Write the rest, then `last`, and close the file. It blocks."""
        with self._lock:
            self._pending.append(last)
        self._closing.set()
        self._filled.set()
        self._thread.join(_CLOSING)
        if self._thread.is_alive():
            logger.warning("%s is not written to its end: the disk does not answer", self._name)

    def _run(self) -> None:
        try:
            with self._file:
                while not self._closing.is_set():
                    self._filled.wait()
                    self._closing.wait(_BATCH)
                    self._filled.clear()
                    self._write_batch()
                self._write_batch()
        except OSError as error:
            self._fail(error)

    def _write_batch(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, []
        batch = b"".join(pending)
        if batch:
            self._file.write(batch)
            self._file.flush()
            with self._lock:
                self._buffered -= len(batch)

    def _fail(self, error: OSError) -> None:
        with self._lock:
            self._failed = True
            self._pending.clear()
        logger.warning("%s ends here: it cannot be written any further (%s)", self._name, error.strerror)


def _program() -> str:
    from importlib.metadata import version

    return f"tikcast {version('tikcast')}"
