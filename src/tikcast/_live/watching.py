"""Looking after users until they go live: one page a user who is not, one question for all who are."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self, TypeVar

from tikcast._clock import SystemClock
from tikcast._net.answers import FoundRoom, live_room
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

_SPREAD: Final = 0.2
_SLOWER: Final = 1.1
_SLOWEST: Final = 4.0
_SHORTEST_SLEEP: Final = 0.05
_FAILED_CHECKS: Final = 2
_GAP: Final = 1.0
_LONGEST_GAP: Final = 30.0
_AT_ONCE: Final = 5
_REFUSED: Final = 2.0
_ANSWERED: Final = 0.9


@dataclass(kw_only=True, slots=True)
class _Watched:
    """A user. `room_id`: the live that was told, 0 for none; `doubted`: it may be over.

    `due_ms`: when to look for a live. `quiet`: how often there was none. `known`: TikTok has once
    said something of this user.
    """

    username: str
    due_ms: int
    room_id: int = 0
    doubted: bool = False
    quiet: int = 0
    known: bool = False

    @property
    def live(self) -> bool:
        return self.room_id != 0 and not self.doubted


class Watcher(AsyncIterator[T_co]):
    """Gives what `make` makes of each live that one of `users` goes into, in the moment it is seen.

    A user is asked for about every `interval` seconds, less often the longer nothing happens, a
    fifth left to chance, and never more than a question a second for all who share `pace`; those who are
    live are asked for together. What may pass is logged and waited out; what cannot is raised, as
    is that TikTok cannot be reached at the very first. A user of whom nothing can be found out is
    raised once and watched no longer. Cancelling is safe: the next call goes on where it was.
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
            found = await self._step(self._watched)
            if found is not None:
                return self._make(found)
        raise StopAsyncIteration

    async def _resolve(self) -> list[_Watched]:
        """Each user once, in the order given."""
        names: dict[str, str] = {}
        for user in self._users:
            name = await self._name_of(user)
            names.setdefault(name.lower(), name)
        now = self._clock.now_ms()
        return [_Watched(username=name, due_ms=now) for name in names.values()]

    async def _name_of(self, user: str | int) -> str:
        target = await self._network.lookups.resolve(user)
        name = target.username or (await self._network.lookups.live_room(target)).user.username
        if not name:
            raise InvalidTarget(str(user), "TikTok does not tell whose room it is")
        return name

    async def _step(self, watched: list[_Watched]) -> FoundRoom | None:
        """Ask one question, or wait for the time of the next."""
        now = self._clock.now_ms()
        lives = [user for user in watched if user.live]
        others = [user for user in watched if not user.live]
        if lives and self._check_due_ms <= now:
            await self._check(lives)
            return None
        user = min(others, key=lambda user: user.due_ms, default=None)
        if user is not None and user.due_ms <= now:
            return await self._look(user, watched)
        moments = [self._check_due_ms] if lives else []
        due_ms = min([*moments, user.due_ms] if user else moments)
        await self._clock.sleep(max(_SHORTEST_SLEEP, (due_ms - now) / 1000))
        return None

    async def _look(self, user: _Watched, watched: list[_Watched]) -> FoundRoom | None:
        """Look for a live that was not told yet."""
        await self._pace.turn()
        try:
            found = await self._network.lookups.find_room(Target(username=user.username))
        except UserOffline:
            self._answered(user)
            user.room_id, user.doubted = 0, False
            self._later(user)
            return None
        except TikcastError as error:
            if isinstance(error, NetworkError) and not self._reached:
                raise
            if not (decide(error).retry or user.known):
                watched.remove(user)
                raise
            self._failed(error, f"whether @{user.username} is live")
            self._later(user, at_least=decide(error).wait)
            return None
        self._answered(user)
        new = found.room_id != user.room_id
        if not any(other.live for other in watched):
            self._check_due_ms = self._clock.now_ms() + self._delay_ms(0)
        user.room_id, user.doubted, user.quiet = found.room_id, False, 0
        return found if new else None

    async def _check(self, lives: list[_Watched]) -> None:
        """Ask which lives go on; whose does not, or is not told of, is looked for at once."""
        await self._pace.turn()
        self._check_due_ms = self._clock.now_ms() + self._delay_ms(0)
        try:
            alive = await self._network.lookups.check_alive([user.room_id for user in lives])
        except TikcastError as error:
            self._failed(error, "whether lives go on")
            self._failed_checks += 1
            alive = {user.room_id: self._failed_checks < _FAILED_CHECKS for user in lives}
        else:
            self._pace.answered()
            self._failed_checks = 0
        for user in lives:
            if not alive.get(user.room_id):
                user.doubted, user.due_ms = True, self._clock.now_ms()

    def _failed(self, error: TikcastError, what: str) -> None:
        """Slow down, or raise what asking again cannot mend."""
        if self._network.http.closed or isinstance(error, ConfigError):
            raise error
        logger.warning("Could not tell %s: %s", what, error)
        self._pace.refused(decide(error).wait)

    def _answered(self, user: _Watched) -> None:
        self._pace.answered()
        self._reached = user.known = True

    def _later(self, user: _Watched, *, at_least: float = 0.0) -> None:
        user.due_ms = self._clock.now_ms() + max(self._delay_ms(user.quiet), round(at_least * 1000))
        user.quiet += 1

    def _delay_ms(self, quiet: int) -> int:
        slower: float = min(_SLOWEST, _SLOWER ** min(quiet, 100))
        return round(self._interval * slower * (1 + _SPREAD * self._random.uniform(-1, 1)) * 1000)


async def wait_until_live(
    network: Network, user: str | int, *, interval: float, clock: Clock, random: Random, pace: Pace | None = None
) -> LiveRoom:
    """The room of `user` as soon as there is one, asking as a `Watcher` does; raises as it does."""
    watcher = Watcher(network, [user], make=_as_live_room, interval=interval, clock=clock, random=random, pace=pace)
    return await anext(watcher)


def _as_live_room(found: FoundRoom) -> LiveRoom:
    """The room, without what cannot be read of its page: nobody should wait for nothing because of that."""
    try:
        return live_room(found)
    except LookupFailed:
        return live_room(replace(found, page=None))


class Pace:
    """A few questions at once, then one a second; slower with every refusal, and slowly faster again.

    All who share it wait in one line.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gap = _GAP
        self._used_up_ms = 0.0
        self._paused_until_ms = 0.0
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next question may be asked. Cancelling takes no turn."""
        async with self._line:
            ahead = (_AT_ONCE - 1) * _GAP if self._gap == _GAP else 0.0
            now = self._clock.now_ms()
            begin = max(now, self._paused_until_ms, self._used_up_ms - ahead * 1000)
            if begin > now:
                await self._clock.sleep((begin - now) / 1000)
            self._used_up_ms = max(self._used_up_ms, begin) + self._gap * 1000

    def answered(self) -> None:
        """The question had an answer."""
        self._gap = max(_GAP, self._gap * _ANSWERED)

    def refused(self, wait: float) -> None:
        """It had none: ask nothing for `wait` seconds, and less often from then on."""
        self._gap = min(_LONGEST_GAP, self._gap * _REFUSED)
        self._paused_until_ms = max(self._paused_until_ms, self._clock.now_ms() + wait * 1000)


class NetworkClock(SystemClock):
    """The machine's clock for whoever waits between two questions: closing the network ends every sleep."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe. Raises `ConfigError` as soon as the network is closed."""
        await self._network.http.sleep(seconds)
