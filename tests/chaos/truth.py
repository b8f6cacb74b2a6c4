"""Comparisons of what was sent, what came, and what is reported as missing, without code of the client."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tikcast import ChatEvent, Event
from tikcast.events import Connected, UndecodedEvent
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.room.ledger import LedgerReport

REMEMBERED_MS = 15 * 60_000
"""How long a client knows a message again, from when it saw it last."""


@dataclass(frozen=True)
class Sums:
    """Gifts and diamonds: the highest count of each streak, and every gift that counts alone."""

    gifts: int
    diamonds: int

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.gifts + other.gifts, self.diamonds + other.diamonds)

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(self.gifts - other.gifts, self.diamonds - other.diamonds)


def sums(messages: Iterable[Message]) -> Sums:
    """The gifts in these messages."""
    streaks: dict[tuple[int, int, int], tuple[int, int]] = {}
    gifts = diamonds = 0
    for message in messages:
        gift = message.gift
        if gift is None:
            continue
        if gift.streak is None:
            gifts += gift.repeat_count
            diamonds += gift.repeat_count * gift.diamonds
            continue
        highest, _ = streaks.get(gift.streak, (0, 0))
        streaks[gift.streak] = (max(highest, gift.repeat_count), gift.diamonds)
    gifts += sum(count for count, _ in streaks.values())
    diamonds += sum(count * price for count, price in streaks.values())
    return Sums(gifts, diamonds)


def times(report: LedgerReport, *, live_only: bool) -> dict[int, int]:
    """When each message was sent first; with `live_only` those that went out over a WebSocket."""
    first = {}
    for message in report["messages"]:
        sent = [at for connection, at in message["sent"] if connection or not live_only]
        if sent:
            first[int(message["message_id"])] = min(sent)
    return first


def arrivals(events: Iterable[Event]) -> Counter[int]:
    """How often each message came, without the messages that faults add."""
    return Counter(int(event.message_id) for event in events if event.message_id and not _added_by_fault(event))


def repeated(events: Iterable[Event], *, jumps_ms: int = 0) -> Iterator[int]:
    """The messages that came again. After more than 15 minutes one may come again, as history.

    `jumps_ms`: by how much the client's wall clock, which stamps events, was wrong at most.
    """
    seen_ms: dict[int, int] = {}
    for event in events:
        if not event.message_id or _added_by_fault(event):
            continue
        number, now_ms = int(event.message_id), event.received_at_ms
        if number in seen_ms and not (event.is_history and now_ms - seen_ms[number] > REMEMBERED_MS + jumps_ms):
            yield number
        seen_ms[number] = now_ms


def flagged(messages: Iterable[Message]) -> Iterator[int]:
    """The messages that were sent as history."""
    return (message.message_id for message in messages if message.is_history)


def outside(missing: Iterable[int], *, at: Mapping[int, int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """The missing messages that lie in no gap; `spans` are the beginnings and ends of the gaps."""
    return [one for one in missing if not any(start <= at[one] <= end for start, end in spans)]


# The states after which each event about the connection may come.
_AFTER: Mapping[str, set[str]] = {
    "connected": {"new", "reconnecting"},
    "disconnected": {"connected"},
    "reconnecting": {"disconnected", "reconnecting"},
    "live_ended": {"disconnected", "reconnecting"},
}


def wrong_order(events: Iterable[Event]) -> Iterator[str]:
    """What is wrong with the order of the events about the connection."""
    state, connections = "new", 0
    for event in events:
        allowed = _AFTER.get(event.type, {"connected"} if event.message_id else set(_AFTER) - {"live_ended"})
        if state not in allowed:
            yield f"{event.type} after {state}"
        if event.type in _AFTER:
            state = event.type
        if isinstance(event, Connected):
            connections += 1
            if event.attempt != connections:
                yield f"connection {event.attempt} is number {connections}"
    if state != "live_ended":
        yield f"it ends {state}"


def _added_by_fault(event: Event) -> bool:
    added = isinstance(event, ChatEvent) and event.user.nickname == "Somebody else"
    return added or isinstance(event, UndecodedEvent)
