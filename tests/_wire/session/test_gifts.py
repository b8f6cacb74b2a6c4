"""Gifts add up to the truth, whatever the network does to their messages."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.building import NOW, ROOM, History, Message, chat, deliver, framed, gift, gifts
from tests.shared_data import shared_file
from tikcast import GiftEvent, LiveSession

SECOND, MINUTE = 1000, 60_000
STREAKABLE = 1

runs = settings(derandomize=True, max_examples=200, deadline=None, database=None)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One gift message as TikTok sent it."""

    message_id: int
    count: int
    end: bool = False
    group: int = 0
    gift_id: int = 1
    price: int = 1
    kind: int = STREAKABLE
    user_id: int = 1

    @property
    def streak(self) -> tuple[int, int, int] | None:
        """What streak it belongs to, None for a single gift."""
        return (self.user_id, self.group, self.gift_id) if self.group and self.kind == STREAKABLE else None

    def message(self) -> Message:
        return gift(
            self.count,
            message_id=self.message_id,
            end=self.end,
            group=self.group,
            gift_id=self.gift_id,
            price=self.price,
            kind=self.kind,
            user_id=self.user_id,
        )


@dataclass(frozen=True)
class Truth:
    gifts: int
    diamonds: int


def truth(received: Iterable[Sent]) -> Truth:
    """The highest count of each streak and every single gift, counted without the code under test."""
    streaks: dict[tuple[int, int, int], tuple[int, int]] = {}
    singles: dict[int, tuple[int, int]] = {}
    for sent in received:
        if sent.streak is None:
            singles[sent.message_id] = (max(sent.count, 1), sent.price)
        else:
            highest = max(sent.count, streaks.get(sent.streak, (0, 0))[0])
            streaks[sent.streak] = (highest, sent.price)
    both = [*streaks.values(), *singles.values()]
    return Truth(sum(count for count, _ in both), sum(count * price for count, price in both))


def told(events: Sequence[GiftEvent]) -> Truth:
    assert all((event.new_gifts or 0) >= 0 and (event.new_diamonds or 0) >= 0 for event in events)
    return Truth(sum(event.new_gifts or 0 for event in events), sum(event.new_diamonds or 0 for event in events))


def over(events: Iterable[GiftEvent]) -> list[tuple[int, int, int]]:
    """The streaks that events end."""
    return sorted((e.user.id, e.group_id, e.gift.id) for e in events if e.streak_over and e.streakable and e.group_id)


def real_gifts() -> list[Sent]:
    data = json.loads(shared_file("wire/real_sequences.json").read_text(encoding="utf-8"))["gifts"]
    assert data["columns"] == ["group_id", "gift_id", "diamond_count", "gift_type", "repeat_count", "repeat_end"]
    return [
        Sent(
            message_id=100 + index,
            group=int(group),
            gift_id=gift_id,
            price=price,
            kind=kind,
            count=count,
            end=bool(end),
        )
        for index, (group, gift_id, price, kind, count, end) in enumerate(data["rows"])
    ]


@st.composite
def random_gifts(draw: st.DrawFn) -> list[Sent]:
    """Streaks of several people, some at once, with skipped counts and lost ends, and single gifts."""
    out: list[Sent] = []
    for index in range(draw(st.integers(1, 5))):
        steps = draw(st.lists(st.integers(1, 4), min_size=1, max_size=8))
        counts = [sum(steps[: place + 1]) for place in range(len(steps))]
        one = Sent(
            message_id=0,
            count=0,
            group=1_775_000_000_000 + index // 2,  # two streaks may share a group: giver or gift differ then
            gift_id=5655 + index % 2,
            price=1 + 10 * (index % 2),
            user_id=draw(st.integers(1, 2)),
        )
        out += [replace(one, count=count) for count in counts]
        if draw(st.booleans()):
            out.append(replace(one, count=counts[-1], end=True))
    singles = st.builds(
        Sent,
        message_id=st.just(0),
        count=st.integers(0, 3),
        group=st.sampled_from([0, 1_775_000_000_000]),
        kind=st.sampled_from([0, 2, 4]),
        price=st.integers(1, 99),
    )
    out += draw(st.lists(singles, max_size=5))
    return [replace(sent, message_id=1 + index) for index, sent in enumerate(out)]


