"""What watching users costs, and how soon a change is noticed: a watcher's times and what follows from them. Pure.

A user who is not live is looked up by the live page, a user who is live by check_alive, many in one request. Neither is
right all the time (seen until November 2026: pages that are hours old, and a check_alive that reports every room as
live), so every fourth look asks a second source too, and who is live is looked up by the page now and then.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Final

from tikcast._live.pace import GAP
from tikcast._net.lookups import ROOMS_PER_REQUEST

JITTER: Final = 0.2
"""The random share of each interval."""

MAX_BACKOFF: Final = 4.0
"""How many intervals pass between two looks at a user who was not live for a long time."""

SECOND_SOURCE_EVERY: Final = 4
"""How often a look at a user who is not live asks a second source: every so many looks."""

_PAGE_INTERVALS: Final = 10
_PAGES_GAP: Final = 6.0
_CHECK_GAP: Final = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchStats:
    """How many users are watched, what that costs, and how soon a change is noticed.

    `live`: those of `users` who are live. `requests`: how many were sent so far. `requests_per_minute`: on average,
    after a while without a change. `live_within`, `ended_within`: the longest time in seconds until it is noticed
    that a user goes live, or that a live stream is over or its host opened a new room; 0 if there is no such user.
    They hold for one change, while TikTok tells the truth and nothing else of the client is watching. Further changes
    at the same time take a request each, and after refusals requests are slower.
    """

    users: int
    live: int
    requests: int
    requests_per_minute: float
    live_within: float
    ended_within: float

    def to_dict(self) -> dict[str, float]:
        """The fields as values for JSON."""
        return asdict(self)


def check_interval(live: int, *, interval: float) -> float:
    """Seconds between two checks of all users who are live; they take at most half of the requests."""
    return max(interval, _CHECK_GAP * _checks(live))


def page_interval(live: int, *, interval: float) -> float:
    """Seconds after which a user who is live is looked up by the page, although check_alive says that it goes on."""
    return max(_PAGE_INTERVALS * interval, _PAGES_GAP * live)


def watch_stats(*, live: int, offline: int, interval: float, requests: int = 0) -> WatchStats:
    """The cost of watching so many users, looked at every `interval` seconds."""
    checks, looks = _checks(live), 1 + 1 / SECOND_SOURCE_EVERY
    busy = GAP * (checks / check_interval(live, interval=interval) + live / page_interval(live, interval=interval))
    wanted = busy + GAP * offline * looks / (MAX_BACKOFF * interval)
    # All other users who are not live may be ahead in the queue, and the requests about live ones come between.
    queue = GAP * (offline * looks + 1) / (1 - busy)
    longest = 1 + JITTER
    return WatchStats(
        users=live + offline,
        live=live,
        requests=requests,
        requests_per_minute=round(60 / GAP * min(wanted, 1), 2),
        live_within=math.ceil(longest * MAX_BACKOFF * interval + queue) if offline else 0,
        ended_within=math.ceil(longest * check_interval(live, interval=interval) + GAP * checks + queue) if live else 0,
    )


def _checks(live: int) -> int:
    return math.ceil(live / ROOMS_PER_REQUEST)
