"""The checks that must pass for any bytes, one per entry point. A check that raises has found a bug."""

import gzip
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader, BytesIO

import msgspec

from tests._wire.protobuf import picks
from tests.fuzz import seeds
from tikcast import Event, LiveSession, decode_frame, decode_message, from_json, to_dict, to_json
from tikcast._wire.gunzip import BadCompressionError, gunzip
from tikcast._wire.response import parse_response, without_route
from tikcast.capture.replay import open_replay
from tikcast.errors import CaptureError, ConfigError
from tikcast.events import Gap, GiftEvent, event_key
from tikcast.wire import Census, inspect, wire_fields

NOW = 1_760_000_000_000
SMALL_LIMIT = 1 << 16
HISTORY = ("mark", "skip", "deliver")


@dataclass(frozen=True)
class Target:
    """An entry point: valid inputs, and the check."""

    seeds: Callable[[], list[bytes]]
    check: Callable[[bytes], object]


def sound(event: Event, *, raw: bytes | None = None) -> None:
    """Check what is true for every event."""
    assert raw is None or event.raw == raw
    assert len(event.notes) <= 20
    whole = to_json(event, raw=True)
    assert from_json(whole) == event
    assert type(from_json(to_json(event))) is type(event)
    assert to_dict(event)["type"] == event.type
    assert event_key(event)
    repr(event)


def message(data: bytes) -> None:
    """A type by its number, and the bytes of a message."""
    method = seeds.METHODS[data[0] % len(seeds.METHODS)] if data else "WebcastNewMessage"
    payload = data[1:]
    event = decode_message(method, payload)
    sound(event, raw=payload)
    assert decode_message(method, payload) == event
    assert bool(payload) == bool(wire_fields(event))


def frame(data: bytes) -> None:
    """A push frame."""
    opened = decode_frame(data)
    assert (opened.ack is None) != opened.needs_ack
    for event in opened.events:
        sound(event)
    session = LiveSession(0, history="deliver")
    received = session.receive(data, NOW)
    assert len([event for event in received if not isinstance(event, Gap)]) == len(opened.events) + (
        opened.error is not None
    )
    assert (opened.error is None) == (session.stats()["bad_frames"] == 0)
    assert len(session.to_send()) == opened.needs_ack


def response(data: bytes) -> None:
    """A response, and the same response without the fields that open a connection."""
    LiveSession(0).receive_response(data, NOW)
    with suppress(ValueError):
        parse_response(data)
    bare = without_route(data)
    with suppress(ValueError):
        head = parse_response(bare)
        assert not head.push_server
        assert not head.route_params


def steps(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The complete operations in the input of a session."""
    at = 1
    while at + 3 <= len(data):
        operation, size = struct.unpack_from("<BH", data, at)
        yield operation % 6, data[at + 3 : at + 3 + size]
        at += 3 + size


def session(data: bytes) -> None:
    """A sequence of connections, frames and ticks, whose gifts must add up."""
    live = LiveSession(0, history=HISTORY[data[0] % 3] if data else "mark", gunzip_limit=SMALL_LIMIT * 16)  # type: ignore[arg-type]
    now, gifts, diamonds = NOW, 0, 0
    for operation, given in steps(data):
        now += int.from_bytes(given[:2], "little") * 10
        events: list[Event] = []
        match operation:
            case 0:
                live.opened(now)
            case 1 | 2:
                events = live.receive(given, now)
            case 3:
                events = live.tick(now)
            case 4:
                events = live.closed(now, final=len(given) % 2 == 1)
            case _:
                events = live.receive_response(given, now)
        gifts += sum(event.new_gifts or 0 for event in events if isinstance(event, GiftEvent))
        diamonds += sum(event.new_diamonds or 0 for event in events if isinstance(event, GiftEvent))
        assert all(event.received_at_ms == now for event in events)
        live.to_send()
    stats = live.stats()
    assert (stats["gifts"], stats["diamonds"]) == (gifts, diamonds)
    assert min(stats.values()) >= 0
    assert sum(live.problems().values()) <= stats["unknown"] + stats["undecoded"] + stats["salvaged"]


def document(data: bytes) -> None:
    """JSON that may be an event."""
    try:
        event = from_json(data)
    except ConfigError:
        return
    assert from_json(to_json(event, raw=True)) == event


def file(data: bytes) -> None:
    """A file of frames or a capture file, replayed."""
    cut = 0
    try:
        for event in open_replay(BufferedReader(BytesIO(data)), name="x"):
            assert isinstance(event, Event)
    except CaptureError as error:
        cut = error.offset
    assert 0 <= cut <= len(data)


def inspection(data: bytes) -> None:
    """Any bytes, inspected."""
    seen = inspect(data)
    msgspec.json.encode(seen)
    census = Census()
    for inside in seen.messages:
        census.add(inside)
    msgspec.json.encode([census.methods(), census.records()])


def compressed(data: bytes) -> None:
    """Gzip data, valid or not."""
    with suppress(BadCompressionError):
        assert len(gunzip(data, SMALL_LIMIT)) <= SMALL_LIMIT


def picking(data: bytes) -> None:
    """The number of a message, and its bytes as the compiled reader and the protobuf runtime read them."""
    name = picks.names()[int.from_bytes(data[:2], "little") % len(picks.names())]
    for choice in picks.about(name):
        choice.agrees(data[2:])


def _packed() -> list[bytes]:
    return [gzip.compress(body, at % 10, mtime=0) for at, body in enumerate(seeds.responses())]


TARGETS = {
    "message": Target(lambda: [seeds.tagged(one) for one in seeds.messages()], message),
    "frame": Target(seeds.frames, frame),
    "response": Target(seeds.responses, response),
    "session": Target(seeds.sessions, session),
    "document": Target(seeds.documents, document),
    "file": Target(seeds.files, file),
    "inspection": Target(lambda: seeds.frames() + [one.payload for one in seeds.messages()], inspection),
    "compressed": Target(_packed, compressed),
    "picking": Target(seeds.records, picking),
}
