"""What goes onto a WebSocket, down to its bytes where they are not those of an orderly server."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from tikcast.simulator.messages.frames import SentFrame

TEXT: Final = 1
BINARY: Final = 2
_CLOSE: Final = 8
_LONGEST_REASON: Final = 123
_FINAL: Final = 0x80
_ORDERLY: Final = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """Something to put onto a connection in one go, at `at_ms` (epoch milliseconds) or later.

    `data` is a binary message, or, with `raw`, bytes below the messages. `message` is the binary message that
    is whole with this parcel; `unfinished` ones end in the middle of one. `frame` is what arrives with it for
    good: the ledger and the acknowledgements know it from then on. `break_after_ms`: the connection falls
    silent with it, and breaks so much later.
    """

    data: bytes
    frame: SentFrame | None = None
    message: bytes | None = None
    raw: bool = False
    unfinished: bool = False
    at_ms: int = 0
    break_after_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """The server ends a connection: the close code, and why. With `reset` it ends without a close frame."""

    code: int
    reason: str
    reset: bool = False


RESET: Final = Closing(code=1006, reason="reset", reset=True)


def whole(frame: SentFrame, data: bytes, *, at_ms: int = 0) -> Parcel:
    """A frame of the room as a client gets it."""
    return Parcel(data=data, frame=frame, message=data, at_ms=at_ms)


def foreign(data: bytes) -> Parcel:
    """A binary message of which nothing counts."""
    return Parcel(data=data, message=data)


def is_orderly(code: int) -> bool:
    """Whether RFC 6455 lets a server close with that code."""
    return code in _ORDERLY or 3000 <= code < 5000


def fitting(reason: str) -> str:
    """As much of a reason as a close frame holds."""
    return reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


def websocket_bytes(payload: bytes, *, opcode: int = BINARY) -> bytes:
    """A message as a server puts it onto the wire."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", _FINAL | opcode, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", _FINAL | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, 127, size)
    return head + payload


def close_bytes(code: int, reason: str) -> bytes:
    """A close frame; one with code 1005 holds none."""
    payload = b"" if code == 1005 else struct.pack("!H", code) + fitting(reason).encode()
    return websocket_bytes(payload, opcode=_CLOSE)
