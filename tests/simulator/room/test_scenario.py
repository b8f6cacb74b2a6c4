"""The actions in rooms: repeatable, in the mixes of real rooms, with consistent streaks."""

from collections import Counter
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.worlds import START_MS
from tikcast.simulator import RoomPlan, TimelineEntry
from tikcast.simulator.room.actions import Batch, PlannedChat, RoomAction
from tikcast.simulator.room.gifts import GiftStep
from tikcast.simulator.room.scenario import CHATS, JOINS, Scenario

TEN_MINUTES = 600_000


def scenario(rate: float = 4.0, *, seed: int = 7, past_ms: int = 600_000, **plan: object) -> Scenario:
    made = RoomPlan(user="ana", rate=rate, **plan)  # type: ignore[arg-type]
    return Scenario(made, seed=seed, room="ana/1", origin_ms=START_MS, past_ms=past_ms)


def batches(of: Scenario, duration_ms: int = TEN_MINUTES) -> list[Batch]:
    return list(of.between(START_MS, START_MS + duration_ms))


def actions(of: Scenario, duration_ms: int = TEN_MINUTES) -> list[RoomAction]:
    return [action for batch in batches(of, duration_ms) for action in batch.actions]


def streaks(of: list[RoomAction]) -> dict[tuple[int, int, int], list[tuple[int, GiftStep]]]:
    by_key: dict[tuple[int, int, int], list[tuple[int, GiftStep]]] = {}
    for action in of:
        if isinstance(action.detail, GiftStep) and action.detail.group_id:
            key = (action.person, action.detail.group_id, action.detail.gift.id)
            by_key.setdefault(key, []).append((action.at_ms, action.detail))
    return by_key


def test_the_same_seed_gives_the_same_actions() -> None:
    assert batches(scenario(seed=3)) == batches(scenario(seed=3))
    assert batches(scenario(seed=3)) != batches(scenario(seed=4))


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=8))
def test_a_moment_is_the_same_however_time_is_divided_before_it(cuts: list[int]) -> None:
    moments = [START_MS, *sorted(START_MS + cut for cut in cuts), START_MS + 60_000]
    whole = scenario(20.0)
    parts = [batch for after, until in pairwise(moments) for batch in whole.between(after, until)]
    assert parts == list(scenario(20.0).between(START_MS, START_MS + 60_000))


def test_the_past_is_the_same_in_both_directions() -> None:
    of = scenario()
    forwards = list(of.between(START_MS - 30_000, START_MS))
    assert list(of.backwards(START_MS, oldest_ms=START_MS - 30_000)) == forwards[::-1]


def test_a_live_stream_has_no_past_before_its_beginning() -> None:
    assert not list(scenario(past_ms=0).between(START_MS - 60_000, START_MS - 1))


@pytest.mark.parametrize("rate", [0.5, 4.0, 50.0])
def test_messages_come_at_the_configured_rate(rate: float) -> None:
    assert len(actions(scenario(rate))) / 600 == pytest.approx(rate, rel=0.12)


def test_a_rate_of_zero_sends_nothing() -> None:
    assert actions(scenario(0.0)) == []


def test_a_frame_holds_two_or_three_messages_on_average() -> None:
    assert mean(len(batch.actions) for batch in batches(scenario())) == pytest.approx(2.7, abs=0.4)


@pytest.mark.parametrize(("mix", "real"), [("joins", JOINS), ("chats", CHATS)])
def test_the_mix_is_that_of_a_real_room(mix: str, real: dict[str, int]) -> None:
    counts = Counter(action.method for action in actions(scenario(40.0, mix=mix)))
    for method, weight in real.items():
        share, wanted = counts[method] / counts.total(), weight / sum(real.values())
        assert share == pytest.approx(wanted, rel=0.15, abs=0.004), method


def test_a_mix_can_be_given_by_wire_name() -> None:
    counts = Counter(action.method for action in actions(scenario(mix={"WebcastChatMessage": 1.0})))
    assert set(counts) == {"WebcastChatMessage"}


def test_message_numbers_are_unique() -> None:
    numbers = [action.number for action in actions(scenario(50.0))]
    assert len(set(numbers)) == len(numbers)


def test_streaks_grow_skip_and_end_by_repeating_their_last_count() -> None:
    found = streaks(actions(scenario(100.0)))
    ended = [steps for steps in found.values() if steps[-1][1].repeat_end]
    assert len(found) > 100
    assert 0.75 < len(ended) / len(found) < 1
    for steps in ended:
        *growing, (end_at, end) = steps
        counts = [step.repeat_count for _, step in growing]
        assert end.repeat_count == max(counts)
        assert 1300 <= end_at - growing[-1][0] <= 4100
    skipped = [steps for steps in found.values() if max(s.repeat_count for _, s in steps) > len(steps)]
    assert skipped


def test_some_counts_come_out_of_order() -> None:
    found = streaks(actions(scenario(100.0))).values()
    counts = [[step.repeat_count for _, step in steps] for steps in found]
    assert any(sorted(values) != values for values in counts)


def test_the_group_id_of_a_streak_is_its_start() -> None:
    for (_, group_id, _), steps in streaks(actions(scenario(100.0), 60_000)).items():
        first = steps[0][1].repeat_count
        assert group_id == steps[0][0] or first > 1 or group_id < START_MS


def test_single_gifts_have_no_group_and_cannot_repeat() -> None:
    gifts = [h.detail for h in actions(scenario(100.0)) if isinstance(h.detail, GiftStep)]
    single = [step for step in gifts if not step.group_id]
    assert {step.gift.type for step in single} == {2, 4}
    assert all(step.gift.type == 1 for step in gifts if step.group_id)


def test_the_chats_and_gifts_of_a_timeline_come_at_their_times() -> None:
    timeline = (
        TimelineEntry(at=5.0, action="chat", text="!song"),
        TimelineEntry(at=6.0, action="gift", gift="rose", count=40),
    )
    found = actions(scenario(0.0, timeline=timeline))
    said = [h for h in found if isinstance(h.detail, PlannedChat)]
    assert [(h.at_ms - START_MS, h.detail) for h in said] == [(5000, PlannedChat(text="!song"))]
    given_steps = [h.detail for h in found if isinstance(h.detail, GiftStep)]
    assert max(step.repeat_count for step in given_steps) == 40
    assert given_steps[-1].repeat_end
