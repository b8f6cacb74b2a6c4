"""What really was sent, what came, and what was said to be missing: compared without any help of the client's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tikcast import ChatEvent, Event
from tikcast.events import Connected, UndecodedEvent
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.room.ledger import LedgerReport


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
    """What these messages tell of gifts."""
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
    found = {}
    for message in report["messages"]:
        sent = [at for connection, at in message["sent"] if connection or not live_only]
        if sent:
            found[int(message["message_id"])] = min(sent)
    return found


def arrivals(events: Iterable[Event]) -> Counter[int]:
    """How often each message came; those that a fault made up are nobody's."""
    return Counter(int(event.message_id) for event in events if event.message_id and not _made_up(event))


def flagged(messages: Iterable[Message]) -> Iterator[int]:
    """Those that were sent as history."""
    return (message.message_id for message in messages if message.is_history)


def outside(missing: Iterable[int], *, at: Mapping[int, int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """Those of the missing that no gap tells of; `spans` are the beginnings and ends of the gaps."""
    return [one for one in missing if not any(start <= at[one] <= end for start, end in spans)]


# After which states each of the events about the connection may come.
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


def _made_up(event: Event) -> bool:
    invented = isinstance(event, ChatEvent) and event.user.nickname == "Somebody else"
    return invented or isinstance(event, UndecodedEvent)
