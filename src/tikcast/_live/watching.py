"""Watching users until they go live: one page for each user who is offline, one request for all who are live."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self, TypeVar

from tikcast._clock import SystemClock
from tikcast._net.answers import live_room
from tikcast._net.liveness import FoundRoom
from tikcast._net.retry import decide
from tikcast._net.targets import Target
from tikcast.errors import ConfigError, InvalidTarget, LookupFailed, NetworkError, TikcastError, UserOffline

if TYPE_CHECKING:
    from random import Random

    from tikcast._clock import Clock
    from tikcast._net.network import Network
    from tikcast.models import LiveRoom

logger = logging.getLogger("tikcast.live.watching")

T_co = TypeVar("T_co", covariant=True)

_JITTER: Final = 0.2
_BACKOFF: Final = 1.1
_MAX_BACKOFF: Final = 4.0
_SHORTEST_SLEEP: Final = 0.05
_FAILED_CHECKS: Final = 2

_GAP: Final = 1.0
_LONGEST_GAP: Final = 30.0
_BURST: Final = 5
_SLOWER: Final = 2.0
_FASTER: Final = 0.9


@dataclass(kw_only=True, slots=True)
class _Watched:
    """A user who is watched.

    `room_id`: the last room that was reported, 0 for none; `doubted`: it may be over. `due_ms`: the
    age of the clock at which to look for a room. `offline_checks`: how often there was none.
    `answered`: TikTok has answered about this user before.
    """

    username: str
    due_ms: int
    room_id: int = 0
    doubted: bool = False
    offline_checks: int = 0
    answered: bool = False

    @property
    def live(self) -> bool:
        return self.room_id != 0 and not self.doubted


class Watcher(AsyncIterator[T_co]):
    """Yields what `make` makes of each room in which one of `users` goes live, as soon as it is seen.

    Each user is looked up about every `interval` seconds, less often the longer nothing happens; a
    fifth of that is random. All who share `pace` make at most one request a second. One request checks
    all who are live. A failure that may pass is logged and tried again. A failure that cannot pass is
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
        return [_Watched(username=name, due_ms=age_ms) for name in names.values()]

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
        others = [user for user in watched if not user.live]
        if live and self._check_due_ms <= age_ms:
            await self._check(live)
            return None
        user = min(others, key=lambda user: user.due_ms, default=None)
        if user is not None and user.due_ms <= age_ms:
            return await self._look_up(user, watched)
        moments = [self._check_due_ms] if live else []
        due_ms = min([*moments, user.due_ms] if user else moments)
        await self._clock.sleep(max(_SHORTEST_SLEEP, (due_ms - age_ms) / 1000))
        return None

    async def _look_up(self, user: _Watched, watched: list[_Watched]) -> FoundRoom | None:
        """The room of a user if it was not reported yet."""
        await self._pace.turn()
        try:
            room = await self._network.lookups.find_room(Target(username=user.username))
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
        is_new = room.room_id != user.room_id
        if not any(other.live for other in watched):
            self._check_due_ms = self._clock.age_ms() + self._delay_ms(0)
        user.room_id, user.doubted, user.offline_checks = room.room_id, False, 0
        return room if is_new else None

    async def _check(self, live: list[_Watched]) -> None:
        """Check which users are still live; the others, and those without an answer, are looked up at once."""
        await self._pace.turn()
        self._check_due_ms = self._clock.age_ms() + self._delay_ms(0)
        try:
            alive = await self._network.lookups.check_alive([user.room_id for user in live])
        except TikcastError as error:
            self._failed(error, "whether live streams go on")
            self._failed_checks += 1
            alive = {user.room_id: self._failed_checks < _FAILED_CHECKS for user in live}
        else:
            self._pace.answered()
            self._failed_checks = 0
        for user in live:
            if not alive.get(user.room_id):
                user.doubted, user.due_ms = True, self._clock.age_ms()

    def _failed(self, error: TikcastError, what: str) -> None:
        """Slow down; raise an error for which another request is pointless."""
        if self._network.http.closed or isinstance(error, ConfigError):
            raise error
        logger.warning("Unknown %s: %s", what, error)
        self._pace.refused(decide(error).wait)

    def _answered(self, user: _Watched) -> None:
        self._pace.answered()
        self._reached = user.answered = True

    def _look_later(self, user: _Watched, *, at_least: float = 0.0) -> None:
        delay_ms = max(self._delay_ms(user.offline_checks), round(at_least * 1000))
        user.due_ms = self._clock.age_ms() + delay_ms
        user.offline_checks += 1

    def _delay_ms(self, offline_checks: int) -> int:
        backoff: float = min(_MAX_BACKOFF, _BACKOFF ** min(offline_checks, 100))
        return round(self._interval * backoff * (1 + _JITTER * self._random.uniform(-1, 1)) * 1000)


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


class Pace:
    """A rate limit: a few requests at once, then one a second; slower after each refusal, and slowly faster again.

    All who share it wait in one queue.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gap = _GAP
        self._used_until_ms = 0.0
        self._paused_until_ms = 0.0
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next request may be made. Cancelling takes no turn."""
        async with self._queue:
            ahead = (_BURST - 1) * _GAP if self._gap == _GAP else 0.0
            age_ms = self._clock.age_ms()
            begin_ms = max(age_ms, self._paused_until_ms, self._used_until_ms - ahead * 1000)
            if begin_ms > age_ms:
                await self._clock.sleep((begin_ms - age_ms) / 1000)
            self._used_until_ms = max(self._used_until_ms, begin_ms) + self._gap * 1000

    def answered(self) -> None:
        """A request was answered."""
        self._gap = max(_GAP, self._gap * _FASTER)

    def refused(self, wait: float) -> None:
        """A request was refused: make none for `wait` seconds, and fewer from then on."""
        self._gap = min(_LONGEST_GAP, self._gap * _SLOWER)
        self._paused_until_ms = max(self._paused_until_ms, self._clock.age_ms() + wait * 1000)


class NetworkClock(SystemClock):
    """The machine's clocks for whoever waits between two requests: closing the network ends every sleep."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe. Raises `ConfigError` as soon as the network is closed."""
        await self._network.http.sleep(seconds)
