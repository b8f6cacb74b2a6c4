"""Every check of what works between this machine and TikTok, in order, whatever failed before."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from tikcast._clock import age
from tikcast._net.connect.plan import SOURCES
from tikcast._net.connect.ttwid import SOURCE_NAMES
from tikcast._net.liveness import PAGES, FoundRoom, judge
from tikcast._net.network import Network
from tikcast._net.targets import Target
from tikcast._wire.protobuf.picking import COMPILED
from tikcast.capture.recorder import CaptureRecorder
from tikcast.diagnosis import probes
from tikcast.diagnosis.checks import CONTROL, Check, Conclusion, conclude
from tikcast.diagnosis.connecting import METHODS, Route, connect_by, regional_routes
from tikcast.diagnosis.probes import Finding
from tikcast.diagnosis.redaction import Redactor
from tikcast.diagnosis.report import Report
from tikcast.diagnosis.summary import make_report, names_in, own_hosts, secrets_of
from tikcast.diagnosis.traffic import TrafficLog, during
from tikcast.errors import TikcastError
from tikcast.options import Timeouts

if TYPE_CHECKING:
    from tikcast._net.connect.plan import CookieSource
    from tikcast._net.liveness import Evidence, Verdict
    from tikcast._options import ClientOptions
    from tikcast.models.status import Source

logger = logging.getLogger("tikcast.diagnosis.examination")

TIMEOUTS: Final = Timeouts(
    request=8.0, handshake=8.0, first_frame=10.0, stale=12.0, close=1.0, signer_turn=6.0, mint_interval=0.5
)
"""Limits with which an examination ends within a minute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds for the parts of an examination, less than a minute together; `listen` is a part of `connect`.

    `resolve`: a share link is followed. `ask`: sources about the user, cookies and the signer. `room`: sources about
    the room. `connect`: each method, at the same time. `regions`: other push servers. `listen`: messages are read.
    """

    resolve: float = 5.0
    ask: float = 9.0
    room: float = 5.0
    connect: float = 16.0
    regions: float = 8.0
    listen: float = 0.0


Ask = Callable[[], Awaitable[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Probe:
    """A check to be made: its name, what is asked, and how."""

    name: str
    asked: str
    ask: Ask


class Examination:
    """One examination of what works for a client with `options`. Cancelling `run` closes what it opened.

    `target`: a user who is live now, a page URL, a share link or a room id; "" for none. `lists`: ask for the
    feed, gifts and prices too. `show` gets each check as soon as it and those before it are done. Raises `ConfigError`
    for wrong options.
    """

    def __init__(
        self,
        options: ClientOptions,
        *,
        target: str = "",
        patience: Patience = Patience(),
        lists: bool = False,
        environment: Mapping[str, str] = os.environ,
        show: Callable[[Check], object] = lambda _: None,
    ) -> None:
        self.checks: list[Check] = []
        self._options = options
        self._patience = patience
        self._environment = environment
        self._text = target
        self._lists_wanted = lists
        self._show = show
        self._redactor = Redactor(names=_names([target]))
        self._trace = None if options.trace is None else CaptureRecorder(options.trace, option="trace")
        self._traffic = TrafficLog(self._redactor, trace=self._trace)
        self._evidence: list[Evidence] = []
        self._network = self._new_network()
        self._redactor.add_secrets(secrets_of(options, self._network.settings))
        self._redactor.add_names(own_hosts(self._network.settings), by="own host")
        self._target: Target | None = None

    async def run(self) -> Conclusion:
        """Make every check."""
        try:
            self._done(
                probes.reader(compiled=COMPILED).check("program/reader", asked="decode events fast", seconds=None)
            )
            await self._resolve()
            await self._all([*self._pages(), *self._cookies(), self._signer()], self._patience.ask)
            for _ in range(_MOST_ROOMS):
                await self._all(self._about_rooms(), self._patience.room)
            await self._all([*self._reachable(), *self._lists()], self._patience.room)
            if self._target is not None:
                finding = probes.of_status(self._verdict(), who=self._who)
                self._done(finding.check("user/status", asked=f"whether {self._who} is live", seconds=None))
            await self._connect()
        finally:
            await self._network.aclose()
            if self._trace is not None:
                await self._trace.close()
        return self.conclusion

    @property
    def conclusion(self) -> Conclusion:
        """What all checks so far say together."""
        status = self._verdict().status if self._target is not None else "unknown"
        return conclude(self.checks, who=self._text and self._who, status=status)

    def report(self) -> Report:
        """All evidence so far, without secrets and names."""
        self._redactor.add_names(_names(names_in(self._evidence)))
        rooms = dict.fromkeys(str(one.room_id) for one in self._evidence if one.room_id)
        for number, room in enumerate(rooms, start=1):
            self._redactor.add_names([room], by=f"ROOM{number}")
        return make_report(
            self.checks,
            self.conclusion,
            options=self._options,
            settings=self._network.settings,
            traffic=self._traffic,
            redactor=self._redactor,
        )

    @property
    def _who(self) -> str:
        """The user or room that is asked about."""
        if self._target is None:
            return repr(self._text)
        return f"@{self._target.username}" if self._target.username else f"room {self._target.room_id}"

    def _new_network(self) -> Network:
        return Network(self._options, environment=self._environment, requests=self._traffic)

    def _verdict(self) -> Verdict:
        room_id = (self._target.room_id if self._target else None) or 0
        return judge(self._evidence, room_id=room_id)

    async def _resolve(self) -> None:
        """Find out what the text of the user names. Only a share link needs requests."""
        if not self._text:
            return
        since = age()
        finding: Finding | None = None
        try:
            with during("user/target"):
                async with asyncio.timeout(self._patience.resolve):
                    self._target = await self._network.lookups.resolve(self._text)
        except TikcastError as error:
            finding = probes.failed(error)
        except TimeoutError:
            finding = probes.too_late(self._patience.resolve)
        if finding is not None:
            self._done(finding.check("user/target", asked=f"what {self._text!r} names", seconds=age() - since))
        elif self._target is not None and self._target.username:
            self._redactor.add_names(_names([self._target.username]))

    def _pages(self) -> list[_Probe]:
        """The sources that are asked by the name of a user: of TikTok's own account when no user is given."""
        if self._target is None:
            return self._control()
        name = self._target.username
        return [self._about_user(source, name, topic="user") for source in PAGES] if name else []

    def _control(self) -> list[_Probe]:
        return [self._about_user(source, CONTROL, topic="control") for source in PAGES]

    def _about_user(self, source: Source, username: str, *, topic: str) -> _Probe:
        name = f"{topic}/{source}"

        async def ask() -> Finding:
            evidence = await self._network.lookups.ask(source, username=username)
            if topic == "user":
                self._evidence.append(evidence)
            return probes.of_source(evidence, self._traffic.of(name), exists=username == CONTROL)

        return _Probe(name=name, asked=f"{probes.SOURCES[source]} of @{username}", ask=ask)

    def _about_rooms(self) -> list[_Probe]:
        """The sources about the room that may be live and was not asked about."""
        rooms = [self._target.room_id or 0] if self._target is not None else []
        rooms += [one.room_id for one in self._evidence if one.says in _MAYBE_LIVE]
        rooms += [one.room_id for one in self._evidence]
        asked = {one.room_id for one in self._evidence if one.source in _ROOM_SOURCES}
        room_id = next((room for room in rooms if room and room not in asked), 0)
        live = bool(asked) and self._verdict().status in _LIVE
        return [self._about_room(source, room_id) for source in _ROOM_SOURCES] if room_id and not live else []

    def _reachable(self) -> list[_Probe]:
        """TikTok's own account, when the user is not live: does TikTok give answers to this client?"""
        return self._control() if self._text and self._verdict().status not in _LIVE else []

    def _lists(self) -> list[_Probe]:
        """The lists of the webcast API. What they answer matters to nobody who only watches."""
        if not self._lists_wanted:
            return []
        room_id = next((one.room_id for one in self._evidence if one.room_id), 0)
        listings = self._network.listings

        async def feed() -> Finding:
            return probes.of_list(len((await listings.feed_page(0)).items))

        async def prices() -> Finding:
            return probes.of_list(len((await listings.price_list()).items))

        async def gifts() -> Finding:
            return probes.of_list(len(await listings.gifts(room_id)))

        asked = {"feed": feed, "prices": prices, **({"gifts": gifts} if room_id else {})}
        return [_Probe(name=f"list/{name}", asked=f"the list of {name}", ask=ask) for name, ask in asked.items()]

    def _about_room(self, source: Source, room_id: int) -> _Probe:
        again = any(one.source == source for one in self._evidence)
        name = f"user/{source}{' of another room' if again else ''}"

        async def ask() -> Finding:
            evidence = await self._network.lookups.ask(source, room_id=room_id)
            self._evidence.append(evidence)
            return probes.of_source(evidence, self._traffic.of(name))

        return _Probe(name=name, asked=f"{probes.SOURCES[source]} about room {room_id}", ask=ask)

    def _cookies(self) -> list[_Probe]:
        """Each source of a visitor's cookie, asked without any cookie."""
        return [
            _Probe(
                name=f"cookie/{source}",
                asked=f"a visitor's cookie from {SOURCE_NAMES[source]}",
                ask=partial(self._cookie, source),
            )
            for source in SOURCES
        ]

    async def _cookie(self, source: CookieSource) -> Finding:
        network = self._new_network()
        try:
            await network.visitor_cookies.get(CONTROL, sources=[source], tries=_COOKIE_TRIES)
        except TikcastError as error:
            return probes.of_cookie(self._traffic.of(f"cookie/{source}"), error=error)
        finally:
            await network.aclose()
        return probes.of_cookie(self._traffic.of(f"cookie/{source}"))

    def _signer(self) -> _Probe:
        async def ask() -> Finding:
            return probes.of_limits(await self._network.signer.limits())

        return _Probe(name="signer/limits", asked="the quota of the signer", ask=ask)

    async def _connect(self) -> None:
        """Connect by each method; where the direct one fails, at TikTok's regional hosts too."""
        room, routes = self._room(), [Route(method=method) for method in METHODS]
        if room is None:
            for route in routes:
                finding = probes.skipped("no live room to connect to")
                self._done(finding.check(route.name, asked=_asked(route), seconds=None))
            return
        within = self._patience.connect
        await self._all([self._route(route, room, within=within) for route in routes], within + _MOMENT)
        direct = next(check for check in self.checks if check.name == routes[0].name)
        if direct.verdict == "failed" and direct.stage in {"handshake", "entering", "first_frame"}:
            within = self._patience.regions
            others = regional_routes(self._options.endpoints)
            await self._all([self._route(route, room, within=within) for route in others], within + _MOMENT)

    def _route(self, route: Route, room: FoundRoom, *, within: float) -> _Probe:
        async def ask() -> Finding:
            return await connect_by(
                route,
                room,
                options=self._options,
                environment=self._environment,
                traffic=self._traffic,
                within=within,
                listen=self._patience.listen,
            )

        return _Probe(name=route.name, asked=_asked(route), ask=ask)

    def _room(self) -> FoundRoom | None:
        """The room to connect to: the live one, else any that may be live. A failed lookup does not matter."""
        verdict = self._verdict()
        name = self._target.username if self._target is not None else None
        if self._target is None or verdict.status in _OVER:
            return None
        rooms = [verdict.room_id, self._target.room_id or 0]
        rooms += [one.room_id for one in self._evidence if one.says in _MAYBE_LIVE]
        room_id = next(filter(None, rooms), 0)
        return FoundRoom(room_id=room_id, username=name) if room_id else None

    async def _all(self, asked: Sequence[_Probe], within: float) -> None:
        """Make checks at the same time, and show them in their order."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_result(probe, within=within)) for probe in asked]
            for task in tasks:
                self._done(await task)

    def _done(self, check: Check) -> None:
        self.checks.append(check)
        self._show(check)


async def _result(probe: _Probe, *, within: float) -> Check:
    """The result of a check, within a time. Whatever goes wrong is its result, so that the others go on."""
    since = age()
    try:
        with during(probe.name):
            async with asyncio.timeout(within):
                finding = await probe.ask()
    except TikcastError as error:
        finding = probes.failed(error)
    except TimeoutError:
        finding = probes.too_late(within)
    except Exception as error:
        logger.exception("The check %s failed", probe.name)
        finding = probes.failed(error)
    return finding.check(probe.name, asked=probe.asked, seconds=age() - since)


def _names(names: Sequence[str]) -> list[str]:
    """The names that are replaced in a report: all but that of TikTok itself, which is part of its hosts."""
    return [name for name in names if name.strip().removeprefix("@").lower() != CONTROL]


def _asked(route: Route) -> str:
    where = f" at TikTok's host for {route.region}" if route.region else ""
    return f"connect by the method {route.method}{where}"


_MOMENT: Final = 1.0
_MOST_ROOMS: Final = 2
_COOKIE_TRIES: Final = 3
_LIVE: Final = frozenset({"live", "paused"})
_ROOM_SOURCES: Final[tuple[Source, ...]] = ("room_info", "check_alive")
_MAYBE_LIVE: Final = frozenset({"live", "paused", "unclear", "restricted"})
_OVER: Final = frozenset({"offline", "never_live", "missing", "private"})
