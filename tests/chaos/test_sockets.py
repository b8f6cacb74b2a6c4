"""A shorter run over sockets: a simulator, a client, and faults of all kinds."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from tests.chaos.monkey import PARAMETERS, Monkey
from tests.chaos.outcome import Outcome, Twin, require_order, require_the_truth
from tests.chaos.truth import times
from tests.live_room import collect
from tikcast import ControlEvent, Endpoints, Limits, Live, Reconnect, TikTok, Timeouts
from tikcast.live import LiveState
from tikcast.simulator import Simulator, SimulatorConfig
from tikcast.simulator.chance import seeded_random

QUICK = Timeouts(request=1.0, handshake=1.0, first_frame=1.0, stale=1.5, close=0.3, signer_turn=1.0, mint_interval=0.01)
SOON = Reconnect(attempts=None, first_delay=0.05, max_delay=0.5, healthy_after=0.5)
SMALL = Limits(gunzip=1 << 20, frame=1 << 20, events=100_000)

STEP_MS = 10

# After these faults a client waits for a minute, which only runs in virtual time can afford.
TOO_LONG = {"captcha", "challenge", "forbidden", "rate_limited", "no_ttwid", "no_state", "empty_answer"}


def quick_parameters(name: str, random: Random) -> Mapping[str, Any]:
    """The parameters of a fault in a run in which a second takes a second."""
    if name == "handshake_refused":
        return {"status": random.choice((200, 400, 415, 503)), "message": random.choice(("", "DEVICE_BLOCKED"))}
    if name == "signer_refused":
        return {"status": random.choice((401, 500, 503))}
    parameters = dict(PARAMETERS[name](random)) if name in PARAMETERS else {}
    if "seconds" in parameters and name not in {"heartbeat_interval", "replay"}:
        parameters["seconds"] = random.uniform(0.05, 0.4)
    return parameters


def origin_ms(config: SimulatorConfig, sim: Simulator) -> int:
    """When the simulator started."""
    past_ms = seeded_random(config.seed, "past", "ana").randrange(600_000, 5_400_000)
    return sim.world.hosts["ana"].broadcast.started_at_ms + past_ms


async def live_through(seed: int, *, strikes: int) -> Outcome:
    random, config = Random(seed), SimulatorConfig(users=("ana",), seed=seed, rate=40.0)
    async with Simulator(config) as sim:
        ways = ("signed", "direct") if seed % 2 else ("direct", "signed")
        client = TikTok(
            endpoints=Endpoints.at(sim.url), connect=ways, timeouts=QUICK, reconnect=SOON, limits=SMALL
        )  # fmt: skip
        async with client as tiktok, tiktok.track("ana", room_info=False) as live:
            reading = asyncio.create_task(collect(live))
            struck = await _break_things(sim, live, random=random, strikes=strikes)
            await sim.heal("ana")
            await _until_connected(live)
            await sim.control("ana", "end")
            events = await reading
        began = origin_ms(config, sim)
        controls = (event for event in events if isinstance(event, ControlEvent))
        ended = next(event.created_at_ms for event in controls if event.action == "ended")
        twin = Twin(config, now_ms=began)
        for now in range(began, ended, STEP_MS):
            twin.advance(now)
        sent = await sim.ledger("ana")
        entered = min(times(sent, live_only=True).values()) + 2 * STEP_MS
        return Outcome(
            live=live,
            events=events,
            sent=sent,
            published={number: at for number, at in twin.published.items() if entered <= at < ended},
            messages=twin.messages,
            struck=struck,
        )


async def _break_things(sim: Simulator, live: Live, *, random: Random, strikes: int) -> Counter[str]:
    orders: list[tuple[str, Mapping[str, Any]]] = []
    monkey = Monkey(
        random, lambda name, _: orders.append((name, quick_parameters(name, random))), never=TOO_LONG, endings=0.25
    )
    while (struck := monkey.struck(sim.world.hosts["ana"].faults.report())).total() < strikes:
        await asyncio.sleep(random.expovariate(1 / 0.05))
        if live.state is LiveState.CONNECTED:
            monkey.strike()
        while orders:
            name, parameters = orders.pop(0)
            with suppress(ValueError):
                await sim.fault("ana", name, **parameters)
    return struck


async def _until_connected(live: Live) -> None:
    """Wait until a connection has lasted for a second."""
    steady = 0
    while steady < 10:
        await asyncio.sleep(0.1)
        steady = steady + 1 if live.state is LiveState.CONNECTED else 0


@pytest.mark.parametrize("seed", range(2))
async def test_no_loss_is_hidden_over_sockets(seed: int) -> None:
    outcome = await live_through(seed, strikes=20)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.live.end_reason == "ended"
    assert outcome.struck.total() >= 20
