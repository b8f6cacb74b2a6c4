"""Who is live: one answer from what several sources say. Pure functions.

No source is right all the time (seen 2024 to 2026): pages and api-live are caches, a live page of a live user can name
no room, api-live can report a live user as unknown, profiles can name an old room, and check_alive can report every
room as live. So one weak answer decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tikcast._net.refusals import NAMED
from tikcast._net.targets import Target
from tikcast.errors import LiveEndedError, LookupFailed, PrivateAccount, TikcastError, UserNotFound, UserOffline
from tikcast.models import LiveStatus, SourceAnswer

if TYPE_CHECKING:
    from tikcast.models import UserInfo
    from tikcast.models.status import Says, Source, Status

PAGES: Final[tuple[Source, ...]] = ("live_page", "api_live", "profile")
"""The sources that are asked by the name of a user, in this order."""

SOURCE_NAMES: Final[Mapping[Source, str]] = {
    "live_page": "the live page",
    "api_live": "api-live",
    "profile": "the profile",
    "room_info": "room/info",
    "check_alive": "check_alive",
}

CANARY: Final = 6012954214400000001
"""The id of a room that cannot exist: the time in it is in 2014, before there were live streams on TikTok.

An answer of check_alive that reports this room as live says nothing about the other rooms either.
"""

_ON: Final = frozenset({"live", "paused"})
_SHOWS_A_USER: Final = frozenset({"live", "paused", "offline", "no_room", "unclear"})
_SAYS_OFF: Final = frozenset({"offline", "no_room", "never_live", "missing"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRoom:
    """A live room and its host, as far as the answer contained them."""

    room_id: int
    username: str | None = None
    user: UserInfo | None = None
    title: str = ""
    paused: bool = False
    page: Mapping[str, object] | None = field(default=None, repr=False, compare=False)
    """The object `{user, stats, liveRoom}` of the answer, None for none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one source says. `room_id`: the room that it names or was asked about, 0 for none.

    `detail`: what the answer contained. `error`: why there is no answer. `found`: the room with all that the answer
    contained. `seconds`: how long the answer took.
    """

    source: Source
    says: Says
    room_id: int = 0
    detail: str = ""
    error: TikcastError | None = None
    found: FoundRoom | None = field(default=None, repr=False, compare=False)
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What all evidence together says. `room_id`: the live room, or the room that `ask` is to be asked about.

    `reasons`: why. `ask`: the source to ask next; None when the status is settled, or nothing is left to ask.
    """

    status: Status
    room_id: int = 0
    reasons: tuple[str, ...] = ()
    ask: Source | None = None


def judge(evidence: Sequence[Evidence], *, room_id: int = 0, ended: int = 0) -> Verdict:
    """Whether a user is live, from what the sources said so far. The last answer of a source counts.

    `room_id`: the question is about this room, not about a user; then only room/info and check_alive are asked.
    `ended`: a room that is known to be over, so a source that names it is out of date.

    "offline" needs two sources, or one that is certain and none that contradicts it. Certain are: api-live with
    only the status 4, and room/info with the status 4 for a room that a source named. "missing" comes only from the
    profile. A room counts as live when a source says so and none contradicts it; otherwise room/info decides, and
    without it check_alive, unless that also reports the canary room as live.
    """
    case = _Case(evidence, ended=ended)
    if room_id:
        return case.about(room_id) or case.unknown_room(room_id)
    contradiction = None
    for candidate in case.candidates():
        verdict = case.about(candidate)
        if verdict is not None and (verdict.ask or verdict.status != "unknown"):
            return verdict
        contradiction = contradiction or verdict
    return contradiction or case.without_room()