@dataclass(frozen=True)
class Step:
    """What the network does next: deliver messages, let time pass, or break the connection."""

    messages: tuple[Sent, ...] = ()
    wait_ms: int = 0
    reconnect: bool = False


@st.composite
def networks(draw: st.DrawFn, sent: Sequence[Sent], *, longest_wait_ms: int) -> list[Step]:
    """One way in which a network may carry messages: dropped, repeated, reordered, over several connections."""
    copies = draw(st.lists(st.integers(0, 2), min_size=len(sent), max_size=len(sent)))
    arriving = [message for message, times in zip(sent, copies, strict=True) for _ in range(times)]
    arriving = draw(st.permutations(arriving))
    steps = []
    while arriving:
        size = draw(st.integers(1, 6))
        wait = draw(st.integers(0, longest_wait_ms))
        steps.append(Step(tuple(arriving[:size]), wait_ms=wait, reconnect=draw(st.booleans())))
        arriving = arriving[size:]
    return steps


def play(steps: Iterable[Step], *, history: History = "mark") -> tuple[list[GiftEvent], LiveSession, int]:
    """The gift events of a session that such a network feeds, and the time at the end."""
    session = LiveSession(ROOM, history=history)
    session.opened(NOW)
    now = NOW
    events: list[GiftEvent] = []
    for step in steps:
        if step.reconnect:
            session.closed(now)
        now += step.wait_ms
        events += gifts(session.tick(now))
        if step.reconnect:
            session.opened(now)
        events += gifts(session.receive(framed(*[sent.message() for sent in step.messages]), now))
    return events, session, now


def check_sums(steps: list[Step], history: History) -> None:
    received = [sent for step in steps for sent in step.messages]
    events, session, now = play(steps, history=history)
    events += gifts(session.tick(now + 11 * SECOND))
    events += gifts(session.closed(now + 11 * SECOND, final=True))
    assert told(events) == truth(received)
    assert (session.stats()["gifts"], session.stats()["diamonds"]) == (truth(received).gifts, truth(received).diamonds)
    assert session.stats()["open_streaks"] == 0


def check_ends(steps: list[Step]) -> None:
    received = [sent for step in steps for sent in step.messages]
    streaks = {sent.streak for sent in received if sent.streak is not None}
    ended = {sent.streak for sent in received if sent.streak is not None and sent.end}
    events, session, now = play(steps)
    assert over(events) == sorted(ended)
    lost = gifts(session.tick(now + 10 * SECOND))
    assert over(lost) == sorted(streaks - ended)
    for event in lost:
        assert (event.message_id, event.new_gifts, event.new_diamonds, event.repeat_end) == (0, 0, 0, False)
        mine = [sent for sent in received if sent.streak == (event.user.id, event.group_id, event.gift.id)]
        assert event.repeat_count == max(sent.count for sent in mine)
        assert event.diamonds == event.repeat_count * event.gift.diamonds
    assert gifts(session.tick(now + 20 * SECOND)) == []
    assert gifts(session.closed(now + 20 * SECOND, final=True)) == []


@runs
@given(data=st.data(), history=st.sampled_from(["mark", "deliver"]))
def test_the_real_gifts_add_up_whatever_the_network_does(data: st.DataObject, history: History) -> None:
    check_sums(data.draw(networks(real_gifts(), longest_wait_ms=30 * SECOND)), history)


@runs
@given(data=st.data(), history=st.sampled_from(["mark", "deliver"]))
def test_any_gifts_add_up_whatever_the_network_does(data: st.DataObject, history: History) -> None:
    check_sums(data.draw(networks(data.draw(random_gifts()), longest_wait_ms=30 * SECOND)), history)


@runs
@given(data=st.data())
def test_every_streak_of_the_real_gifts_ends_exactly_once(data: st.DataObject) -> None:
    check_ends(data.draw(networks(real_gifts(), longest_wait_ms=100)))


@runs
@given(data=st.data())
def test_every_streak_ends_exactly_once(data: st.DataObject) -> None:
    check_ends(data.draw(networks(data.draw(random_gifts()), longest_wait_ms=100)))


