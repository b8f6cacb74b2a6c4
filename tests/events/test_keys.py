"""What identifies an event in a store: every event has a key, and no two of tikcast's own share one."""

import msgspec
import pytest

from tests._wire.building import NOW, ROOM, chat, control, deliver, gift, gifts
from tests.events.records import event_classes
from tests.wire_schema import push_frame
from tikcast import Endpoints, Event, LiveSession, Reconnect, TikTok, decode_message, from_json, to_json
from tikcast.events import ID, Connected, Gap, SuperFanEvent, UndecodedEvent
from tikcast.simulator import Simulator

SECOND, MINUTE = 1000, 60_000
ENTERED = push_frame("im_enter_room_resp", b"")


@pytest.mark.parametrize("kind", event_classes(), ids=lambda kind: str(kind.__name__))
def test_every_event_has_a_key(kind: type[Event]) -> None:
    assert kind(room_id=ID(1), message_id=ID(2)).key == "1-2"
    other = kind(room_id=ID(1))
    assert len(other.key) == 32
    assert other.key == msgspec.structs.replace(other, received_at_ms=9).key


def test_a_super_fan_has_the_key_of_its_text_beside_the_key_of_every_event() -> None:
    event = SuperFanEvent(room_id=ID(1), message_id=ID(2), text_key="ttlive_superFan")
    assert (event.text_key, event.key) == ("ttlive_superFan", "1-2")
    assert b'"text_key":"ttlive_superFan"' in to_json(event)
    assert from_json(to_json(event)) == event


def reconnected(session: LiveSession, *, at: int) -> list[Event]:
    """What a session tells of a connection that is lost and comes back, everything at one moment."""
    events = session.closed(at)
    session.opened(at)
    events += session.receive(ENTERED, at)
    return events + session.tick(at + 4 * SECOND)


def test_two_gaps_of_the_same_moment_have_two_keys() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    session.receive(ENTERED, NOW)
    one, two = [event for _ in range(2) for event in reconnected(session, at=NOW) if isinstance(event, Gap)]
    assert (one.from_ms, one.to_ms, one.created_at_ms) == (two.from_ms, two.to_ms, two.created_at_ms)
    assert one.key != two.key


def test_a_streak_that_is_closed_twice_with_the_same_content_has_two_keys() -> None:
    session, events = LiveSession(ROOM), list[Event]()
    for minute in (0, 40):
        at = NOW + minute * MINUTE
        deliver(session, gift(3, message_id=minute + 1), at=at)
        events += session.tick(at + 11 * SECOND)
    one, two = gifts(events)
    assert (one.repeat_count, one.user, one.group_id) == (two.repeat_count, two.user, two.group_id)
    assert one.key != two.key


def test_two_damaged_frames_of_the_same_bytes_have_two_keys() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    one, two = [event for _ in range(2) for event in session.receive(b"\x07\x07", NOW)]
    assert isinstance(one, UndecodedEvent)
    assert one.key != two.key


def test_two_sessions_of_one_room_never_share_a_key() -> None:
    keys = []
    for at in (NOW, NOW + 1):
        session = LiveSession(ROOM)
        session.opened(at)
        deliver(session, gift(3, message_id=1), at=NOW + SECOND)
        keys += [event.key for event in session.closed(NOW + 2 * SECOND, final=True)]
    assert len(set(keys)) == 2


def test_the_same_frames_give_the_same_keys_again() -> None:
    runs = []
    for _ in range(2):
        session = LiveSession(ROOM)
        session.opened(NOW)
        events = deliver(session, chat("a", message_id=1), chat("b"), gift(3, message_id=2), at=NOW)
        events += session.receive(b"\x07\x07", NOW)
        events += session.closed(NOW, final=True)
        runs.append([event.key for event in events])
    assert runs[0] == runs[1]


def test_a_key_survives_json() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    events = deliver(session, control(1), gift(3, message_id=2), at=NOW) + session.receive(b"\x07\x07", NOW)
    events += session.closed(NOW, final=True)
    assert [from_json(to_json(event)).key for event in events] == [event.key for event in events]


def test_a_message_has_the_same_key_wherever_it_is_decoded() -> None:
    session = LiveSession(ROOM)
    method, payload = chat("without an id")
    (event,) = deliver(session, (method, payload), at=NOW)
    assert event.key == decode_message(method, payload).key


async def followed(user: str, sim: Simulator) -> list[Event]:
    """The events of a live stream whose connection is reset once, until the host ends it."""
    events: list[Event] = []
    reconnect = Reconnect(first_delay=0.01)
    async with TikTok(endpoints=Endpoints.at(sim.url), reconnect=reconnect) as tiktok, tiktok.track(user) as live:
        async for event in live:
            events.append(event)
            if isinstance(event, Connected) and event.attempt == 1:
                await sim.fault(user, "reset")
            elif isinstance(event, Connected):
                await sim.control(user, "end")
    return events


async def test_the_events_of_a_live_stream_about_its_connection_have_a_key_each() -> None:
    async with Simulator(users=("ana",)) as sim:
        events = await followed("ana", sim)
    own = [event for event in events if not event.message_id]
    assert {event.type for event in own} >= {"connected", "disconnected", "reconnecting", "live_ended"}
    assert len({event.key for event in own}) == len(own)
