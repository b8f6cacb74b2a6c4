"""Sample messages of every type in the schema.

Each field gets a value that fits its name: a time for a time, a colour for a colour, a gift for a gift.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Final, TypeAlias, TypeVar, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tikcast._proto import schema
from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.messages.context import RoomContext, string_piece, text, user_piece
from tikcast.simulator.messages.gifts import gift_struct
from tikcast.simulator.messages.users import UserMessages, badge_icon
from tikcast.simulator.people import texts
from tikcast.simulator.people.people import Person, host, member
from tikcast.simulator.room.actions import RoomAction
from tikcast.simulator.room.gifts import GIFTS

_DEPTH: Final = 3
_ALIASES: Final = {"LinkMicMethod": "WebcastLinkMicMethod", "RoomMessage": "WebcastRoomMessage"}
_AT_MS: Final = 1_790_000_000_000
_EXPIRES: Final = 1_800_000_000


def sample(method: str, *, seed: int = 0) -> bytes:
    """One message of the wire type `method`, always the same for the same seed.

    Raises `KeyError` for a type that the schema does not have.
    """
    message = _message_class(method)()
    random = seeded_random(seed, "sample", method)
    _fill(
        message,
        FieldValues(random, user_messages=UserMessages(expires_at=_EXPIRES), at_ms=_AT_MS, method=method),
        depth=_DEPTH,
    )
    head = schema.Common(
        method=method,
        msg_id=7_300_000_000_000_000_000 + random.getrandbits(50),
        room_id=7_300_000_000_000_000_001,
        create_time=_AT_MS,
    )
    _set_common(message, head)
    return message.SerializeToString()


def generic(context: RoomContext, action: RoomAction) -> Message:
    """A sample of a type without an encoder of its own, with the room's common fields."""
    message = _message_class(action.method)()
    random = seeded_random("generic", action.random_bits)
    values = FieldValues(random, user_messages=context.user_messages, at_ms=action.at_ms, method=action.method)
    _fill(message, values, depth=_DEPTH)
    _set_common(message, context.common(action))
    return message


def in_schema(method: str) -> bool:
    """Whether the wire type is in the schema."""
    return hasattr(schema, _class_name(method))


def _message_class(method: str) -> type[Message]:
    if not in_schema(method):
        raise KeyError(method)
    message_class: type[Message] = getattr(schema, _class_name(method))
    return message_class


def _class_name(method: str) -> str:
    return _ALIASES.get(method, method)


def _set_common(message: Message, head: schema.Common) -> None:
    common = getattr(message, "common", None)
    if isinstance(common, schema.Common):
        common.CopyFrom(head)


def _fill(message: Message, values: FieldValues, *, depth: int) -> None:
    for field in cast("Sequence[FieldDescriptor]", message.DESCRIPTOR.fields):
        held = getattr(message, field.name)
        if hasattr(held, "append") and field.message_type is None:
            held.append(values.value(field))
        elif field.message_type is None:
            setattr(message, field.name, values.value(field))
        elif depth and (target := _inner(held)) is not None:
            _fill_inner(target, values, depth=depth - 1)


def _inner(held: object) -> Message | None:
    """The message to fill in a field's value; None for a map."""
    if isinstance(held, Message):
        held.SetInParent()
        return held
    add: Callable[[], Message] | None = getattr(held, "add", None)
    return add() if add else None


def _fill_inner(target: Message, values: FieldValues, *, depth: int) -> None:
    record = values.record(type(target))
    if record is not None:
        target.CopyFrom(record)
    else:
        _fill(target, values, depth=depth)


_HEX: Final = "0123456789abcdef"
_SIGNS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_FIRST_ID: Final = 7_100_000_000_000_000_000
_LARGEST_INT32: Final = 2**31 - 1
_PAGE: Final = "sslocal://webcast_lynxview_popup?use_spark=1&url=https%3A%2F%2Fexample.com%2Flive.html"
_ICONS: Final = ("subscription_icon.png", "grade_badge_icon_lite_lv20_v1.png", "new_gifter_badge_v3.png")