def test_the_real_gifts_in_order_give_their_expected_sums() -> None:
    sent = real_gifts()
    expected = json.loads(shared_file("wire/real_sequences.json").read_text(encoding="utf-8"))["gifts"]["expected"]
    events, _, _ = play([Step((one,), wait_ms=500) for one in sent])
    assert told(events) == Truth(expected["gifts"], expected["diamonds"]) == truth(sent)
    assert sum(1 for event in events if event.streak_over) == expected["finished streaks and single gifts"]


# Case by case


def counted(*steps: Sent) -> list[tuple[int | None, bool | None]]:
    events, _, _ = play([Step((sent,), wait_ms=100) for sent in steps])
    return [(event.new_gifts, event.streak_over) for event in events]


def streak(*counts: int, ends: bool = True, group: int = 7, price: int = 1) -> list[Sent]:
    """A streak's messages, the last count twice when it ends."""
    one = Sent(message_id=group * 1000, count=0, group=group, price=price)
    sent = [replace(one, message_id=one.message_id + index, count=count) for index, count in enumerate(counts)]
    return [*sent, replace(sent[-1], message_id=one.message_id + 999, end=True)] if ends else sent


def test_each_message_of_a_streak_adds_what_is_new() -> None:
    assert counted(*streak(1, 2, 3)) == [(1, False), (1, False), (1, False), (0, True)]


def test_skipped_counts_are_added_when_a_higher_one_comes() -> None:
    assert counted(*streak(1, 3, 7, 10, 11)) == [(1, False), (2, False), (4, False), (3, False), (1, False), (0, True)]


def test_counts_out_of_order_never_take_anything_back() -> None:
    sent = streak(13, 15, 14, 17, 16, ends=False)
    assert counted(*sent) == [(13, False), (2, False), (0, False), (2, False), (0, False)]


def test_an_end_that_comes_alone_is_the_whole_streak() -> None:
    assert counted(streak(5)[-1]) == [(5, True)]


def test_what_arrives_after_the_end_adds_and_ends_nothing() -> None:
    one, two, three, end = streak(1, 2, 3)
    assert counted(one, end, two, three) == [(1, False), (2, True), (0, False), (0, False)]


def test_a_second_end_ends_nothing() -> None:
    *_, end = streak(3)
    assert counted(end, replace(end, message_id=5)) == [(3, True), (0, False)]


def test_two_streaks_of_one_person_at_once_are_counted_apart() -> None:
    one, two = streak(1, 2, group=7), streak(1, 5, group=8)
    mixed = [sent for pair in zip(one, two, strict=True) for sent in pair]
    assert counted(*mixed) == [(1, False), (1, False), (1, False), (4, False), (0, True), (0, True)]


def test_the_same_group_of_two_people_or_two_gifts_is_two_streaks() -> None:
    first = streak(3, ends=False)[0]
    others = [replace(first, message_id=1, user_id=2), replace(first, message_id=2, gift_id=9)]
    assert counted(first, *others) == [(3, False), (3, False), (3, False)]


@pytest.mark.parametrize("kind", [0, 1, 2, 4])
def test_single_gifts_without_a_group_are_never_merged(kind: int) -> None:
    singles = [Sent(message_id=1 + index, count=1, kind=kind) for index in range(5)]
    assert counted(*singles) == [(1, True)] * 5


@pytest.mark.parametrize("kind", [0, 2, 4])
def test_gifts_that_are_not_streakable_count_alone_even_with_a_group(kind: int) -> None:
    assert counted(*[Sent(message_id=1 + index, count=2, kind=kind, group=7) for index in range(3)]) == [(2, True)] * 3


@pytest.mark.parametrize("count", [0, -1])
def test_a_single_gift_that_tells_no_count_is_one_gift(count: int) -> None:
    assert counted(Sent(message_id=1, count=count)) == [(1, True)]


@pytest.mark.parametrize("count", [0, -5])
def test_a_streak_that_tells_no_count_adds_nothing(count: int) -> None:
    assert counted(*streak(count, ends=False)) == [(0, False)]


def test_diamonds_are_the_price_of_what_is_new() -> None:
    events, _, _ = play([Step((sent,)) for sent in streak(1, 4, price=30)])
    assert [event.new_diamonds for event in events] == [30, 90, 0]
    assert [event.diamonds for event in events] == [30, 120, 120]


# Lost ends


