"""A live that was followed through everything, the truth about it, and what has to hold between the two."""

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
    """What became of a live, and what really happened.

    `sent` is the ledger; `said` what the room said, to whomever, and when (epoch milliseconds); `struck` how often
    each fault did; `offsets_ms` by how much the client's wall clock was wrong, one value after the other.
    """

    live: Live
    events: list[Event]
    sent: LedgerReport
    said: dict[int, int]
    messages: dict[int, Message]
    struck: Counter[str]
    offsets_ms: tuple[int, ...] = (0,)

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.events if isinstance(event, Gap)]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The times of the gaps by the server's clock; where the client's was set, by each of its settings."""
        return [(gap.from_ms - offset, gap.to_ms - offset) for gap in self.gaps for offset in self.offsets_ms]

    @property
    def covered(self) -> float:
        """The share of the time of which something may be missing."""
        in_gaps = sum(gap.to_ms - gap.from_ms for gap in self.gaps)
        return in_gaps / (self.events[-1].created_at_ms - self.events[0].created_at_ms)

    def sums(self, numbers: Iterable[int]) -> truth.Sums:
        """What these messages tell of gifts; the signer's own greetings hold none."""
        return truth.sums(self.messages[number] for number in numbers if number in self.messages)

    @property
    def missed(self) -> truth.Sums:
        """What was said and never came makes of gifts; `require_the_truth` holds that it lies in gaps."""
        came = truth.arrivals(self.events).keys()
        return self.sums({*self.said, *came}) - self.sums(came)

    @property
    def counted(self) -> truth.Sums:
        """What the client counted."""
        stats = self.live.stats()
        return truth.Sums(stats["gifts"], stats["diamonds"])


class Twin:
    """The same world without any fault, and somebody in it who misses nothing.

    `messages` has those from before, too; `said` tells when each message was said.
    """

    def __init__(self, config: SimulatorConfig, *, now_ms: int) -> None:
        patient = Strictness(ack_timeout=1e9, heartbeat_timeout=1e9)
        self.world = World(replace(config, strictness=patient), now_ms=now_ms)
        past = self.world.hosts["ana"].room.since(now_ms - HISTORY_MS, now_ms)
        self.messages = {message.message_id: message for message in past}
        self.said: dict[int, int] = {}
        self._witness = connect(self.world, now_ms=now_ms, query="&compress=")
        self.world.receive(self._witness, entering(room_id(self.world)), now_ms=now_ms)

    def advance(self, now_ms: int) -> None:
        self.world.advance(now_ms)
        while (parcel := self._witness.pop(now_ms)) is not None:
            for message in parcel.frame.messages if parcel.frame else ():
                self.messages[message.message_id] = message
                self.said[message.message_id] = now_ms


def require_the_truth(outcome: Outcome) -> None:
    """Every message that was sent on a live socket or offered again came once; all others lie in gaps."""
    sent, offered = truth.times(outcome.sent, live_only=True), truth.times(outcome.sent, live_only=False)
    came = truth.arrivals(outcome.events)
    assert [number for number, times in came.items() if times > 1] == []
    assert came.keys() - offered.keys() == set()
    assert truth.outside(sent.keys() - came.keys(), at=sent, spans=outcome.spans) == []
    assert truth.outside(outcome.said.keys() - came.keys(), at=outcome.said, spans=outcome.spans) == []
    arrived = outcome.sums(came)
    assert outcome.counted == arrived
    in_gaps = outcome.sums(offered) - arrived
    assert arrived + in_gaps == truth.Sums(outcome.sent["gifts"], outcome.sent["diamonds"])


def require_order(outcome: Outcome) -> None:
    """What is told about the connection comes in order and once, and nothing was thrown away."""
    assert list(truth.wrong_order(outcome.events)) == []
    assert outcome.live.stats()["dropped"] == 0
    assert outcome.live.state is LiveState.CLOSED