class _Case:
    """The evidence, sorted."""

    def __init__(self, evidence: Sequence[Evidence], *, ended: int) -> None:
        self._pages = {one.source: one for one in evidence if one.source in PAGES}
        self._rooms = {(one.source, one.room_id): one for one in evidence if one.source not in PAGES}
        self._over = {room for (source, room), one in self._rooms.items() if (source, one.says) == _ROOM_OVER}
        self._outdated = self._over | {ended}

    def candidates(self) -> Iterator[int]:
        """The rooms that may be live: first those that a source says are live, then those that one only names."""
        pages = [self._pages[source] for source in PAGES if source in self._pages]
        rooms = [one.room_id for one in pages if one.says in _ON]
        rooms += [one.room_id for one in pages if one.says == "unclear"]
        return iter(dict.fromkeys(room for room in rooms if room and room not in self._outdated))

    def about(self, room: int) -> Verdict | None:
        """The verdict on a room that may be live, None when nobody can tell."""
        info, alive = self._rooms.get(("room_info", room)), self._rooms.get(("check_alive", room))
        if info is not None and info.says in _ON:
            return _settled(info, room, reason=f"room/info says that room {room} is {info.says}")
        if room in self._over:
            return Verdict(status="offline", room_id=room, reasons=(f"room/info says that room {room} is over",))
        sure = [one for one in self._pages.values() if one.says in _ON and one.room_id == room]
        against = list(self._against(room))
        if sure and not against:
            name = SOURCE_NAMES[sure[0].source]
            return _settled(sure[0], room, reason=f"{name} says that the user is {sure[0].says} in room {room}")
        for source, answer in (("room_info", info), ("check_alive", alive)):
            if answer is None:
                return _ask(source, room)
        return self._without_room_info(room, sure=sure, against=against)

    def _without_room_info(self, room: int, *, sure: list[Evidence], against: list[Evidence]) -> Verdict | None:
        info, alive = self._rooms["room_info", room], self._rooms["check_alive", room]
        if alive.says == "live" or (info.says == "restricted" and alive.says != "offline"):
            which = alive if alive.says == "live" else info
            status: Status = sure[0].says if sure and sure[0].says == "paused" else "live"
            return Verdict(status=status, room_id=room, reasons=(_sentence(which),))
        if not sure:
            return None
        reasons = tuple(_sentence(one) for one in [*sure, *against])
        return Verdict(status="unknown", room_id=room, reasons=reasons)

    def _against(self, room: int) -> Iterator[Evidence]:
        """What contradicts that a room is live: a source that says offline, or that names another live room."""
        for one in self._pages.values():
            elsewhere = one.says in _ON and one.room_id not in {0, room, *self._outdated}
            if one.says == "offline" or elsewhere:
                yield one
        alive = self._rooms.get(("check_alive", room))
        if alive is not None and alive.says == "offline":
            yield alive

    def unknown_room(self, room: int) -> Verdict:
        """The verdict on a room that was asked about by its id, when room/info says nothing.

        check_alive is known to report rooms as live that are over, and not the other way round.
        """
        alive = self._rooms["check_alive", room]
        status: Status = "offline" if alive.says == "offline" else "unknown"
        return Verdict(status=status, room_id=room, reasons=(_sentence(alive),))

    def without_room(self) -> Verdict:
        """The verdict when no room is left that may be live."""
        profile = self._pages.get("profile")
        if profile is not None and profile.says == "private":
            return Verdict(status="private", reasons=(_sentence(profile),))
        known = [one for one in self._pages.values() if one.says in _SHOWS_A_USER]
        if profile is not None and profile.says == "missing":
            status: Status = "unknown" if known else "missing"
            return Verdict(status=status, reasons=tuple(map(_sentence, [*known, profile])))
        hidden = [one for one in self._pages.values() if one.says in _ON and not one.room_id]
        doubtful = bool(hidden) or any(one.says == "missing" for one in self._pages.values())
        off = list(self._off())
        settled = not hidden and (self._is_certain() or (len(off) > 1 and bool(known)))
        settled = settled or bool(hidden and self._is_certain() and profile is not None and profile.says == "no_room")
        if settled and (not doubtful or profile is not None):
            return Verdict(status=self._off_status(), reasons=tuple(map(_sentence, off)))
        for source in PAGES:
            if source not in self._pages:
                return Verdict(status="unknown", ask=source)
        return Verdict(status="unknown", reasons=tuple(map(_sentence, [*self._pages.values(), *self._rooms.values()])))

    def _off(self) -> Iterator[Evidence]:
        """What says, surely or weakly, that the user is not live."""
        yield from (one for one in self._pages.values() if one.says in _SAYS_OFF)
        named = {one.room_id for one in self._pages.values()} - {0}
        # One source about rooms counts once, however many rooms it was asked about.
        over = {one.source: one for (_, room), one in self._rooms.items() if room in named and one.says == "offline"}
        yield from over.values()

    def _is_certain(self) -> bool:
        api = self._pages.get("api_live")
        if api is not None and api.says == "offline":
            return True
        named = {one.room_id for one in self._pages.values()}
        # The user can be live in another room, which an outdated page does not name.
        return api is not None and bool(named & self._over)

    def _off_status(self) -> Status:
        page = self._pages.get("live_page")
        never = page is not None and page.says == "never_live" and not any(p.room_id for p in self._pages.values())
        return "never_live" if never else "offline"


