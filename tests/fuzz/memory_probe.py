"""Measures the cost of one hostile input in a new process, as JSON: `python -m tests.fuzz.memory_probe CASE`.

The input is made before the measuring starts, so that only the reading of it counts.
"""

import gzip
import json
import struct
import sys
import time
import zlib
from collections.abc import Callable
from io import BufferedReader, BytesIO
from pathlib import Path

from tests._wire.protobytes import field, varint
from tests.wire_schema import build, encoded, push_frame
from tikcast import LiveSession, decode_frame, decode_message, from_json
from tikcast.capture.format import Header, encode_header
from tikcast.capture.replay import open_replay
from tikcast.errors import CaptureError, ConfigError
from tikcast.wire import inspect

MIB = 1 << 20
FULL = (16 << 20) - 4096
NOW = 1_760_000_000_000


def bomb(size: int = 1024 * MIB) -> bytes:
    """Gzip of `size` zeros, built quickly: with full flushes the compressed bytes of every mebibyte are the same."""
    writer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = writer.compress(bytes(MIB)) + writer.flush(zlib.Z_FULL_FLUSH)
    again = writer.compress(bytes(MIB)) + writer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // MIB - 1) + b"\x03\x00" + bytes(4) + struct.pack("<I", size & 0xFFFF_FFFF)


def carried(payload: bytes) -> bytes:
    """A push frame with this payload, unchanged."""
    frame = build("WebcastPushFrame", payload_type="msg", payload=payload, headers={"compress_type": "gzip"})
    return frame.SerializeToString()


def response(method: str, payload: bytes) -> bytes:
    return encoded("WebcastResponse", messages=[build("ResponseMessage", method=method, payload=payload, msg_id=1)])


def filled(piece: bytes, *, size: int = FULL) -> bytes:
    return piece * (size // len(piece))


def nested(number: int, depth: int) -> bytes:
    """Nested fields; only tags and lengths, without contents."""
    body = b""
    for _ in range(depth):
        body = varint(number << 3 | 2) + varint(len(body)) + body
    return body


def session(data: bytes) -> object:
    live = LiveSession(0)
    return live.receive(data, NOW), live.tick(NOW + 1000)


def replay(data: bytes) -> object:
    try:
        return sum(1 for _ in open_replay(BufferedReader(BytesIO(data)), name="x"))
    except CaptureError as error:
        return str(error)


def document(data: bytes) -> object:
    try:
        return from_json(data)
    except ConfigError as error:
        return str(error)


CASES: dict[str, Callable[[], tuple[Callable[[bytes], object], bytes]]] = {
    "nothing": lambda: (decode_frame, push_frame("hb", b"")),
    "bomb in decode_frame": lambda: (decode_frame, carried(bomb())),
    "bomb in a session": lambda: (session, carried(bomb())),
    "bomb in inspect": lambda: (inspect, carried(bomb())),
    "a frame just within the limit": lambda: (session, carried(gzip.compress(response("X", bytes(FULL))))),
    "millions of empty messages": lambda: (session, carried(gzip.compress(filled(field(1, b""))))),
    "a million small messages": lambda: (
        session,
        carried(gzip.compress(filled(field(1, field(1, "WebcastChatMessage"))))),
    ),
    "millions of pieces of a text": lambda: (
        session,
        carried(gzip.compress(response("WebcastBarrageMessage", field(5, filled(field(4, b"")))))),
    ),
    "many messages of many pieces": lambda: (
        session,
        carried(
            gzip.compress(
                filled(field(1, field(1, "WebcastBarrageMessage") + field(2, field(5, field(4, b"") * 9000))))
            )
        ),
    ),
    "millions of ranks": lambda: (
        session,
        carried(gzip.compress(response("WebcastRoomUserSeqMessage", filled(field(2, b""))))),
    ),
    "millions of numbers in a row": lambda: (
        session,
        carried(gzip.compress(response("WebcastImDeleteMessage", field(2, bytes(FULL))))),
    ),
    "millions of headers": lambda: (decode_frame, filled(field(5, field(1, "k")), size=8 * MIB) + field(7, "msg")),
    "millions of fields in a bare message": lambda: (
        lambda data: decode_message("WebcastBarrageMessage", data),
        field(5, filled(field(4, b""))),
    ),
    "millions of fields in inspect": lambda: (inspect, carried(gzip.compress(filled(field(1, b""))))),
    "messages in each other without end": lambda: (
        session,
        carried(response("WebcastChatMessage", nested(2, 100_000))),
    ),
    "messages in each other in inspect": lambda: (inspect, carried(response("WebcastNewMessage", nested(2, 100_000)))),
    "groups without end": lambda: (session, carried(response("WebcastChatMessage", b"\x0b" * 4 * MIB))),
    "a length of four gigabytes in a file": lambda: (replay, struct.pack("<I", 2**32 - 1) + bytes(64)),
    "a length of four gigabytes in a capture": lambda: (
        replay,
        encode_header(Header()) + struct.pack("<IIBIQ", 2**32 - 1, 0, 2, 1, 1) + bytes(64),
    ),
    "JSON nested without end": lambda: (document, b'{"type":"room_banner","data":' + b"[" * 4 * MIB),
}


def peak() -> int:
    """The peak memory of the process since `forget_peak`, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (kib,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(kib) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measure(name: str) -> dict[str, object]:
    read, data = CASES[name]()
    session(push_frame("msg", response("WebcastChatMessage", b""), compress=True))
    forget_peak()
    before, spent = peak(), [_seconds(read, data)]
    grown = peak() - before
    # Other processes can only make a run slower, so the fastest run is the cost.
    spent += [_seconds(read, data) for _ in range(4 if name.startswith("bomb") else 0)]
    return {"sent": len(data), "grown": grown, "seconds": round(min(spent), 3)}


def _seconds(read: Callable[[bytes], object], data: bytes) -> float:
    """Processor time of one run."""
    started = time.process_time()
    kept = read(data)
    spent = time.process_time() - started
    del kept
    return spent


def main(names: list[str]) -> None:
    for name in names or CASES:
        sys.stdout.write(json.dumps({"case": name, **measure(name)}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
