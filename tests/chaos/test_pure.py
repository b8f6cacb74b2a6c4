"""Thousands of faults in made-up time: a pure world, and a live that follows it through all of them."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, cast

import pytest

from tests.chaos import truth
from tests.chaos.monkey import IN_VAIN, NEVER, Monkey
from tests.chaos.outcome import Outcome, Twin, require_order, require_the_truth
from tests.chaos.pure_network import PureNetwork
from tests.chaos.virtual import VirtualClock, run
from tests.live_room import collect
from tikcast import Limits, Live, LiveEnded, Reconnect, Timeouts
from tikcast._live.state import History, LiveSettings
from tikcast._net.network import Network
from tikcast.live import LiveState
from tikcast.simulator import RoomPlan, SimulatorConfig, Strictness, World
from tikcast.simulator.faults.catalog import FAULTS
from tikcast.simulator.room.scenario import MIXES

SETTINGS: dict[str, Any] = {
    "timeouts": Timeouts(first_frame=3.0, stale=8.0, close=1.0),
    "reconnect": Reconnect(attempts=None, first_delay=0.5, max_delay=8.0, healthy_after=5.0),
    "limits": Limits(gunzip=1 << 20, events=100_000),
}

# A room in which every fifth message tells of gifts, so that many are lost and repeated.
GENEROUS = {**MIXES["chats"], "WebcastGiftMessage": 600}

# The room is looked for but once: what goes wrong then has to be there before.
AT_FIRST = ("no_state", "user_not_found")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long to follow a live, how often something breaks meanwhile, and what the server remembers."""

    seed: int
    seconds: float
    every: float = 2.0
    resumes: bool = False
    history: History = "mark"
    ending: str = "end"


class Run:
    """A plan while it is carried out."""

    def __init__(self, plan: Plan) -> None:
        self.clock = VirtualClock()
        self._plan = plan
        self._luck = Random(plan.seed)
        self._until_ms = self.clock.now_ms() + plan.seconds * 1000
        rate = 1.5 if plan.resumes else 2.0
        strict = Strictness(ack_timeout=20.0, linger=2.0)
        room = RoomPlan(user="ana", mix=GENEROUS)
        config = SimulatorConfig(plans=(room,), seed=plan.seed, rate=rate, strictness=strict)
        self._world = World(config, now_ms=self.clock.now_ms())
        self._twin = Twin(config, now_ms=self.clock.now_ms())
        self._network = PureNetwork(self._world, random=self._luck, resumes=plan.resumes)
        self._monkey = Monkey(self._luck, self._order)

    async def live_through(self) -> Outcome:
        settings = LiveSettings(history=self._plan.history, **SETTINGS)
        network = cast("Network", self._network)
        luck = Random(self._plan.seed)
        live = Live(network, "ana", settings=settings, room_info=False, clock=self.clock, random=luck)
        driving = asyncio.create_task(self._drive())
        for name in AT_FIRST:
            self._monkey.let(name)
        async with live:
            reading = asyncio.create_task(collect(live))
            struck = await self._break_things(live)
            await self._heal()
            events = await reading
        driving.cancel()
        return Outcome(
            live=live,
            events=events,
            sent=self._world.hosts["ana"].room.ledger.report(),
            said=self._twin.said,
            messages=self._twin.messages | self._network.messages,
            struck=struck,
        )

    async def _break_things(self, live: Live) -> Counter[str]:
        """Let the monkey at it, and tell which of its faults have struck, and how often."""
        while self.clock.now_ms() < self._until_ms:
            await asyncio.sleep(self._luck.expovariate(1 / self._plan.every))
            if live.state is LiveState.CONNECTED:
                self._monkey.strike()
        return self._monkey.struck(self._world.hosts["ana"].faults.report())

    async def _heal(self) -> None:
        """No more faults: let the client come back, and then the live end."""
        self._world.heal("ana")
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

    def _order(self, name: str, told: Mapping[str, Any]) -> None:
        now = self.clock.now_ms()
        if name in {"pause", "resume"}:
            self._twin.world.act("ana", "pause" if name == "pause" else "resume", now_ms=now)
        self._world.fault("ana", name, now_ms=now, **told)


@cache
def live_through(**plan: Any) -> Outcome:
    return run(_live_through(Plan(**plan)))


async def _live_through(plan: Plan) -> Outcome:
    return await Run(plan).live_through()


FORGETFUL = [{"seed": seed, "seconds": 1200.0} for seed in range(8)]


@pytest.mark.parametrize("plan", FORGETFUL, ids=lambda plan: f"seed{plan['seed']}")
def test_nothing_is_lost_or_doubled_in_silence_when_a_server_forgets_who_comes_back(plan: dict[str, Any]) -> None:
    outcome = live_through(**plan)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.live.end_reason == "ended"
    assert outcome.struck.total() > 350
    assert outcome.covered < 0.75
    came = truth.arrivals(outcome.events)
    assert outcome.said.keys() - came.keys(), "nothing was ever missed"


def test_every_kind_of_fault_has_struck_and_cost_gifts_that_only_gaps_tell_of() -> None:
    outcomes = [live_through(**plan) for plan in FORGETFUL]
    struck = sum((outcome.struck for outcome in outcomes), Counter[str]())
    assert struck.keys() == FAULTS.keys() - NEVER - IN_VAIN
    assert min(struck.values()) >= 3
    assert struck.total() > 3000
    assert sum(outcome.missed.gifts for outcome in outcomes) > 0


@pytest.mark.parametrize("seed", range(10, 12))
def test_a_server_that_resumes_gives_everything_back(seed: int) -> None:
    outcome = live_through(seed=seed, seconds=500.0, resumes=True)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.said.keys() - truth.arrivals(outcome.events).keys() == set()
    assert sum(gap.recovered for gap in outcome.gaps) > 50


def test_leaving_history_out_leaves_out_nothing_else() -> None:
    outcome = live_through(seed=20, seconds=500.0, history="skip")
    require_order(outcome)
    came = truth.arrivals(outcome.events)
    assert max(came.values()) == 1
    assert not any(event.is_history for event in outcome.events)
    flagged = set(truth.flagged(outcome.messages.values()))
    assert truth.outside(outcome.said.keys() - came.keys() - flagged, at=outcome.said, gaps=outcome.gaps) == []


def test_delivering_duplicates_counts_nothing_twice() -> None:
    outcome = live_through(seed=30, seconds=300.0, resumes=True, history="deliver")
    require_order(outcome)
    fresh = truth.arrivals(event for event in outcome.events if not event.is_history)
    assert max(fresh.values()) == 1
    came = truth.arrivals(outcome.events)
    assert max(came.values()) > 1
    assert outcome.counted == outcome.sums(came)


@pytest.mark.parametrize(("ending", "reason"), [("suspend", "suspended"), ("restart", "restarted")])
def test_the_end_of_a_live_is_told_as_what_it_was(ending: str, reason: str) -> None:
    outcome = live_through(seed=40, seconds=120.0, ending=ending)
    assert outcome.live.end_reason == reason
    assert isinstance(outcome.events[-1], LiveEnded)
    assert outcome.events[-1].reason == reason


def test_the_same_seed_gives_the_same_run() -> None:
    one, other = (run(_live_through(Plan(seed=50, seconds=120.0))).events for _ in range(2))
    assert one == other
