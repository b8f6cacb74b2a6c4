"""What is sent on a WebSocket: messages, and for some faults the bytes of its frames."""

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
_ALLOWED_CODES: Final = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxEntry:
    """Data to send on a connection at once, at `at_ms` (epoch milliseconds) or later.

    `data` is a binary message or, with `raw`, bytes of WebSocket frames. `message` is the binary message that
    this entry completes; an `unfinished` one ends in the middle of a message. `frame` is the frame that this
    entry completes: it is noted in the ledger, and its acknowledgement is expected. `break_after_ms`: the
    connection sends and reads nothing more after this entry, and is reset after that time.
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
    """How the server ends a connection: the close code and the reason, or a TCP reset."""

    code: int
    reason: str
    reset: bool = False


RESET: Final = Closing(code=1006, reason="reset", reset=True)


def whole(frame: SentFrame, data: bytes, *, at_ms: int = 0) -> OutboxEntry:
    """A frame of the room, unchanged."""
    return OutboxEntry(data=data, frame=frame, message=data, at_ms=at_ms)


def uncounted(data: bytes) -> OutboxEntry:
    """A binary message that the ledger does not note."""
    return OutboxEntry(data=data, message=data)


def is_allowed_code(code: int) -> bool:
    """Whether RFC 6455 allows a server to close with that code."""
    return code in _ALLOWED_CODES or 3000 <= code < 5000


def shortened(reason: str) -> str:
    """The reason, shortened to what fits into a close frame."""
    return reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


def websocket_bytes(payload: bytes, *, opcode: int = BINARY) -> bytes:
    """A message as a WebSocket frame of a server."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", _FINAL | opcode, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", _FINAL | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, 127, size)
    return head + payload


def close_bytes(code: int, reason: str) -> bytes:
    """A close frame; for code 1005, one without a code."""
    payload = b"" if code == 1005 else struct.pack("!H", code) + shortened(reason).encode()
    return websocket_bytes(payload, opcode=_CLOSE)