# The text that TikTok displays for a message, by wire name: a key, and a pattern with placeholders.
_DISPLAYED: Final = {
    "WebcastHourlyRankRewardMessage": (
        "pm_mt_Live_HRannounce",
        "Congratulations! {0:user} just became the No. {1:string} LIVE creator of the last hour.",
    ),
    "WebcastMarqueeAnnouncementMessage": ("pm_mt_weekly_rank_live", "Weekly No. {1:string}: {0:user} is LIVE"),
    "WebcastRankTextMessage": ("pm_mt_rank_viewer", "{0:user} just became the No. {1:string} viewer!"),
    "WebcastRankUpdateMessage": ("pm_mt_live_rank", "No. {1:string}"),
    "WebcastSpeakerMessage": ("pm_mt_speaker", "{0:user}: hello everybody"),
    "WebcastWeeklyRankRewardMessage": (
        "pm_mt_weekly_ranking_top_host",
        "{0:user} became the No. {1:string} LIVE creator in Weekly Ranking",
    ),
}
_DISPLAYED_BY_DEFAULT: Final = ("pm_mt_live_thanks", "{0:user} is No. {1:string} in this LIVE")

T = TypeVar("T")
_MakeText = Callable[["FieldValues"], str]
_MakeNumber = Callable[["FieldValues"], int]
# Patterns of full field names (package, message, field), and what makes a value; the first match counts.
Rules: TypeAlias = tuple[tuple[re.Pattern[str], T], ...]


class FieldValues:
    """Random values for the fields of one message of the wire type `method`, sent at `at_ms`."""

    def __init__(self, random: Random, *, user_messages: UserMessages, at_ms: int, method: str) -> None:
        self.random = random
        self.user_messages = user_messages
        self.at_ms = at_ms
        self.method = method

    def record(self, kind: type[Message]) -> Message | None:
        """A whole record if the simulator has one of that type, else None."""
        if kind is schema.User:
            return self.user_messages.full(self.person())
        if kind is schema.Image:
            return badge_icon(self.random.choice(_ICONS))
        if kind is schema.GiftStruct:
            return gift_struct(self.random.choice(GIFTS))
        return self._text() if kind is schema.Text else None

    def value(self, field: FieldDescriptor) -> str | bytes | float:
        """A value for a field that is not a message, by its type and name."""
        kind = field.type
        if kind == field.TYPE_STRING:
            return _words(field.full_name)(self)
        if kind == field.TYPE_BYTES:
            return b'{"text":"LIVE Fest"}' if field.name == "json" else b""
        if kind == field.TYPE_BOOL:
            return self.random.random() < 0.5
        if field.enum_type is not None:
            return self.random.choice([value.number for value in field.enum_type.values if value.number] or [0])
        if kind in {field.TYPE_FLOAT, field.TYPE_DOUBLE}:
            return float(self.random.randrange(1, 100))
        number = _number(field.full_name)(self)
        if kind in {field.TYPE_INT32, field.TYPE_UINT32} and number > _LARGEST_INT32:
            return self.at_ms // 1000 if "time" in field.name else number % 1_000_000
        return number

    def person(self) -> Person:
        """One of all people, or the host."""
        random = self.random
        return member(random.randrange(4), random.randrange(200)) if random.random() < 0.9 else host(0, "sample")

    def id(self) -> int:
        """An id as TikTok makes them."""
        return _FIRST_ID + self.random.getrandbits(57)

    def _text(self) -> schema.Text:
        key, pattern = _DISPLAYED.get(self.method, _DISPLAYED_BY_DEFAULT)
        who = user_piece(self.user_messages.brief(self.person()))
        return text(key, pattern, who, string_piece(str(self.random.randrange(1, 10))))


def _first_match(rules: Rules[T], name: str) -> T:
    return next(make for pattern, make in rules if pattern.search(name))


@cache
def _words(name: str) -> _MakeText:
    return _first_match(_STRINGS, name)


@cache
def _number(name: str) -> _MakeNumber:
    return _first_match(_NUMBERS, name)


def _rules(*rules: tuple[str, T]) -> Rules[T]:
    return tuple((re.compile(pattern), make) for pattern, make in rules)


def _one_of(*words: str) -> _MakeText:
    return lambda made: made.random.choice(words)


