"""What a client saw of a live stream, what the server sent, and what must hold between the two."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.chaos import truth
from tests.simulator.worlds import connect, entering, room_id
from tikcast import Event, Live
from tikcast.events import Gap
from tikcast.live import LiveState
from tikcast.simulator import SimulatorConfig, Strictness, World
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.room.ledger import LedgerReport
from tikcast.simulator.room.traffic import HISTORY_MS


@dataclass(kw_only=True)
class Outcome:
    """What a client saw, and what the server sent.

    `sent` is the ledger; `published` has all messages of the room, and when they were due (epoch milliseconds);
    `struck` counts the faults that happened; `offsets_ms` are the errors of the client's wall clock during the run.
    """

    live: Live
    events: list[Event]
    sent: LedgerReport
    published: dict[int, int]
    messages: dict[int, Message]
    struck: Counter[str]
    offsets_ms: tuple[int, ...] = (0,)

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.events if isinstance(event, Gap)]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The times of the gaps by the server's clock, for each offset of the client's clock."""
        return [(gap.from_ms - offset, gap.to_ms - offset) for gap in self.gaps for offset in self.offsets_ms]

    @property
    def covered(self) -> float:
        """The share of the time that lies in gaps."""
        in_gaps = sum(gap.to_ms - gap.from_ms for gap in self.gaps)
        return in_gaps / (self.events[-1].created_at_ms - self.events[0].created_at_ms)

    def sums(self, numbers: Iterable[int]) -> truth.Sums:
        """The gifts in these messages; the signer's own messages have none."""
        return truth.sums(self.messages[number] for number in numbers if number in self.messages)

    @property
    def missed(self) -> truth.Sums:
        """The gifts that were published and never came; `require_the_truth` holds that they lie in gaps."""
        came = truth.arrivals(self.events).keys()
        return self.sums({*self.published, *came}) - self.sums(came)

    @property
    def counted(self) -> truth.Sums:
        """What the client counted."""
        stats = self.live.stats()
        return truth.Sums(stats.gifts, stats.diamonds)


class Twin:
    """The same world without faults, and a client in it that misses nothing.

    `messages` has the earlier ones, too; `published` has the time of each message.
    """

    def __init__(self, config: SimulatorConfig, *, now_ms: int) -> None:
        patient = Strictness(ack_timeout=1e9, heartbeat_timeout=1e9)
        self.world = World(replace(config, strictness=patient), now_ms=now_ms)
        past = self.world.hosts["ana"].room.since(now_ms - HISTORY_MS, now_ms)
        self.messages = {message.message_id: message for message in past}
        self.published: dict[int, int] = {}
        self._client = connect(self.world, now_ms=now_ms, query="&compress=")
        self.world.receive(self._client, entering(room_id(self.world)), now_ms=now_ms)

    def advance(self, now_ms: int) -> None:
        self.world.advance(now_ms)
        while (entry := self._client.pop(now_ms)) is not None:
            for message in entry.frame.messages if entry.frame else ():
                self.messages[message.message_id] = message
                self.published[message.message_id] = now_ms


def require_the_truth(outcome: Outcome) -> None:
    """No message came again as a new one; each one that did not come lies in a gap."""
    sent, offered = truth.times(outcome.sent, live_only=True), truth.times(outcome.sent, live_only=False)
    came = truth.arrivals(outcome.events)
    assert list(truth.repeated(outcome.events, jumps_ms=max(map(abs, outcome.offsets_ms)))) == []
    assert came.keys() - offered.keys() == set()
    assert truth.outside(sent.keys() - came.keys(), at=sent, spans=outcome.spans) == []
    assert truth.outside(outcome.published.keys() - came.keys(), at=outcome.published, spans=outcome.spans) == []
    arrived = outcome.sums(came)
    assert outcome.counted == arrived
    in_gaps = outcome.sums(offered) - arrived
    assert arrived + in_gaps == truth.Sums(outcome.sent["gifts"], outcome.sent["diamonds"])


def require_order(outcome: Outcome) -> None:
    """Events about the connection come in order and once, and no event was dropped."""
    assert list(truth.wrong_order(outcome.events)) == []
    assert outcome.live.stats().dropped == 0
    assert outcome.live.state is LiveState.CLOSED
