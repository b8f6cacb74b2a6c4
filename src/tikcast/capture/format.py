"""The format of capture files: the frames of a client's connections in both directions, with their times.

Numbers are little-endian. A file is a header, then records until it ends:

    header   8 bytes   89 hex, "TIKCAP", 0A hex
             u16       version, 1
             u32       length of what follows
             JSON      {"program": who wrote it, "started_at_us": epoch microseconds}

    record   u32       length of its data
             u32       CRC-32 of the rest of the record
             u8        kind
             u32       connection, numbered from 1 in the order of opening; 0: none
             u64       epoch microseconds, never less than in the record before
             data

    kind     1 opened    JSON: room_id (decimal string), method, username
             2 received  a push frame
             3 sent      a push frame
             4 answer    the signer's WebcastResponse, without the push server and its parameters
             5 closed    JSON: code, reason
             6 text      a text message that was received (UTF-8)
             7 lost      JSON: records, the number of records that could not be written before this one

Readers skip kinds and JSON keys that they do not know. A truncated file can be read up to its last
complete record.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from tikcast.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAGIC: Final = b"\x89TIKCAP\n"
VERSION: Final = 1
_START = struct.Struct("<8sHI")
_LEAD = struct.Struct("<II")
_HEAD = struct.Struct("<BIQ")
_READ_SIZE: Final = 2**20


class Kind(IntEnum):
    """What a record holds."""

    OPENED = 1
    RECEIVED = 2
    SENT = 3
    ANSWER = 4
    CLOSED = 5
    TEXT = 6
    LOST = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """The program that wrote a capture, and when it began (microseconds since 1970)."""

    program: str = ""
    started_at_us: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureRecord:
    """One record of a connection. `kind` is a number of `Kind`, or one of a newer tikcast.

    `offset` is the position of the record in the file.
    """

    kind: int
    connection: int = 0
    at_us: int
    data: bytes
    offset: int = field(default=0, compare=False)

    @property
    def facts(self) -> Mapping[str, object]:
        """The data of a record in JSON; empty when it is not JSON."""
        return _facts(self.data)


def encode_header(header: Header) -> bytes:
    """The beginning of a file."""
    text = msgspec.json.encode({"program": header.program, "started_at_us": header.started_at_us})
    return _START.pack(MAGIC, VERSION, len(text)) + text


def encode_record(record: CaptureRecord) -> bytes:
    """The bytes of a record in a file, which do not include its `offset`."""
    head = _HEAD.pack(record.kind, record.connection, record.at_us)
    check = zlib.crc32(record.data, zlib.crc32(head))
    return b"".join((_LEAD.pack(len(record.data), check), head, record.data))


def is_capture(start: bytes) -> bool:
    """Whether a file that starts with these bytes (8 are enough) is a capture."""
    return start.startswith(MAGIC)


class CaptureReader:
    """Reads the header of a capture, and then its records, by iterating once.

    Raises `CaptureError` for other files. Iterating raises it at a truncated or damaged record, after the
    complete records before it. A length beyond the end of the file costs no memory.
    """

    def __init__(self, file: BinaryIO, *, name: str) -> None:
        self._file = file
        self._name = name
        self._offset = 0
        self.header = self._read_header()

    def __iter__(self) -> Iterator[CaptureRecord]:
        while lead := self._file.read(_LEAD.size):
            record = self._read_record(lead)
            yield record
            self._offset += _LEAD.size + _HEAD.size + len(record.data)

    def _read_header(self) -> Header:
        start = self._file.read(_START.size)
        if not is_capture(start):
            raise self._fault("it is not a capture file", advice="give a file that tikcast wrote")
        if len(start) < _START.size:
            raise self._fault("the file ends in its header")
        _, version, length = _START.unpack(start)
        if version > VERSION:
            raise self._fault(f"its format has version {version}", advice="install a newer tikcast")
        text = read_up_to(self._file, length)
        if len(text) < length:
            raise self._fault("the file ends in its header")
        self._offset = _START.size + length
        facts = _facts(text)
        return Header(program=str(facts.get("program", "")), started_at_us=_number(facts.get("started_at_us")))

    def _read_record(self, lead: bytes) -> CaptureRecord:
        head = self._file.read(_HEAD.size) if len(lead) == _LEAD.size else b""
        if len(head) < _HEAD.size:
            raise self._fault("the file ends in the head of a record")
        length, check = _LEAD.unpack(lead)
        data = read_up_to(self._file, length)
        if len(data) < length:
            raise self._fault(f"a record of {length} bytes starts there, {len(data)} are left")
        if zlib.crc32(data, zlib.crc32(head)) != check:
            raise self._fault("a record is damaged")
        kind, connection, at_us = _HEAD.unpack(head)
        return CaptureRecord(kind=kind, connection=connection, at_us=at_us, data=data, offset=self._offset)

    def _fault(self, reason: str, *, advice: str = "") -> CaptureError:
        kept = "copy the file from its source again to get the rest; the records before it are complete"
        return CaptureError(self._name, reason, offset=self._offset, advice=advice or kept)


def read_up_to(file: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, fewer at the end of the file. Only bytes that exist take memory."""
    blocks = []
    while size and (block := file.read(min(size, _READ_SIZE))):
        blocks.append(block)
        size -= len(block)
    return b"".join(blocks)


def _facts(text: bytes) -> Mapping[str, object]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