def test_a_streak_whose_end_is_lost_is_closed_after_10_seconds_of_the_sessions_time() -> None:
    _, session, now = play([Step((sent,), wait_ms=200) for sent in streak(1, 4, ends=False, price=5)])
    assert session.tick(now + 9_999) == []
    (event,) = gifts(session.tick(now + 10_000))
    assert event.streak_over is True
    assert event.repeat_end is False
    assert (event.message_id, event.new_gifts, event.new_diamonds) == (0, 0, 0)
    assert (event.repeat_count, event.diamonds, event.group_id, event.room_id) == (4, 20, 7, ROOM)
    assert (event.user.nickname, event.gift.name) == ("user 1", "Rose")
    assert event.received_at_ms == now + 10_000
    assert event.raw == b""
    assert session.stats()["open_streaks"] == 0


def test_each_message_of_a_streak_gives_it_another_10_seconds() -> None:
    sent = streak(1, 2, 3, 4, ends=False)
    events, session, now = play([Step((one,), wait_ms=9_000) for one in sent])
    assert over(events) == []
    assert len(gifts(session.tick(now + 10_000))) == 1


def test_an_end_that_comes_after_its_streak_was_closed_adds_and_ends_nothing() -> None:
    one, end = streak(3)
    events, _, _ = play([Step((one,)), Step((end,), wait_ms=12_000)])
    assert [(event.new_gifts, event.streak_over) for event in events] == [(3, False), (0, True), (0, False)]


def test_a_streak_that_goes_on_after_it_was_closed_adds_what_is_new_and_ends_nothing() -> None:
    one, two, end = streak(3, 5)
    events, _, _ = play([Step((one,)), Step((two, end), wait_ms=12_000)])
    assert [(event.new_gifts, event.streak_over) for event in events] == [(3, False), (0, True), (2, False), (0, False)]


def test_closing_for_good_ends_open_streaks_at_once() -> None:
    _, session, now = play([Step((sent,)) for sent in [*streak(2, ends=False), *streak(4, ends=False, group=8)]])
    assert session.closed(now + 1) == []
    events = gifts(session.closed(now + 2, final=True))
    assert sorted(event.repeat_count for event in events) == [2, 4]
    assert all(event.streak_over and event.message_id == 0 for event in events)
    assert session.closed(now + 3, final=True) == []


# Over reconnects


@pytest.mark.parametrize("later", [SECOND, 9 * SECOND, 5 * MINUTE, 14 * MINUTE])
def test_counts_outlive_a_lost_connection_for_15_minutes(later: int) -> None:
    one, two, end = streak(3, 5)
    # The last message comes with the same count under another id: only the streak's memory tells that it is old.
    again = replace(one, message_id=12345)
    events, _, _ = play([Step((one,)), Step((again, two, end), wait_ms=later, reconnect=True)])
    assert sum(event.new_gifts or 0 for event in events) == 5


def test_a_streak_of_long_ago_is_forgotten() -> None:
    (one,) = streak(3, ends=False)
    session = LiveSession(ROOM)
    deliver(session, one.message())
    session.tick(NOW + 10 * SECOND)
    session.tick(NOW + 16 * MINUTE)
    (event,) = gifts(deliver(session, replace(one, message_id=9).message(), at=NOW + 16 * MINUTE))
    assert event.new_gifts == 3


# Memory


def test_open_streaks_are_bounded_and_the_longest_silent_are_closed_first() -> None:
    session = LiveSession(ROOM)
    total = 25_000
    for start in range(0, total, 1000):
        sent = [Sent(message_id=1 + i, count=2, group=1 + i) for i in range(start, start + 1000)]
        deliver(session, *[one.message() for one in sent], at=NOW + start // 1000)
    ended = gifts(session.tick(NOW + 100))
    assert session.stats()["open_streaks"] <= 10_000
    assert len(ended) == total - session.stats()["open_streaks"]
    assert [event.group_id for event in ended[:3]] == [1, 2, 3]
    assert session.stats()["gifts"] == 2 * total


def test_other_messages_in_between_change_nothing() -> None:
    session = LiveSession(ROOM)
    events = []
    for index, sent in enumerate(streak(1, 2, 3)):
        events += gifts(deliver(session, chat("hi", message_id=index + 1), sent.message()))
    assert [event.new_gifts for event in events] == [1, 1, 1, 0]
