"""Readers that come late, while faults happen: no loss of theirs is hidden."""

import asyncio
from typing import Any

import msgspec
import pytest

from tests.chaos.outcome import require_order, require_the_truth
from tests.chaos.pure_run import Reader, live_through
from tests.live_room import collect
from tikcast import Event, Live
from tikcast.events import Overflow

PLAN: dict[str, Any] = {"seed": 80, "seconds": 150.0}
LATE = 60.0
SMALL = 50


async def late(live: Live) -> list[Event]:
    """A program that is busy with something else first."""
    await asyncio.sleep(LATE)
    return await collect(live)


async def late_after_handlers(live: Live) -> list[Event]:
    """A program of handlers only, to which somebody adds a loop later."""
    handled: list[Event] = []
    live.on(Event, handled.append)
    waiting = asyncio.create_task(live.wait_ended())
    await asyncio.sleep(LATE)
    before = len(handled)
    iterated = await collect(live)
    await waiting
    assert iterated[1:] == handled[before:]
    return iterated


async def coming_and_going(live: Live) -> list[Event]:
    """A program that reads some events, leaves its loop, and comes back."""
    events: list[Event] = []
    while True:
        async for event in live:
            events.append(event)
            if len(events) % 50 == 0:
                break
        else:
            return events
        await asyncio.sleep(10.0)


def without_numbers(events: list[Event]) -> list[Event]:
    """The events without the notes that number those of tikcast: an `Overflow` has a number, too."""
    return [event if event.message_id else msgspec.structs.replace(event, notes=()) for event in events]


@pytest.mark.parametrize("reader", [late, coming_and_going])
def test_everything_waits_for_a_late_reader(reader: Reader) -> None:
    outcome = live_through(**PLAN, read=reader)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.events == live_through(**PLAN).events


def test_a_late_reader_learns_how_much_a_small_queue_has_dropped() -> None:
    everything = live_through(**PLAN).events
    outcome = live_through(**PLAN, read=late, queue_size=SMALL)
    first, *kept = outcome.events
    assert isinstance(first, Overflow)
    assert first.dropped == outcome.live.stats().dropped > 0
    assert without_numbers(kept) == without_numbers(everything[first.dropped :])


def test_a_loop_that_joins_handlers_starts_at_that_moment_and_learns_what_it_missed() -> None:
    everything = live_through(**PLAN).events
    first, *kept = live_through(**PLAN, read=late_after_handlers).events
    assert isinstance(first, Overflow)
    assert without_numbers(kept) == without_numbers(everything[first.dropped :])


@pytest.mark.parametrize("reader", [late, coming_and_going])
def test_a_connection_that_waits_for_a_late_reader_hides_no_loss(reader: Reader) -> None:
    outcome = live_through(**PLAN, read=reader, queue_size=SMALL, queue_policy="wait")
    require_the_truth(outcome)
    require_order(outcome)
    assert not any(isinstance(event, Overflow) for event in outcome.events)
