"""Event, the records that every family of events shares (users, gifts, images, badges, texts), and events as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from typing import Any, ClassVar

import msgspec

from tikcast.errors import ConfigError
from tikcast.events._record import ID, NO_ID, Record, encode, with_ids, without_raw

__all__ = [
    "ID",
    "NO_GIFT",
    "NO_ID",
    "NO_IDENTITY",
    "NO_USER",
    "Badge",
    "Emote",
    "Event",
    "Gift",
    "Image",
    "Record",
    "Text",
    "TextPiece",
    "User",
    "UserIdentity",
    "event_key",
    "from_json",
    "to_dict",
    "to_json",
]

_PACKAGE = __name__.rpartition(".")[0]


class Event(Record, frozen=True, kw_only=True, tag_field="type"):
    """Something that happened in a room, or with tikcast's connection to it.

    `created_at_ms` is TikTok's clock (0 if the message has no time), `received_at_ms` the session's (0 when decoded
    without a session). `message_id` is 0 for events that tikcast makes itself. `notes` says what was salvaged from a
    broken message; in an event that tikcast makes itself, a note holds its session and its number there. `raw` holds
    the message's bytes as they came.
    """

    type: ClassVar[str] = "event"

    room_id: ID = NO_ID
    message_id: ID = NO_ID
    created_at_ms: int = 0
    received_at_ms: int = 0
    is_history: bool = False
    notes: tuple[str, ...] = ()
    raw: bytes = b""

    @property
    def key(self) -> str:
        """What identifies this event in a store.

        The same message always has the same key, however often it comes. Two events that tikcast itself makes have
        different keys, also if they have the same content.
        """
        return event_key(self)

    def __repr__(self) -> str:
        shown = (
            f"{name}={value!r}"
            for name, default in _defaults(type(self))
            if name != "raw" and (value := getattr(self, name)) != default
        )
        return f"{self.__class__.__name__}({', '.join(shown)})"


@cache
def _defaults(kind: type[Event]) -> tuple[tuple[str, object], ...]:
    return tuple([(field.name, field.default) for field in msgspec.structs.fields(kind)])


def event_key(event: Event) -> str:
    """`room-message` ids for a message with an id, else a hash of the event's JSON without `received_at_ms`."""
    if event.message_id:
        return f"{event.room_id:d}-{event.message_id:d}"
    timeless = msgspec.structs.replace(event, received_at_ms=0)
    return blake2b(encode(timeless, raw=False), digest_size=16).hexdigest()


class Image(Record, frozen=True, kw_only=True):
    """A picture. `key` is its permanent name; the URLs expire, at the time in their `x-expires`."""

    urls: tuple[str, ...] = ()
    key: str = ""
    animated: bool = False


class Badge(Record, frozen=True, kw_only=True):
    """A badge next to a name.

    `type` is how it is drawn (1 image, 2 text, 3 string, 4 combined), `scene` its purpose: 1 moderator,
    2 new gifter, 4 subscriber, 6 top gifter, 7 new subscriber, 8 gifter level, 10 fan club level, 12 host.
    `level` is None when the badge carries none.
    """

    type: int = 0
    name: str = ""
    scene: int = 0
    level: int | None = None
    image: Image | None = None


class User(Record, frozen=True, kw_only=True):
    """A person. None means that the message does not contain the value, which is not the same as no or zero.

    `username` is the @name. `avatar` is the URL that is best to show (100x100 if there is one), `avatars` are all
    URLs, `avatar_key` is the picture's permanent name, and `avatar_expires_at` is when `avatar` expires (epoch
    seconds). `follow_status`: 0 does not follow the host, 1 follows, 2 both follow each other. `gifter_level` is
    what TikTok calls the user grade, `fan_level` the level in the host's fan club. `remembered` names the fields
    that this message left out and that are taken from an earlier message of the room.
    """

    id: ID = NO_ID
    username: str = ""
    nickname: str = ""
    sec_uid: str = ""
    avatar: str = ""
    avatars: tuple[str, ...] = ()
    avatar_key: str = ""
    avatar_expires_at: int | None = None
    bio: str = ""
    follower_count: int | None = None
    following_count: int | None = None
    follow_status: int | None = None
    verified: bool | None = None
    role: int = 0
    is_follower: bool | None = None
    is_moderator: bool | None = None
    is_subscriber: bool | None = None
    gifter_level: int | None = None
    fan_level: int | None = None
    badges: tuple[Badge, ...] = ()
    remembered: tuple[str, ...] = ()


NO_USER = User()


class UserIdentity(Record, frozen=True, kw_only=True):
    """The relation of the sender of a chat or gift to the host."""

    is_gift_giver: bool = False
    is_subscriber: bool = False
    is_mutual_following: bool = False
    is_follower: bool = False
    is_moderator: bool = False
    is_anchor: bool = False


NO_IDENTITY = UserIdentity()


class Gift(Record, frozen=True, kw_only=True):
    """A gift as its message describes it. `diamonds` is the price of one gift; gifts of `type` 1 come in streaks."""

    id: ID = NO_ID
    name: str = ""
    description: str = ""
    diamonds: int = 0
    type: int = 0
    combo: bool = False
    image: Image | None = None
    icon: Image | None = None


NO_GIFT = Gift()


class Emote(Record, frozen=True, kw_only=True):
    """A picture inside a comment; `position` is the index of the character that follows it."""

    id: ID = NO_ID
    position: int = 0
    image: Image | None = None


class TextPiece(Record, frozen=True, kw_only=True):
    """One value that replaces a placeholder `{i:…}` of a text; `text` is what is shown for it."""

    type: int = 0
    text: str = ""
    user: User | None = None
    gift_id: ID = NO_ID


class Text(Record, frozen=True, kw_only=True):
    """A text that TikTok builds from a pattern.

    `text` is the result; `key` names the text and is the same in every language.
    """

    key: str = ""
    pattern: str = ""
    text: str = ""
    pieces: tuple[TextPiece, ...] = ()


def to_json(event: Event, *, raw: bool = False) -> bytes:
    """The event as one JSON document in UTF-8, every field written; with `raw`, the message's bytes too (base64)."""
    return encode(event, raw=raw)


def to_dict(event: Event, *, raw: bool = False) -> dict[str, Any]:
    """The event as a dict with its `type`; ids stay ints, bytes stay bytes."""
    whole = with_ids(event)
    data = msgspec.to_builtins(whole if raw else without_raw(whole), builtin_types=(bytes,), enc_hook=int)
    return dict(data)


def from_json(data: bytes | str) -> Event:
    """The event that `to_json` wrote; complete when it was written with `raw=True`.

    Raises ConfigError when the document is not JSON or not an event; the error names the place.
    """
    try:
        return _decoder().decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        advice = "pass one document that to_json wrote"
        raise ConfigError(f"This is no event as JSON ({error})", advice=advice) from error


def _decode_id(kind: type, value: object) -> ID:
    if kind is ID and isinstance(value, str | int):
        return ID(value)
    raise ValueError(f"an id is a decimal string, not {value!r}")


@cache
def _decoder() -> msgspec.json.Decoder[Event]:
    union: Any = None
    for kind in _classes(Event):
        union = kind if union is None else union | kind
    return msgspec.json.Decoder(union, dec_hook=_decode_id)


def _classes(base: type[Event]) -> Iterator[type[Event]]:
    """The event classes of this package; each has a JSON tag of its own."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith(f"{_PACKAGE}."):
            yield kind
            yield from _classes(kind)