_ROOM_OVER: Final = ("room_info", "offline")


def _settled(one: Evidence, room: int, *, reason: str) -> Verdict:
    return Verdict(status="paused" if one.says == "paused" else "live", room_id=room, reasons=(reason,))


def _ask(source: str, room: int) -> Verdict:
    return Verdict(status="unknown", room_id=room, ask="room_info" if source == "room_info" else "check_alive")


_SAYS: Final[Mapping[Says, str]] = {
    "live": "says live",
    "paused": "says paused",
    "offline": "says offline",
    "no_room": "names no room",
    "never_live": "has no live stream of this user",
    "missing": "says that there is no such user",
    "private": "says that the account is private",
    "restricted": "keeps the room from this client",
    "unclear": "does not say whether the user is live",
    "failed": "gave no answer",
}


def _sentence(one: Evidence) -> str:
    where = f" (room {one.room_id})" if one.room_id else ""
    return f"{SOURCE_NAMES[one.source]} {_SAYS[one.says]}{where}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """What the sources said about a user or a room, and what follows from it."""

    target: Target
    evidence: tuple[Evidence, ...]
    verdict: Verdict
    ended: int = 0
    session: bool = False

    @property
    def failures(self) -> tuple[TikcastError, ...]:
        """The errors of the sources that gave no answer, in the order in which they were asked."""
        return tuple(one.error for one in self.evidence if one.says == "failed" and one.error is not None)

    def room(self) -> FoundRoom:
        """The live room. Raises the error that says why there is none; its `causes` are those of the sources."""
        if self.verdict.status not in {"live", "paused"}:
            raise self._with_causes(self._no_room())
        room_id, paused = self.verdict.room_id, self.verdict.status == "paused"
        rooms = [one for one in self.evidence if one.found is not None and one.found.room_id == room_id]
        rooms.sort(key=lambda one: one.says not in {"live", "paused"})
        found = next((one.found for one in rooms), None) or FoundRoom(room_id=room_id, username=self.target.username)
        return replace(found, paused=paused)

    def status(self) -> LiveStatus:
        """The status with all evidence, for programs."""
        return LiveStatus(
            status=self.verdict.status,
            room_id=self.verdict.room_id if self.verdict.status in {"live", "paused"} else 0,
            reasons=self.verdict.reasons,
            evidence=tuple(_source_answer(one) for one in self.evidence),
            error=self._unanswered(),
        )

    def _unanswered(self) -> TikcastError | None:
        """The error when there is no user to answer about, or no source that answers."""
        if self.verdict.status in {"missing", "private"}:
            return self._with_causes(self._no_room())
        nobody = len(self.failures) == len(self.evidence) or isinstance(self._main_failure(), NAMED)
        return self._with_causes(self._no_room()) if self.verdict.status == "unknown" and nobody else None

    def _main_failure(self) -> TikcastError | None:
        """The failure that says most: one that names a reason, else the first."""
        named = (error for error in self.failures if isinstance(error, NAMED))
        return next(named, None) or next(iter(self.failures), None)

    def _no_room(self) -> TikcastError:
        name, room_id = self.target.username or "", self.target.room_id
        match self.verdict.status:
            case "missing":
                return UserNotFound(name)
            case "private":
                return PrivateAccount(name, session=self.session)
        if self.ended and any(one.room_id == self.ended for one in self.evidence):
            return LiveEndedError(self.ended)
        if self.verdict.status != "unknown":
            return LiveEndedError(room_id) if room_id is not None else UserOffline(name)
        subject = f"whether room {room_id} is live" if room_id is not None else f"whether @{name} is live"
        failure = None if self.verdict.room_id and room_id is None else self._main_failure()
        reasons = "; ".join(self.verdict.reasons)
        return failure or LookupFailed(
            subject, f"the answers of TikTok do not settle it ({reasons})", advice="try again later"
        )

    def _with_causes(self, error: TikcastError) -> TikcastError:
        causes = tuple(failure for failure in self.failures if failure is not error)
        if causes:
            error.causes = causes
        return error


def _source_answer(one: Evidence) -> SourceAnswer:
    return SourceAnswer(
        source=one.source,
        says=one.says,
        room_id=one.room_id,
        detail=one.detail,
        error=one.error,
        seconds=one.seconds,
    )
