"""The ledger counts what was sent, each message once."""

from hypothesis import given
from hypothesis import strategies as st

from tikcast.simulator.messages.encode import GiftTally, Message
from tikcast.simulator.room.ledger import Ledger


def message(number: int, **counted: object) -> Message:
    return Message(method="WebcastChatMessage", message_id=number, payload=b"", **counted)  # type: ignore[arg-type]


def test_a_message_that_is_sent_twice_is_listed_once_with_both_times() -> None:
    ledger = Ledger()
    ledger.sent([message(5, likes=3), message(6)], connection=1, at_ms=10)
    ledger.sent([message(5, likes=3)], connection=2, at_ms=20)
    report = ledger.report()
    assert [entry["message_id"] for entry in report["messages"]] == ["5", "6"]
    assert report["messages"][0]["sent"] == [[1, 10], [2, 20]]
    assert report["likes"] == 3


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 30)), max_size=30))
def test_a_streak_counts_its_highest_number_in_any_order(steps: list[tuple[int, int]]) -> None:
    ledger = Ledger()
    for number, (streak, count) in enumerate(steps):
        tally = GiftTally(streak=(streak, 1, 1), repeat_count=count, diamonds=5)
        ledger.sent([message(number, gift=tally)], connection=1, at_ms=number)
    highest = {streak: max(c for s, c in steps if s == streak) for streak, _ in steps}
    report = ledger.report()
    assert report["gifts"] == sum(highest.values())
    assert report["diamonds"] == 5 * report["gifts"]


def test_a_gift_without_a_streak_counts_once() -> None:
    ledger = Ledger()
    alone = GiftTally(streak=None, repeat_count=2, diamonds=10)
    for number in (1, 2, 1):
        ledger.sent([message(number, gift=alone)], connection=1, at_ms=0)
    report = ledger.report()
    assert (report["gifts"], report["diamonds"]) == (4, 40)
