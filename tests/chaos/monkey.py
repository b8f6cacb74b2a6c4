"""Faults of every kind, at random, for whoever watches a user."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from random import Random
from typing import Any

from tikcast.simulator.faults.answers import HANDSHAKE_MESSAGES
from tikcast.simulator.faults.catalog import faults
from tikcast.simulator.faults.hooks import ENDING
from tikcast.simulator.faults.orders import WaitingReport

Parameters = Callable[[Random], Mapping[str, Any]]

CLOSE_CODES = (1000, 1001, 1002, 1005, 1006, 1008, 1011, 1012, 1013, 3000, 4001)
OVERSIZE = (1 << 20) + 1

# What a fault is told when nothing but its default would be too slow, too rare or always the same.
TOLD: Mapping[str, Parameters] = {
    "close": lambda luck: {"code": luck.choice(CLOSE_CODES)},
    "silence": lambda luck: {"seconds": luck.uniform(1, 12)},
    "cut_frame": lambda luck: {"seconds": luck.choice((0.0, 2.0, 12.0))},
    "slow": lambda luck: {"seconds": luck.uniform(0.5, 4), "pieces": luck.randint(2, 30)},
    "stutter": lambda luck: {"seconds": luck.uniform(0.5, 5)},
    "unknown_compression": lambda luck: {"lost": luck.random() < 0.5},
    "bad_gzip": lambda luck: {
        "damage": luck.choice(("cut", "checksum", "noise")), "lost": luck.random() < 0.5,
    },
    "gzip_bomb": lambda luck: {"size": 4 << 20},
    "oversize": lambda luck: {"size": OVERSIZE},
    "reorder": lambda luck: {"count": luck.randint(2, 6), "seconds": luck.uniform(0.5, 3)},
    "other_room": lambda luck: {"count": luck.randint(1, 3)},
    "unknown_message": lambda luck: {"count": luck.randint(1, 3)},
    "broken_message": lambda luck: {"damage": luck.choice(("noise", "cut"))},
    "replay": lambda luck: {"seconds": luck.uniform(5, 200), "flagged": luck.random() < 0.5},
    "no_heartbeat_answer": lambda luck: {"times": luck.randint(1, 4)},
    "rate_limited": lambda luck: {"retry_after": luck.choice((0, 2, 20)), "where": luck.choice(("lookup", "webcast"))},
    "forbidden": lambda luck: {"where": luck.choice(("lookup", "webcast", "signer"))},
    "server_error": lambda luck: {"where": luck.choice(("lookup", "webcast", "signer"))},
    "no_ttwid": lambda luck: {"times": luck.randint(1, 10)},
    "malformed_http": lambda luck: {"damage": luck.choice(("noise", "head", "body"))},
    "no_answer": lambda luck: {"seconds": luck.choice((1.0, 60.0)), "where": luck.choice(("anywhere", "socket"))},
    "http_reset": lambda luck: {"where": luck.choice(("anywhere", "socket"))},
    "slow_body": lambda luck: {"seconds": luck.uniform(0.1, 3), "where": luck.choice(("lookup", "signer", "webcast"))},
    "signer_refused": lambda luck: {
        "status": luck.choice((401, 402, 403, 420, 429, 500, 503)), "retry_after": luck.choice((0, 2, 20, 300)),
        "limit": luck.choice(("minute", "hour", "day")),
    },
    "handshake_refused": lambda luck: {
        "status": luck.choice((200, 400, 415, 403, 429, 503)), "message": luck.choice(("", *HANDSHAKE_MESSAGES)),
    },
    "heartbeat_interval": lambda luck: {"seconds": luck.randint(1, 20)},
}  # fmt: skip

# These end the room as such, or speak of one that did: what is left of it is another test's.
NEVER = {"end", "suspend", "restart", "stale_room"}
# These wait for what this client never does: it sends no pings, and acknowledges everything.
IN_VAIN = {"no_pong", "strict_acks"}
ENDINGS = sorted(ENDING.faults)
CONNECTING = sorted(name for name, fault in faults().items() if fault.group == "connecting" and name not in NEVER)
AT_WORK = sorted(faults().keys() - NEVER - set(ENDINGS) - set(CONNECTING))

Order = Callable[[str, Mapping[str, Any]], None]


class Deck:
    """Names in random order, each as often as any other."""

    def __init__(self, names: Iterable[str], luck: Random) -> None:
        self._names = list(names)
        self._luck = luck
        self._left: list[str] = []

    def draw(self) -> str:
        if not self._left:
            self._left = self._luck.sample(self._names, len(self._names))
        return self._left.pop()


class Monkey:
    """Breaks things. `order` lets a fault happen, none of `never`; `ordered` counts them.

    `endings`: how often, of all strikes, a connection ends.
    """

    def __init__(self, luck: Random, order: Order, *, never: Collection[str] = (), endings: float = 0.08) -> None:
        self.ordered: Counter[str] = Counter()
        self._luck = luck
        self._order = order
        self._endings = endings
        self._at_work, self._ending, self._connecting = (
            Deck([name for name in names if name not in never], luck) for names in (AT_WORK, ENDINGS, CONNECTING)
        )

    def strike(self) -> None:
        """Most often something goes wrong on an open connection; sometimes it ends, and more goes wrong after."""
        if self._luck.random() >= self._endings:
            self.let(self._at_work.draw())
            return
        for _ in range(self._luck.choice((0, 0, 1, 2, 3))):
            self.let(self._connecting.draw())
        self.let(self._ending.draw())

    def let(self, name: str) -> None:
        """Let one fault happen."""
        self.ordered[name] += 1
        told = TOLD.get(name)
        self._order(name, told(self._luck) if told else {})

    def struck(self, waiting: Iterable[WaitingReport]) -> Counter[str]:
        """How many faults of each kind have struck, when these still wait."""
        untouched = (one["fault"] for one in waiting if one["left"] == one["parameters"]["times"])
        return self.ordered - Counter(untouched)
