"""One documentation page an event: what is seen in the app, its fields, and a JSON sample made by the simulator."""

from __future__ import annotations

import inspect
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from protogen.model import Model, class_name
from tikcast import events
from tikcast._proto import schema
from tikcast._wire.table import TABLE, decode_message, schema_name
from tikcast.events import EXCEPTIONS, Event, to_json
from tikcast.events.life import EventNumbers
from tikcast.simulator.messages.context import BroadcastTotals, RoomContext
from tikcast.simulator.messages.encode import ENCODERS, encode
from tikcast.simulator.messages.samples import sample
from tikcast.simulator.messages.users import UserMessages
from tikcast.simulator.people.people import RoomVisitors, host
from tikcast.simulator.room.actions import RoomAction

NOTICE = "<!-- Generated from proto/tikcast by tools/proto.py. DO NOT EDIT. -->\n\n"
COMMON = frozenset(field.name for field in msgspec.structs.fields(Event))
AT_MS, ROOM = 1_790_000_000_000, 7_300_000_000_000_000_001
TRIES = 400
WIRE_LEVEL = "; [`wire_fields`](../inspecting.md#in-python) shows what else is in its bytes"
SOME_ID = events.ID(7_687_991_330_991_112_193)
NEW_MESSAGE = b"\x12\x05\x0a\x03Ana\x10\x01"
# Samples of the events that do not come from one message type.
TIKCASTS_OWN: tuple[Event, ...] = (
    events.Connected(attempt=1),
    events.Reconnecting(attempt=2, delay=1.7, reason="nothing came for 60 s", stage="stream"),
    events.Gap(from_ms=AT_MS - 14_200, to_ms=AT_MS - 2_900, recovered=37),
    events.Disconnected(reason="nothing came for 60 s"),
    events.LiveEnded(reason="ended"),
    events.Overflow(dropped=120),
    events.UnknownEvent(
        message_id=events.ID(7_687_991_330_991_112_193), method="WebcastNewMessage", payload=NEW_MESSAGE
    ),
    events.UndecodedEvent(
        message_id=SOME_ID,
        method="WebcastChatMessage",
        payload=b"\x07\x07",
        error="WebcastChatMessage could not be read: Error parsing message",
        notes=("message: field number 0 at byte 0, the rest is left out",),
    ),
)
# The note of an event that tikcast itself makes.
NOTE = EventNumbers("9f2c6a1e04b85d37").note()
WITHOUT_A_NAME = 26
SUPER_FAN = "ttlive_superFan_commentNotif_someoneBecameSuperFan"


def pages(described: FileDescriptorSet) -> dict[str, str]:
    """Texts by path below docs/events; `described` is the schema with its comments."""
    comments = {message.schema: message.doc for message in Model.messages(described)}
    methods = _methods_by_class()
    items = [_Page(kind, methods.get(kind, []), comments) for kind in _classes()]
    return {f"{item.kind.type}.md": item.page() for item in items} | {"index.md": _index(items)}


def _classes() -> list[type[Event]]:
    classes = {item for item in vars(events).values() if isinstance(item, type) and issubclass(item, Event)}
    return sorted(classes - {Event}, key=lambda kind: kind.type)


def _methods_by_class() -> dict[type[Event], list[str]]:
    methods = defaultdict(list)
    for method in sorted(TABLE):
        for kind in EXCEPTIONS.get(method) or (getattr(events, class_name(schema_name(method))),):
            methods[kind].append(method)
    return methods


class _Page(NamedTuple):
    """The page of an event class: the class, its wire messages, and the schema's comments on them."""

    kind: type[Event]
    methods: list[str]
    comments: dict[str, str]

    def in_app(self) -> str:
        """What is seen in the app, in one sentence."""
        if len(self.methods) == 1 and self.methods[0] not in EXCEPTIONS:
            return self.comments[schema_name(self.methods[0])]
        return " ".join((inspect.getdoc(self.kind) or "").split("\n\n")[0].split())

    def page(self) -> str:
        """The page of the class."""
        lines = [f"- `{method}`: {self.comments[schema_name(method)]}" for method in self.methods]
        seen = "\n".join(lines) or _without_a_type(self.kind)
        document = json.dumps(json.loads(to_json(_sample(self.kind, self.methods))), indent=2, ensure_ascii=False)
        return (
            f"{NOTICE}# {self.kind.__name__}\n\n{inspect.getdoc(self.kind)}\n\n"
            f"## What you see in the app\n\n{seen}\n\n"
            f"## Fields\n\n{_fields(self.kind, raw=bool(self.methods))}\n## Sample\n\n```json\n{document}\n```\n"
        )


