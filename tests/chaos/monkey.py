"""Random faults of every kind for the clients of a user."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from random import Random
from typing import Any

from tikcast.simulator.faults.answers import HANDSHAKE_MESSAGES
from tikcast.simulator.faults.catalog import faults
from tikcast.simulator.faults.hooks import ENDING
from tikcast.simulator.faults.orders import WaitingReport

MakeParameters = Callable[[Random], Mapping[str, Any]]

CLOSE_CODES = (1000, 1001, 1002, 1005, 1006, 1008, 1011, 1012, 1013, 3000, 4001)
OVERSIZE = (1 << 20) + 1

# Parameters of faults whose defaults would be too slow, too rare or always the same.
PARAMETERS: Mapping[str, MakeParameters] = {
    "close": lambda random: {"code": random.choice(CLOSE_CODES)},
    "silence": lambda random: {"seconds": random.uniform(1, 12)},
    "cut_frame": lambda random: {"seconds": random.choice((0.0, 2.0, 12.0))},
    "slow": lambda random: {"seconds": random.uniform(0.5, 4), "pieces": random.randint(2, 30)},
    "stutter": lambda random: {"seconds": random.uniform(0.5, 5)},
    "unknown_compression": lambda random: {"lost": random.random() < 0.5},
    "bad_gzip": lambda random: {
        "damage": random.choice(("cut", "checksum", "noise")), "lost": random.random() < 0.5,
    },
    "gzip_bomb": lambda random: {"size": 4 << 20},
    "oversize": lambda random: {"size": OVERSIZE},
    "reorder": lambda random: {"count": random.randint(2, 6), "seconds": random.uniform(0.5, 3)},
    "other_room": lambda random: {"count": random.randint(1, 3)},
    "unknown_message": lambda random: {"count": random.randint(1, 3)},
    "broken_message": lambda random: {"damage": random.choice(("noise", "cut"))},
    "replay": lambda random: {"seconds": random.uniform(5, 200), "flagged": random.random() < 0.5},
    "no_heartbeat_answer": lambda random: {"times": random.randint(1, 4)},
    "rate_limited": lambda random: {
        "retry_after": random.choice((0, 2, 20)), "where": random.choice(("lookup", "webcast")),
    },
    "forbidden": lambda random: {"where": random.choice(("lookup", "webcast", "signer"))},
    "server_error": lambda random: {"where": random.choice(("lookup", "webcast", "signer"))},
    "no_ttwid": lambda random: {"times": random.randint(1, 10)},
    "malformed_http": lambda random: {"damage": random.choice(("noise", "head", "body"))},
    "no_answer": lambda random: {"seconds": random.choice((1.0, 60.0)), "where": random.choice(("anywhere", "socket"))},
    "http_reset": lambda random: {"where": random.choice(("anywhere", "socket"))},
    "slow_body": lambda random: {
        "seconds": random.uniform(0.1, 3), "where": random.choice(("lookup", "signer", "webcast")),
    },
    "signer_refused": lambda random: {
        "status": random.choice((401, 402, 403, 420, 429, 500, 503)), "retry_after": random.choice((0, 2, 20, 300)),
        "limit": random.choice(("minute", "hour", "day")),
    },
    "handshake_refused": lambda random: {
        "status": random.choice((200, 400, 415, 403, 429, 503)), "message": random.choice(("", *HANDSHAKE_MESSAGES)),
    },
    "heartbeat_interval": lambda random: {"seconds": random.randint(1, 20)},
}  # fmt: skip

# These end the live stream, close it to the client, or answer with an ended one: other tests cover them.
OF_OTHER_TESTS = {
    "end", "suspend", "restart", "lost_end", "stale_room", "stale_page",
    "subscribers_only", "followers_only", "paid_event", "region_blocked", "suspended_account",
    "silent_socket", "close_frame",
}  # fmt: skip
# These wait for something that the client never does: it sends no pings and acknowledges everything.
WITHOUT_EFFECT = {"no_pong", "strict_acks", "feed_login"}
ENDINGS = sorted(ENDING.faults)
CONNECTING = sorted(
    name for name, fault in faults().items() if fault.group == "connecting" and name not in OF_OTHER_TESTS
)
AT_WORK = sorted(faults().keys() - OF_OTHER_TESTS - set(ENDINGS) - set(CONNECTING))

Order = Callable[[str, Mapping[str, Any]], None]


class Deck:
    """Names in random order, each as often as any other."""

    def __init__(self, names: Iterable[str], random: Random) -> None:
        self._names = list(names)
        self._random = random
        self._left: list[str] = []

    def draw(self) -> str:
        if not self._left:
            self._left = self._random.sample(self._names, len(self._names))
        return self._left.pop()


class Monkey:
    """Orders random faults. `order` orders one fault, none of `never`; `ordered` counts them.

    `endings`: the share of faults that end the connection.
    """

    def __init__(self, random: Random, order: Order, *, never: Collection[str] = (), endings: float = 0.08) -> None:
        self.ordered: Counter[str] = Counter()
        self._random = random
        self._order = order
        self._endings = endings
        self._at_work, self._ending, self._connecting = (
            Deck([name for name in names if name not in never], random) for names in (AT_WORK, ENDINGS, CONNECTING)
        )

    def strike(self) -> None:
        """Order a fault of the open connection; sometimes its end, and faults of the connections that follow."""
        if self._random.random() >= self._endings:
            self.order(self._at_work.draw())
            return
        for _ in range(self._random.choice((0, 0, 1, 2, 3))):
            self.order(self._connecting.draw())
        self.order(self._ending.draw())

    def order(self, name: str) -> None:
        """Order one fault."""
        self.ordered[name] += 1
        make = PARAMETERS.get(name)
        self._order(name, make(self._random) if make else {})

    def struck(self, waiting: Iterable[WaitingReport]) -> Counter[str]:
        """How many faults of each kind have happened, if these still wait."""
        untouched = (one["fault"] for one in waiting if one["left"] == one["parameters"]["times"])
        return self.ordered - Counter(untouched)
