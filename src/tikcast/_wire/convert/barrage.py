"""Banners that fly over the video, by what they announce."""

from __future__ import annotations

from typing import Literal

from tikcast._proto import fast
from tikcast._wire.convert._generated.subscription import barrage_message
from tikcast._wire.convert.head import Head
from tikcast._wire.convert.records import text, user
from tikcast.events._base import NO_USER, Event, Text, User
from tikcast.events.people import JoinEvent, SubscribeEvent, SuperFanEvent

Kind = Literal["entrance", "subscription", "super_fan"]

# What a banner announces, by its msg_type; the facts are TikTok's.
TYPES: dict[int, Kind] = {4: "subscription", 9: "entrance", 11: "entrance"}
# And by the key of its text, in lower case, the more telling first.
KEYS: tuple[tuple[str, Kind], ...] = (
    ("superfanjoined", "entrance"),
    ("ttlive_superfan", "super_fan"),
    ("pm_mt_alp_join", "entrance"),
    ("pm_mt_fan_live_join", "entrance"),
    ("pm_mt_subscribe", "subscription"),
)
SUPER_FAN = "ttlive_superfan"
JOINED = 1


def barrage(m: fast.WebcastBarrageMessage, head: Head) -> Event:
    """A join of somebody of a high level, a subscription, a new super fan; any other banner with its key visible."""
    words = _words(m)
    kind = announces(m.msg_type, key=words.key)
    if kind is None:
        return barrage_message(m, head)
    common, person = head.fields(m.common), _person(m, words)
    if kind == "entrance":
        return JoinEvent(**common, user=person, action=JOINED, entrance=True)
    if kind == "super_fan":
        return SuperFanEvent(**common, user=person, text_key=words.key, text=words.text)
    return SubscribeEvent(**common, user=person)


def announces(msg_type: int, *, key: str) -> Kind | None:
    """What a banner of this type and text key tells, None when neither is known."""
    if kind := TYPES.get(msg_type):
        return kind
    lower = key.lower()
    return next((kind for part, kind in KEYS if part in lower), None)


def _words(m: fast.WebcastBarrageMessage) -> Text:
    """The banner's text: the one about super fans when one of the two is."""
    texts = [text(blob) for blob in (m.common_barrage_content, m.content) if blob]
    telling = [item for item in texts if SUPER_FAN in item.key.lower()]
    return (telling or texts[::-1] or [Text()])[0]


def _person(m: fast.WebcastBarrageMessage, words: Text) -> User:
    """Who it is about: the banner's user, its level's user, or the one that the text names."""
    for blob in (m.user, m.user_grade_param.user, m.fans_level_param.user):
        if blob:
            return user(blob)
    return next((piece.user for piece in words.pieces if piece.user is not None), NO_USER)
