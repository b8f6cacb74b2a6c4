"""Watching users until they go live: one page for each user who is not live, one request for all who are live."""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self, TypeVar

from tikcast._live.budget import (
    JITTER,
    MAX_BACKOFF,
    SECOND_SOURCE_EVERY,
    WatchStats,
    check_interval,
    page_interval,
    watch_stats,
)
from tikcast._live.pace import Pace
from tikcast._net.answers import live_room
from tikcast._net.liveness import FoundRoom
from tikcast._net.lookups import ROOMS_PER_REQUEST
from tikcast._net.retry import decide
from tikcast._net.targets import Target
from tikcast.errors import (
    Blocked,
    ConfigError,
    InvalidTarget,
    LookupFailed,
    NetworkError,
    RateLimited,
    TikcastError,
    UserOffline,
)

if TYPE_CHECKING:
    from random import Random

    from tikcast._clock import Clock
    from tikcast._net.network import Network
    from tikcast.models import LiveRoom

logger = logging.getLogger("tikcast.live.watching")

T_co = TypeVar("T_co", covariant=True)

_BACKOFF: Final = 1.1
_SHORTEST_SLEEP: Final = 0.05
_FAILED_CHECKS: Final = 2

_NOT_LIVE: Final = frozenset({"offline", "no_room", "never_live"})


@dataclass(kw_only=True, slots=True)
class _Watched:
    """A user who is watched. Times are ages of the clock.

    `room_id`: the room in which they are live, 0 for none; `doubted`: it may be over. `reported`: the last room that
    was reported. `due_ms`: when to look at a page, and `looked_ms`: when that was done. `looks`: how often.
    `offline_checks`: how often in a row there was no room. `answered`: TikTok has answered about this user before.
    """

    username: str
    due_ms: int
    looks: int
    room_id: int = 0
    reported: int = 0
    doubted: bool = False
    looked_ms: int = 0
    offline_checks: int = 0
    answered: bool = False

    @property
    def live(self) -> bool:
        return self.room_id != 0 and not self.doubted


