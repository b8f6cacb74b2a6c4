"""The reasons for which TikTok keeps something from a visitor, as errors by name. Pure functions.

TikTok names few of its reasons by number. The known numbers (2026-09) are 4003110 age-restricted, 20003 not logged in,
30003 finished, and 10101 (api-live) not in this region. Most answers also have words in `data.prompts` or
`data.message`. For every other reason there are only those words, and the facts in the room (`liveSubOnly`,
`paidEvent`, `is_gated_room`, `is_paid_event`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tikcast._net.errors import one_line
from tikcast.errors import (
    AccountSuspended,
    AgeRestricted,
    FollowersOnly,
    LiveEndedError,
    LoginRequired,
    LookupFailed,
    PaymentRequired,
    RegionRestricted,
    SubscribersOnly,
)

ACCESS: Final = (AgeRestricted, SubscribersOnly, FollowersOnly, PaymentRequired, LoginRequired, RegionRestricted)
"""The errors for a room that exists and that this client may not see."""

NAMED: Final = (*ACCESS, AccountSuspended)
"""The errors that name the reason of a refusal, so that no other source is asked for it."""

_AGE: Final = 4003110
_LOGIN: Final = 20003
_FINISHED: Final = 30003
_NOT_IN_REGION: Final = 10101


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """An answer without the wanted content. `words`: TikTok's own, on one line. `session`: one was sent along."""

    subject: str
    code: int = 0
    words: str = ""
    session: bool = False
    room_id: int = 0


def words_of(*texts: object) -> str:
    """The first of the texts of an answer that says something, on one line."""
    lines = (one_line(text) for text in texts if isinstance(text, str))
    return next((line for line in lines if line), "")


def reason_of(refused: Refused, *, facts: Mapping[str, object] | None = None) -> LookupFailed:
    """The error for an answer with a status code other than 0. `facts`: what is known about the room otherwise."""
    if refused.code == _AGE:
        return _age(refused)
    if refused.code == _LOGIN:
        return _login(refused)
    if refused.code == _NOT_IN_REGION:
        return _region(refused)
    named = _by_words(refused) or _by_facts(refused, facts)
    return named or LookupFailed(refused.subject, f"TikTok answered with code {refused.code}", words=refused.words)


def is_suspended(words: str) -> bool:
    """Whether TikTok's words say that an account is suspended; its profile has the code of a missing user then."""
    return _SUSPENDED.search(words) is not None


def prompted(refused: Refused) -> LookupFailed:
    """The error for an answer that asks the viewer something before it shows the room; by default for the age."""
    return _by_words(refused) or _age(refused)


def withheld(refused: Refused, *, facts: Mapping[str, object] | None = None) -> LookupFailed:
    """The error for an answer that contains almost nothing, which TikTok sends for reasons that it does not name."""
    return (
        _by_words(refused)
        or _by_facts(refused, facts)
        or LookupFailed(
            refused.subject,
            "TikTok withheld the details, and its answer does not contain the reason",
            words=refused.words,
            advice=_advice(session=refused.session),
        )
    )


def _advice(*, session: bool) -> str:
    other = "use another address (proxy=…)"
    return f"give another session, or {other}" if session else f"give the session cookie of an account, or {other}"


def _age(refused: Refused) -> LookupFailed:
    return AgeRestricted(refused.subject, words=refused.words, session=refused.session)


def _login(refused: Refused) -> LookupFailed:
    return LoginRequired(refused.subject, words=refused.words, session=refused.session)


def _ended(refused: Refused) -> LookupFailed | None:
    over = refused.code == _FINISHED and refused.room_id
    return LiveEndedError(refused.room_id) if over else None


def _suspended(refused: Refused) -> LookupFailed:
    return AccountSuspended(refused.subject, words=refused.words)


def _region(refused: Refused) -> LookupFailed:
    return RegionRestricted(refused.subject, words=refused.words)


def _subscribers(refused: Refused) -> LookupFailed:
    return SubscribersOnly(refused.subject, words=refused.words, session=refused.session)


def _followers(refused: Refused) -> LookupFailed:
    return FollowersOnly(refused.subject, words=refused.words, session=refused.session)


def _paid(refused: Refused) -> LookupFailed:
    return PaymentRequired(refused.subject, words=refused.words, session=refused.session)


_SUSPENDED: Final = re.compile(r"\b(suspended|banned)\b", re.IGNORECASE)
_REASONS: Final[tuple[tuple[re.Pattern[str], Callable[[Refused], LookupFailed | None]], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), make)
    for pattern, make in (
        (r"\b(finished|ended|is over)\b", _ended),
        (_SUSPENDED.pattern, _suspended),
        (r"\bsubscri(be|bed|bers?|ptions?)\b", _subscribers),
        (r"\b(paid|purchased?|tickets?)\b", _paid),
        (r"\b(followers?|friends?)\b", _followers),
        (r"\b(regions?|country|countries)\b", _region),
        (r"\b(18|adults?|age|mature)\b", _age),
        (r"\b(log ?in)\b", _login),
    )
)
"""The words by which a reason is recognised, the most specific first."""


def _by_words(refused: Refused) -> LookupFailed | None:
    """The error that TikTok's own words name. The client asks for English unless its language is another."""
    for pattern, make in _REASONS:
        error = make(refused) if pattern.search(refused.words) else None
        if error is not None:
            return error
    return None


def _by_facts(refused: Refused, facts: Mapping[str, object] | None) -> LookupFailed | None:
    """The error that the facts of a room name: those of a page's `liveRoom`, or those of room/info."""
    known = facts or {}
    event, filtered = known.get("paidEvent"), known.get("stream_url_filtered_info")
    inner = filtered if isinstance(filtered, Mapping) else {}
    if (isinstance(event, Mapping) and _is_on(event.get("paid_type"))) or _is_on(inner.get("is_paid_event")):
        return _paid(refused)
    if any(
        _is_on(value) for value in (known.get("liveSubOnly"), known.get("is_gated_room"), inner.get("is_gated_room"))
    ):
        return _subscribers(refused)
    return None


def _is_on(value: object) -> bool:
    return isinstance(value, bool | int | str) and value not in {False, "", "0"}
