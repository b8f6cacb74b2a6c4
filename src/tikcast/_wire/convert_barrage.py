"""Banners that fly over the video, by what they announce."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire._generated.subscription import barrage_message
from tikcast._wire.convert import Head
from tikcast._wire.convert_shared import text, user
from tikcast.events._base import NO_USER, Event, Text, User
from tikcast.events.people import JoinEvent, SubscribeEvent, SuperFanEvent

# msg_type and text keys; the facts are TikTok's.
SUBSCRIBE, GRADE_ENTRANCE, FANS_ENTRANCE = 4, 9, 11
SUPER_FAN = "ttlive_superfan"
SUPER_FAN_JOINED = "superfanjoined"
JOINED = 1


def barrage(m: fast.WebcastBarrageMessage, head: Head) -> Event:
    """A join of somebody of a high level, a subscription, a new super fan, or any other banner."""
    kind = m.msg_type
    words = _words(m)
    if kind in (GRADE_ENTRANCE, FANS_ENTRANCE):
        return JoinEvent(**head.fields(m.common), user=_person(m, words), action=JOINED, entrance=True)
    key = words.key.lower()
    if SUPER_FAN in key and SUPER_FAN_JOINED not in key:
        return SuperFanEvent(**head.fields(m.common), user=_person(m, words), key=words.key, text=words.text)
    if kind == SUBSCRIBE:
        return SubscribeEvent(**head.fields(m.common), user=_person(m, words))
    return barrage_message(m, head)


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
