"""A live stream that is followed in virtual time, over a pure world, while faults happen."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, cast

from tests.chaos.monkey import Monkey
from tests.chaos.outcome import Outcome, Twin
from tests.chaos.pure_network import PureNetwork, PureSocket
from tests.chaos.virtual import Jump, JumpingClock, VirtualClock, run
from tests.live_room import collect
from tikcast import Event, Limits, Live, Reconnect, Timeouts
from tikcast._net.network import Network
from tikcast._options import ClientOptions, QueuePolicy
from tikcast._wire.session.session import History
from tikcast.live import LiveState
from tikcast.simulator import RoomPlan, SimulatorConfig, Strictness, World
from tikcast.simulator.room.scenario import MIXES

SETTINGS: dict[str, Any] = {
    "timeouts": Timeouts(first_frame=3.0, stale=8.0, close=1.0),
    "reconnect": Reconnect(attempts=None, first_delay=0.5, max_delay=8.0, healthy_after=5.0),
}

Reader = Callable[[Live], Coroutine[Any, Any, list[Event]]]

# Seconds after the end of the live stream within which its events must have ended.
HUNG = 600.0

# A room in which every fifth message is a gift, so that many gifts are lost and repeated.
GENEROUS = {**MIXES["chats"], "WebcastGiftMessage": 600}

# The room is looked up once: faults of the lookup must be ordered before.
AT_FIRST = ("no_state", "user_not_found")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The parameters of a run.

    `every`: seconds between two faults on average. `endings`: the share of faults that end the connection.
    `first`: faults before the first connection. `resumes`: the server continues where a connection stopped.
    `old_kinds`: which messages come again much later.
    `socket`: the client's end of each connection. `jumps` of the client's wall clock. `read`: how events are read.
    """

    seed: int
    seconds: float
    every: float = 2.0
    endings: float = 0.08
    first: tuple[str, ...] = AT_FIRST
    resumes: bool = False
    history: History = "mark"
    ending: str = "end"
    socket: type[PureSocket] = PureSocket
    jumps: tuple[Jump, ...] = ()
    old_kinds: str = "comments"
    queue_policy: QueuePolicy = "drop_oldest"
    queue_size: int = 100_000
    read: Reader = collect


class Run:
    """A plan while it is carried out."""

    def __init__(self, plan: Plan) -> None:
        self.clock = VirtualClock()
        self._plan = plan
        self._random = Random(plan.seed)
        self._until_ms = self.clock.now_ms() + plan.seconds * 1000
        rate = 1.5 if plan.resumes else 2.0
        strict = Strictness(ack_timeout=20.0, linger=2.0)
        room = RoomPlan(user="ana", mix=GENEROUS)
        config = SimulatorConfig(plans=(room,), seed=plan.seed, rate=rate, strictness=strict)
        self._world = World(config, now_ms=self.clock.now_ms())
        self._twin = Twin(config, now_ms=self.clock.now_ms())
        self._network = PureNetwork(self._world, random=self._random, resumes=plan.resumes, socket=plan.socket)
        self._monkey = Monkey(self._random, self._order, endings=plan.endings)

    async def live_through(self) -> Outcome:
        network, clock, random = cast("Network", self._network), JumpingClock(self._plan.jumps), Random(self._plan.seed)
        live = Live(network, "ana", options=self._options(), room_info=False, clock=clock, random=random)
        driving = asyncio.create_task(self._drive())
        for name in self._plan.first:
            self._monkey.order(name)
        async with live:
            reading = asyncio.create_task(self._plan.read(live))
            struck = await self._break_things(live)
            await self._heal()
            async with asyncio.timeout(HUNG):
                events = await reading
        driving.cancel()
        return Outcome(
            live=live,
            events=events,
            sent=self._world.hosts["ana"].room.ledger.report(),
            published=self._twin.published,
            messages=self._twin.messages | self._network.messages,
            struck=struck,
            offsets_ms=clock.offsets_ms,
        )

    def _options(self) -> ClientOptions:
        plan = self._plan
        limits = Limits(gunzip=1 << 20, events=plan.queue_size)
        return ClientOptions(history=plan.history, queue_policy=plan.queue_policy, limits=limits, **SETTINGS)

    async def _break_things(self, live: Live) -> Counter[str]:
        """Order faults for as long as the plan says; return which of them happened, and how often."""
        while self.clock.now_ms() < self._until_ms:
            await asyncio.sleep(self._random.expovariate(1 / self._plan.every))
            if live.state is LiveState.CONNECTED:
                self._monkey.strike()
        return self._monkey.struck(self._world.hosts["ana"].faults.report())

    async def _heal(self) -> None:
        """No more faults: let the client come back, and then end the live stream."""
        self._world.heal("ana")
        self._network.heal()
        if self._plan.resumes:
            # Only a new connection asks for the frames again that were damaged last.
            self._world.fault("ana", "reset", now_ms=self.clock.now_ms())
        await asyncio.sleep(120.0)
        self._twin.world.act("ana", "end", now_ms=self.clock.now_ms())
        self._world.fault("ana", self._plan.ending, now_ms=self.clock.now_ms())

    async def _drive(self) -> None:
        changed = asyncio.Event()
        self._world.on_change = changed.set
        while True:
            changed.clear()
            now = self.clock.now_ms()
            due = self._world.advance(now)
            self._twin.advance(now)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.001, (due - now) / 1000)):
                    await changed.wait()
            await asyncio.sleep(0)

    def _order(self, name: str, parameters: Mapping[str, Any]) -> None:
        now = self.clock.now_ms()
        if name in {"pause", "resume"}:
            self._twin.world.act("ana", "pause" if name == "pause" else "resume", now_ms=now)
        if name == "old_history":
            parameters = {**parameters, "kinds": self._plan.old_kinds, "count": 60}
        self._world.fault("ana", name, now_ms=now, **parameters)


@cache
def live_through(**plan: Any) -> Outcome:
    """Follow a live stream as `Plan(**plan)` describes; the same plan runs once."""
    return repeat(Plan(**plan))


def repeat(plan: Plan) -> Outcome:
    """The same, in another run."""
    return run(_carried_out(plan))


async def _carried_out(plan: Plan) -> Outcome:
    return await Run(plan).live_through()
