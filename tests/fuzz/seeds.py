"""Valid inputs: samples of the simulator, and real messages if they are available."""

import struct
from dataclasses import dataclass
from functools import cache

import pytest

from tests._wire.building import chat, frame, gift, like, response
from tests._wire.protobuf import picks
from tests.shared_data import load_real_messages
from tests.wire_schema import known_methods, push_frame, record_name
from tikcast import decode_message, to_json
from tikcast.capture.format import CaptureRecord, Header, Kind, encode_header, encode_record
from tikcast.simulator.messages.samples import sample

METHODS = known_methods()


@dataclass(frozen=True)
class Message:
    """A valid message."""

    method: str
    payload: bytes


@cache
def messages() -> list[Message]:
    """The real messages, then one generated message of every type."""
    try:
        real = load_real_messages()
    except pytest.skip.Exception:
        real = []
    made = [Message(method, sample(method)) for method in METHODS]
    return [Message(one.method, one.payload) for one in real] + made


def tagged(message: Message) -> bytes:
    """A message and its type as one input."""
    return bytes([METHODS.index(message.method)]) + message.payload


@cache
def responses() -> list[bytes]:
    """Bodies of three messages each."""
    found = []
    some = messages()
    for at in range(0, len(some) - 2, 3):
        three = [(message.method, message.payload) for message in some[at : at + 3]]
        body = response(*three, cursor=f"c{at}", internal_ext=b"ext", needs_ack=True, history=at % 2 == 0)
        body.push_server = "wss://push.example/ws" if at % 4 == 0 else ""
        body.route_params_map["imprp"] = "secret"
        found.append(body.SerializeToString())
    return found


@cache
def frames() -> list[bytes]:
    """Push frames, compressed and not."""
    return [push_frame("msg", body, log_id=at, compress=at % 3 > 0) for at, body in enumerate(responses())]


@cache
def sessions() -> list[bytes]:
    """Steps of a session: an operation, a length, the bytes (see targets)."""
    found = []
    some = frames()
    for at in range(0, len(some) - 3, 4):
        steps = [step(0, b""), *[step(1, data) for data in some[at : at + 3]], step(3, b"\x10"), step(4, b"")]
        found.append(bytes([at % 3]) + b"".join(steps))
    streak = [step(1, frame(response(gift(count, message_id=count), like(count, 90 - count)))) for count in (1, 3, 2)]
    found.append(b"\x00" + step(0, b"") + b"".join(streak) + step(3, b"\xff") + step(1, frame(response(chat("x")))))
    return found


def step(operation: int, data: bytes) -> bytes:
    """One step of a session's input."""
    return struct.pack("<BH", operation, len(data) & 0xFFFF) + data[:0xFFFF]


@cache
def documents() -> list[bytes]:
    """Events as JSON."""
    return [
        to_json(decode_message(message.method, message.payload), raw=at % 2 == 0)
        for at, message in enumerate(messages())
    ]


@cache
def files() -> list[bytes]:
    """Files of plain frames, and captures."""
    some = frames()
    found = []
    for at in range(0, len(some) - 4, 5):
        five = some[at : at + 5]
        found.append(b"".join(struct.pack("<I", len(data)) + data for data in five))
        records = [CaptureRecord(kind=Kind.OPENED, connection=1, at_us=at, data=b'{"room_id":"7","method":"direct"}')]
        records += [CaptureRecord(kind=Kind.RECEIVED, connection=1, at_us=at + 1, data=data) for data in five]
        found.append(encode_header(Header(program="tikcast")) + b"".join(map(encode_record, records)))
    return found


@cache
def records() -> list[bytes]:
    """Messages and their inner messages, some of each name, as the number of the name and the bytes."""
    found: dict[str, dict[bytes, None]] = {}
    for message in messages():
        for name, data in picks.records(record_name(message.method), message.payload):
            found.setdefault(name, {})[data] = None
    numbers = {name: number.to_bytes(2, "little") for number, name in enumerate(picks.names())}
    return [numbers[name] + data for name, some in sorted(found.items()) for data in list(some)[:: len(some) // 20 + 1]]