class Watcher(AsyncIterator[T_co]):
    """Yields what `make` makes of each room in which one of `users` goes live, as soon as it is seen.

    Each user who is not live is looked up about every `interval` seconds, less often the longer nothing happens; a
    fifth of that is random. Usually one page is enough; every fourth time another source is asked too. One request
    checks all who are live, and now and then their pages are looked at as well: no single answer ends the watching of
    a user. All who share `pace` make at most one request a second; `stats` says what follows from that.

    A failure that may pass is logged and tried again. A failure that cannot pass is
    raised, and so is a TikTok that cannot be reached at the very first. A user about whom there will
    be no answer is raised once and watched no longer. Cancelling is safe: the next call goes on.
    """

    def __init__(
        self,
        network: Network,
        users: Sequence[str | int],
        *,
        make: Callable[[FoundRoom], T_co],
        interval: float,
        clock: Clock,
        random: Random,
        pace: Pace | None = None,
    ) -> None:
        if not users:
            raise ConfigError("nobody is to be watched", option="users", advice="name at least one user")
        if not 1 <= interval < math.inf:
            raise ConfigError(f"it cannot be {interval:g} seconds", option="interval", advice="give 1 or more")
        self._network = network
        self._users = users
        self._make = make
        self._interval = interval
        self._clock = clock
        self._random = random
        self._pace = pace or Pace(clock)
        self._watched: list[_Watched] | None = None
        self._check_due_ms = 0
        self._failed_checks = 0
        self._reached = False
        self._requests = 0
        self._page_rests_until_ms = 0

    def stats(self) -> WatchStats:
        """How many users are watched, what that costs, and how soon a change is noticed."""
        watched = len(self._users) if self._watched is None else len(self._watched)
        live = self._live_count()
        return watch_stats(live=live, offline=watched - live, interval=self._interval, requests=self._requests)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T_co:
        if self._watched is None:
            self._watched = await self._resolve()
        while self._watched:
            room = await self._step(self._watched)
            if room is not None:
                return self._make(room)
        raise StopAsyncIteration

    async def _resolve(self) -> list[_Watched]:
        """Each user once, in the order given."""
        names: dict[str, str] = {}
        for user in self._users:
            name = await self._name_of(user)
            names.setdefault(name.lower(), name)
        age_ms = self._clock.age_ms()
        # Users start at different looks, so that the second source is not asked about all of them in a row.
        return [_Watched(username=name, due_ms=age_ms, looks=number + 1) for number, name in enumerate(names.values())]

    async def _name_of(self, user: str | int) -> str:
        target = await self._network.lookups.resolve(user)
        name = target.username or (await self._network.lookups.live_room(target)).user.username
        if not name:
            raise InvalidTarget(str(user), "TikTok does not tell whose room it is")
        return name

    async def _step(self, watched: list[_Watched]) -> FoundRoom | None:
        """Make one request, or wait until the next one is due."""
        age_ms = self._clock.age_ms()
        live = [user for user in watched if user.live]
        if live and self._check_due_ms <= age_ms:
            await self._check(live)
            return None
        user = min(watched, key=lambda user: user.due_ms)
        if user.due_ms <= age_ms:
            return await self._look_up(user, watched)
        due_ms = min(user.due_ms, self._check_due_ms) if live else user.due_ms
        await self._clock.sleep(max(_SHORTEST_SLEEP, (due_ms - age_ms) / 1000))
        return None

    async def _look_up(self, user: _Watched, watched: list[_Watched]) -> FoundRoom | None:
        """The room of a user if it was not reported yet."""
        try:
            room = await self._find(user)
        except UserOffline:
            self._answered(user)
            user.room_id, user.doubted = 0, False
            self._look_later(user)
            return None
        except TikcastError as error:
            if isinstance(error, NetworkError) and not self._reached:
                raise
            if not (decide(error).retry or user.answered):
                watched.remove(user)
                raise
            self._failed(error, f"whether @{user.username} is live")
            self._look_later(user, at_least=decide(error).wait)
            return None
        self._answered(user)
        if not self._live_count():
            self._check_later(1)
        user.room_id, user.doubted, user.offline_checks = room.room_id, False, 0
        page_ms = self._random_ms(page_interval(self._live_count(), interval=self._interval))
        user.due_ms = self._clock.age_ms() + page_ms
        is_new, user.reported = room.room_id != user.reported, room.room_id
        return room if is_new else None

    async def _find(self, user: _Watched) -> FoundRoom:
        """The room of a user, by one page if it says that there is none; now and then by a second source too.

        Raises as `find_room` does. While the live page is refused, api-live is asked first.
        """
        user.looks, user.looked_ms = user.looks + 1, self._clock.age_ms()
        resting = self._clock.age_ms() < self._page_rests_until_ms
        await self._turn()
        first = await self._network.lookups.ask("api_live" if resting else "live_page", username=user.username)
        is_enough = first.says in _NOT_LIVE and (user.answered or first.says == "offline")
        if is_enough and not user.room_id and user.looks % SECOND_SOURCE_EVERY:
            raise UserOffline(user.username)
        target = Target(username=user.username)
        inquiry = await self._network.lookups.inquire(target, known=(first,), turn=self._turn)
        if isinstance(first.error, Blocked | RateLimited) and not resting:
            self._page_rests_until_ms = self._clock.age_ms() + round(decide(first.error).wait * 1000)
        return inquiry.room()

    async def _check(self, live: list[_Watched]) -> None:
        """Check which users are still live; the others are looked up at once, those without an answer soon."""
        for _ in range(0, len(live), ROOMS_PER_REQUEST):
            await self._turn()
        self._check_later(len(live))
        try:
            alive = await self._network.lookups.check_alive([user.room_id for user in live])
        except TikcastError as error:
            self._failed(error, "whether live streams go on")
            self._failed_checks += 1
            over = self._failed_checks >= _FAILED_CHECKS
            alive = {user.room_id: not over for user in live}
        else:
            self._pace.answered()
            self._failed_checks = 0
        for user in live:
            goes_on = alive.get(user.room_id)
            if goes_on is False:
                user.doubted, user.due_ms = True, self._clock.age_ms()
            elif goes_on is None:
                soon_ms = user.looked_ms + self._random_ms(MAX_BACKOFF * self._interval)
                user.due_ms = min(user.due_ms, soon_ms)

    async def _turn(self) -> None:
        """Wait until a request may be made."""
        await self._pace.turn()
        self._requests += 1

    def _failed(self, error: TikcastError, what: str) -> None:
        """Slow down after a failure that may pass; raise an error for which another request is pointless."""
        if self._network.http.closed or isinstance(error, ConfigError):
            raise error
        logger.warning("Unknown %s: %s", what, error)
        if decide(error).retry:
            self._pace.refused(decide(error).wait)

    def _answered(self, user: _Watched) -> None:
        self._pace.answered()
        self._reached = user.answered = True

    def _look_later(self, user: _Watched, *, at_least: float = 0.0) -> None:
        backoff = min(MAX_BACKOFF, _BACKOFF ** min(user.offline_checks, 100))
        delay_ms = max(self._random_ms(self._interval * backoff), round(at_least * 1000))
        user.due_ms = self._clock.age_ms() + delay_ms
        user.offline_checks += 1

    def _check_later(self, live: int) -> None:
        self._check_due_ms = self._clock.age_ms() + self._random_ms(check_interval(live, interval=self._interval))

    def _random_ms(self, seconds: float) -> int:
        return round(seconds * (1 + JITTER * self._random.uniform(-1, 1)) * 1000)

    def _live_count(self) -> int:
        return sum(user.live for user in self._watched or ())


async def wait_until_live(
    network: Network, user: str | int, *, interval: float, clock: Clock, random: Random, pace: Pace | None = None
) -> LiveRoom:
    """The room of `user` as soon as there is one. It asks and raises as a `Watcher` does."""
    watcher = Watcher(network, [user], make=_as_live_room, interval=interval, clock=clock, random=random, pace=pace)
    return await anext(watcher)


def _as_live_room(room: FoundRoom) -> LiveRoom:
    """The room; without its page if that cannot be read, so that nobody waits in vain because of it."""
    try:
        return live_room(room)
    except LookupFailed:
        return live_room(replace(room, page=None))
