"""Writes what goes over a client's connections into a capture, without making the event loop wait."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

import msgspec

from tikcast.capture.format import Header, Kind, Record, encode_header, encode_record
from tikcast.errors import ConfigError

if TYPE_CHECKING:
    from os import PathLike

logger = logging.getLogger("tikcast.capture.recorder")

MOST_WAITING: Final = 64 * 2**20
"""Bytes that may wait for the disk; past them records are lost, and the file says how many."""

_BATCH: Final = 0.1
_CLOSING: Final = 5.0

_KINDS: Final[dict[Literal["received", "sent", "answer", "text"], Kind]] = {
    "received": Kind.RECEIVED,
    "sent": Kind.SENT,
    "answer": Kind.ANSWER,
    "text": Kind.TEXT,
}


class Recorder:
    """A capture that is being written; `open` writes the file at `path` anew.

    A thread of its own writes, in batches. A disk that is too slow costs records, never events, and
    one that fails ends the capture with a warning in the log. `option` names it in errors.
    """

    def __init__(self, path: str | PathLike[str], *, option: str, most_waiting: int = MOST_WAITING) -> None:
        self._path = Path(path)
        self._option = option
        self._most_waiting = most_waiting
        self._writer: _Writer | None = None
        self._lock = threading.Lock()
        self._connections = 0
        self._lost = 0
        self._now_us = 0
        self._closed = False

    def __repr__(self) -> str:
        return f"Recorder({str(self._path)!r})"

    def open(self) -> None:
        """Create the file. Open or closed already, it does nothing. Raises `ConfigError`."""
        if self._writer is not None or self._closed:
            return
        header = Header(program=_program(), started_at_us=self._tick())
        try:
            file = self._path.open("wb")
            file.write(encode_header(header))
            file.flush()
        except OSError as error:
            raise ConfigError(
                f"{self._path} cannot be written ({error.strerror})",
                option=self._option,
                advice="give a file in a folder that exists and that you may write to",
            ) from error
        self._writer = _Writer(file, name=str(self._path), most_waiting=self._most_waiting)

    def connection(self, *, room_id: int, method: str, username: str | None) -> ConnectionRecorder:
        """Note that a connection was opened, and give what records it."""
        with self._lock:
            self._connections += 1
            number = self._connections
        facts = {"room_id": str(room_id), "method": method, "username": username or ""}
        self.write(Kind.OPENED, connection=number, data=msgspec.json.encode(facts))
        return ConnectionRecorder(self, number)

    def write(self, kind: Kind, *, connection: int, data: bytes) -> None:
        """Add a record of now; what is added after `close` is dropped."""
        with self._lock:
            if self._writer is None or self._closed:
                return
            lost = self._lost_record()
            record = Record(kind=kind, connection=connection, at_us=self._tick(), data=data)
            taken = self._writer.put(lost + encode_record(record))
            self._lost = 0 if taken else self._lost + 1

    def close(self) -> None:
        """Write what waits and close the file, within seconds; doing it again is fine. It blocks."""
        with self._lock:
            closed, self._closed = self._closed, True
            if closed or self._writer is None:
                return
            last = self._lost_record()
        self._writer.close(last)

    def _lost_record(self) -> bytes:
        if not self._lost:
            return b""
        facts = msgspec.json.encode({"records": self._lost})
        return encode_record(Record(kind=Kind.LOST, at_us=self._tick(), data=facts))

    def _tick(self) -> int:
        """The time, never going back."""
        self._now_us = max(self._now_us, time.time_ns() // 1000)
        return self._now_us


class ConnectionRecorder:
    """Records one connection."""

    def __init__(self, recorder: Recorder, number: int) -> None:
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
    """A thread that writes what is put, in order; at most `most_waiting` bytes wait for it."""

    def __init__(self, file: BinaryIO, *, name: str, most_waiting: int) -> None:
        self._file = file
        self._name = name
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._filled = threading.Event()
        self._closing = threading.Event()
        self._failed = False
        # A daemon: a program that forgets to close must still be able to end.
        self._thread = threading.Thread(target=self._run, name="tikcast recorder", daemon=True)
        self._thread.start()

    def put(self, piece: bytes) -> bool:
        """Hand over bytes to write; False when too much waits already."""
        with self._lock:
            if self._failed:
                return True
            if self._waiting + len(piece) > self._most_waiting:
                return False
            self._pieces.append(piece)
            self._waiting += len(piece)
        self._filled.set()
        return True

    def close(self, last: bytes) -> None:
        """Write what waits, then `last`, and close the file."""
        with self._lock:
            self._pieces.append(last)
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
            pieces, self._pieces = self._pieces, []
        batch = b"".join(pieces)
        if batch:
            self._file.write(batch)
            self._file.flush()
            with self._lock:
                self._waiting -= len(batch)

    def _fail(self, error: OSError) -> None:
        with self._lock:
            self._failed = True
            self._pieces.clear()
        logger.warning("%s ends here: it cannot be written any further (%s)", self._name, error.strerror)


def _program() -> str:
    from importlib.metadata import version

    return f"tikcast {version('tikcast')}"