def _between(least: int, most: int) -> _MakeNumber:
    return lambda made: made.random.randint(least, most)


_STRINGS: Final[Rules[_MakeText]] = _rules(
    (r"Host\.name$|[._](display_id|unique_id)$", lambda made: made.person().username),
    (r"profile_id$|nick_?name$|user_name$", lambda made: made.person().nickname),
    (r"sec_(uid|.*user_id)$", lambda made: "MS4wLjABAAAA" + letters(made.random, size=43, among=_SIGNS)),
    (r"colors?$", lambda made: "#" + letters(made.random, size=6, among="0123456789ABCDEF")),
    (r"[._](schema|scheme)(_url)?$|page_scheme_url$", lambda _: _PAGE),
    (r"[._](url\d?|img|icon|url_list)$", lambda made: badge_icon(made.random.choice(_ICONS)).url_list[0]),
    (r"[._]uri(_list)?$", lambda made: f"webcast-va/{letters(made.random, size=32, among=_HEX)}"),
    (r"[._]ids?\d?($|_str)|uuid|team_num$", lambda made: str(made.id())),
    (r"idc$|region$", _one_of("maliva", "useast2a")),
    (r"language$", _one_of("en", "es", "ja")),
    (r"create_at$|time", lambda made: str(made.at_ms // 1000)),
    (r"\.title$", _one_of(*texts.TITLES)),
    (r"question", _one_of(*texts.QUESTIONS)),
    (r"pattern$", _one_of("LIVE Fest", "Weekly Ranking")),
    (r"[._]key$", _one_of("pm_mt_live_event", "pm_mt_live_notice")),
    (r"content|message$|body|tips|describe|description|reason|toast_text|notify_text", _one_of(*texts.INTROS)),
    (r"btn_name|button_text", _one_of("Support", "Join", "Learn more")),
    (r"club_name$", lambda made: f"{made.person().nickname}'s club"),
    (r"gift.*name|\.name$", lambda made: made.random.choice(GIFTS).name),
    (r"name$", _one_of("LIVE Fest", "Roses of May", "Top of the Hour")),
    (r"version$", _one_of("2", "1.0")),
    (r"level|count$|[._]num|value$|rating$|percent", lambda made: str(made.random.randint(1, 30))),
    (r"price", _one_of("$4.99", "€12.00")),
    (r"extra$|params$|_info$|show_args", lambda _: "{}"),
    (r"source$|scene$|platform$|[._]from$|type$", _one_of("homepage_hot", "live_merge", "search")),
    (r"text$|label\d?$|pop_str$|display", _one_of("New gifter", "Top viewer", "Fan of the week")),
    (r"", _one_of("live", "default")),
)
_NUMBERS: Final[Rules[_MakeNumber]] = _rules(
    (r"nano", lambda made: made.at_ms * 1_000_000),
    (r"duration_ms$|_dur$", _between(1000, 8000)),
    (r"_ms$|timestamp\d?$|time_stamp\d$", lambda made: made.at_ms),
    (r"duration|count_?down|stay_time|screen_time|_gap_", _between(3, 120)),
    (r"(end|expire|finish)_time$|unpack_at$", lambda made: made.at_ms // 1000 + 300),
    (r"time$", lambda made: made.at_ms // 1000),
    (r"gift_ids?(_list)?$|available_gift_ids", lambda made: made.random.choice(GIFTS).id),
    (r"(user|owner|anchor|host|invite|linker|contributor)_(u?id)s?(_list)?$|_uid$", lambda made: made.person().id),
    (r"[._]ids?\d?(_list|_int)?$|[._]no$", lambda made: made.id()),
    (r"diamond|coins|consume|ticket|income", _between(1, 3000)),
    (r"level|grade", _between(1, 50)),
    (r"rank(_score)?$|_idx$|index$|position$|_pos$|priority", _between(1, 20)),
    (r"[._](width|height)$|font_size", _between(14, 96)),
    (r"count|cnt|total|votes|points|score|popularity|exp(erience)?(_|$)|amount|people", _between(1, 500)),
    (r"fps$", lambda _: 30),
    (r"kbps$", lambda _: 2500),
    (r"weight$", lambda _: 400),
    (r"", _between(1, 4)),
)
