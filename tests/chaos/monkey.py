"""Faults of every kind, at random, for whoever watches a user."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tikcast.simulator.fault_list import FAULTS, HANDSHAKE_MESSAGES

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
ENDINGS = sorted(name for name, kind in FAULTS.items() if kind.target == "ending")
CONNECTING = sorted(name for name, kind in FAULTS.items() if kind.group == "connecting" and name not in NEVER)
AT_WORK = sorted(
    name for name, kind in FAULTS.items() if kind.target in {"frame", "manner", "room"} and name not in NEVER
)

Order = Callable[[str, Mapping[str, Any]], None]


@dataclass
class Monkey:
    """Breaks things. `order` lets a fault happen, none of `never`; `ordered` counts them."""

    luck: Random
    order: Order
    never: Collection[str] = ()
    ordered: Counter[str] = field(default_factory=Counter)

    def strike(self) -> None:
        """Most often something goes wrong on an open connection; sometimes it ends, and more goes wrong after."""
        roll = self.luck.random()
        if roll < 0.94:
            self._let(self._one_of(AT_WORK))
            return
        for _ in range(self.luck.choice((0, 0, 0, 1, 3))):
            self._let(self._one_of(CONNECTING))
        self._let(self._one_of(ENDINGS))

    def _one_of(self, names: Iterable[str]) -> str:
        return self.luck.choice([name for name in names if name not in self.never])

    def _let(self, name: str) -> None:
        self.ordered[name] += 1
        told = TOLD.get(name)
        self.order(name, told(self.luck) if told else {})