def _without_a_type(kind: type[Event]) -> str:
    if kind in {events.UnknownEvent, events.UndecodedEvent}:
        return "Whatever TikTok's app makes of the message; [`tikcast inspect`](../inspecting.md) shows what is in it."
    return "Nothing: tikcast makes this event itself."


def _index(items: list[_Page]) -> str:
    rows = [
        f"| [{item.kind.__name__}]({item.kind.type}.md) | `{item.kind.type}` | {item.in_app()} |\n" for item in items
    ]
    return (
        f"{NOTICE}# Events\n\nEvery event has `room_id`, `message_id`, `created_at_ms`, `received_at_ms`,\n"
        "`is_history`, `notes` and `raw` in addition to its own fields. Ids are strings in JSON.\n\n"
        "| class | `type` in JSON | what you see in the app |\n|---|---|---|\n" + "".join(rows)
    )


def _fields(kind: type[Event], *, raw: bool) -> str:
    rows = [
        f"| `{field.name}` | `{_annotation(kind, field.name)}` |"
        for field in msgspec.structs.fields(kind)
        if field.name not in COMMON or kind is Event
    ]
    if rows:
        return "\n".join(["| field | type |", "|---|---|", *rows]) + "\n"
    return f"Only those of every event{WIRE_LEVEL if raw else ''}.\n"


def _annotation(kind: type[Event], name: str) -> str:
    annotation = next(known[name] for base in kind.__mro__ if name in (known := inspect.get_annotations(base)))
    return str(annotation).replace("|", "\\|")


def _sample(kind: type[Event], own: list[str]) -> Event:
    if not own:
        (event,) = [event for event in TIKCASTS_OWN if type(event) is kind]
        event = msgspec.structs.replace(event, room_id=events.ID(ROOM), created_at_ms=AT_MS, received_at_ms=AT_MS)
        return event if event.message_id else msgspec.structs.replace(event, notes=(NOTE,))
    for method in own:
        for event in _made(method):
            if type(event) is kind:
                return event
    raise SystemExit(f"the simulator makes no {kind.__name__}: teach it one of {', '.join(own)}")


def _made(method: str) -> Iterator[Event]:
    """Events of the simulator for a wire type: first as in its rooms, then anything that the schema allows."""
    context = _context()
    for number in range(TRIES if method in ENCODERS else 0):
        bits = number * 0x9E3779B97F4A7C15 % 2**64
        made = encode(context, RoomAction(at_ms=AT_MS, method=method, number=number, person=number, random_bits=bits))
        yield decode_message(made.method, made.payload)
    if method == "WebcastBarrageMessage":
        banner = schema.WebcastBarrageMessage.FromString(sample(method))
        banner.msg_type, banner.content.key = 100, SUPER_FAN
        yield decode_message(method, banner.SerializeToString())
    if method == "WebcastMemberMessage":
        doing = schema.WebcastMemberMessage.FromString(sample(method))
        doing.action = WITHOUT_A_NAME
        yield decode_message(method, doing.SerializeToString())
    for seed in range(TRIES):
        yield decode_message(method, sample(method, seed=seed))


def _context() -> RoomContext:
    totals = BroadcastTotals(1, "sample", started_at_ms=AT_MS - 600_000, rate=4.0, viewers=120)
    user_messages = UserMessages(expires_at=AT_MS // 1000 + 172_800)
    return RoomContext(
        room_id=ROOM,
        host=host(1, "sample"),
        visitors=RoomVisitors(1, "sample"),
        user_messages=user_messages,
        totals=totals,
        intro="Welcome",
    )
