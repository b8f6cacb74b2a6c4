"""The bounded queue of one reader, and the hub that fills several."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import ManualClock, settle
from tikcast import ChatEvent, Event, FollowEvent, UserEvent
from tikcast._live.hub import EventQueue, Hub, QueueClosed
from tikcast.events import Overflow


def chat(text: str) -> ChatEvent:
    return ChatEvent(comment=text)


def overflow(dropped: int, reader: str = "") -> Event:
    return Overflow(dropped=dropped, notes=(reader,) if reader else ())


def hub_of(size: int, *, wait: bool) -> Hub:
    return Hub(size, wait=wait, overflow=overflow, age_ms=ManualClock().age_ms)


async def drain(queue: EventQueue) -> list[Event]:
    queue.close()
    events = []
    while True:
        try:
            events.append(await queue.get())
        except QueueClosed:
            return events


@given(st.integers(1, 10), st.integers(0, 30))
def test_a_queue_never_holds_more_than_its_size_and_accounts_for_every_event(size: int, puts: int) -> None:
    async def fill() -> None:
        queue = EventQueue(size, wait=False, overflow=overflow)
        for number in range(puts):
            queue.put_nowait(chat(str(number)))
            assert len(queue) <= size
        events = await drain(queue)
        told = sum(event.dropped for event in events if isinstance(event, Overflow))
        kept = [event.comment for event in events if isinstance(event, ChatEvent)]
        assert told == queue.dropped == puts - len(kept)
        assert kept == [str(number) for number in range(puts)][-size:]

    asyncio.run(fill())


async def test_a_writer_waits_for_space_and_goes_on_when_the_queue_is_closed() -> None:
    queue = EventQueue(1, wait=True, overflow=overflow)
    queue.put_nowait(chat("one"))
    assert queue.must_wait
    waiting = asyncio.create_task(queue.space())
    await settle()
    assert not waiting.done()
    queue.close()
    await waiting


async def test_a_reader_that_is_cancelled_loses_nothing() -> None:
    queue = EventQueue(1, wait=False, overflow=overflow)
    reading = asyncio.create_task(queue.get())
    await settle()
    queue.put_nowait(chat("one"))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert len(await drain(queue)) == 1


async def test_two_readers_of_one_queue_share_its_events() -> None:
    queue = EventQueue(10, wait=False, overflow=overflow)
    readers = [asyncio.create_task(queue.get()) for _ in range(2)]
    await settle()
    queue.put_nowait(chat("one"))
    queue.put_nowait(chat("two"))
    assert {str(event) for event in await asyncio.gather(*readers)} == {str(chat("one")), str(chat("two"))}


async def test_a_closed_queue_takes_nothing_more() -> None:
    queue = EventQueue(10, wait=False, overflow=overflow)
    queue.close()
    queue.put_nowait(chat("late"))
    with pytest.raises(QueueClosed):
        await queue.get()


async def test_the_hub_gives_each_queue_the_types_it_asked_for() -> None:
    hub = hub_of(10, wait=False)
    people, chats = hub.subscribe((UserEvent,)), hub.subscribe((ChatEvent,))
    hub.publish_nowait([chat("one"), FollowEvent()])
    assert [type(event) for event in await drain(people)] == [FollowEvent]
    assert [type(event) for event in await drain(chats)] == [ChatEvent]
    assert len(await drain(hub.loop_queue)) == 2


async def test_events_being_handed_out_when_it_is_cancelled_all_arrive() -> None:
    hub = hub_of(1, wait=True)
    queue = hub.loop_queue
    publishing = asyncio.create_task(hub.publish([chat(str(number)) for number in range(5)]))
    await settle()
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    comments = [event.comment for event in await drain(queue) if isinstance(event, ChatEvent)]
    assert comments == ["0", "1", "2", "3", "4"]


async def test_a_queue_that_is_forgotten_lets_its_writer_go_on() -> None:
    hub = hub_of(1, wait=True)
    slow = hub.subscribe((ChatEvent,))
    publishing = asyncio.create_task(hub.publish([chat("one"), chat("two")]))
    await settle()
    assert not publishing.done()
    hub.unsubscribe(slow)
    hub.unsubscribe(slow)
    await publishing


async def test_drops_of_queues_that_are_gone_stay_counted() -> None:
    hub = hub_of(1, wait=False)
    queue = hub.subscribe((ChatEvent,))
    hub.publish_nowait([chat("one"), chat("two")])
    hub.unsubscribe(queue)
    assert hub.dropped == 1


async def test_a_hub_that_is_closed_gives_ended_queues() -> None:
    hub = hub_of(1, wait=False)
    hub.close()
    with pytest.raises(QueueClosed):
        await hub.subscribe(()).get()
