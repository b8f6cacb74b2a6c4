"""The actions of a room, generated from its seed as a function of time.

Time is divided into windows of two seconds. Each window depends on (seed, room, window) alone, not on clients and not
on other windows. So a room without clients costs nothing, and its past can still be asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from tikcast.errors import ConfigError
from tikcast.simulator.chance import seeded_number, seeded_random
from tikcast.simulator.config import RoomPlan, TimelineEntry
from tikcast.simulator.people.people import RoomVisitors
from tikcast.simulator.room.actions import ActionDetail, Batch, PlannedChat, RoomAction
from tikcast.simulator.room.gifts import AVERAGE_MESSAGES, BY_NAME, LONGEST_MS, GiftStep, gift_steps, streak_of

WINDOW_MS: Final = 2000
_LOOKBACK: Final = LONGEST_MS // WINDOW_MS + 1
# With this many messages for each moment of sending, a frame holds 2.7 messages on average.
_MESSAGES_A_MOMENT: Final = 1.7
_STEPS: Final = 1 << 19
_REGULARS: Final = {
    "WebcastChatMessage": 0.4,
    "WebcastLikeMessage": 0.9,
    "WebcastMemberMessage": 0.15,
    "WebcastGiftMessage": 1.0,
}


class Scenario:
    """The generated actions of one live stream. Times are epoch milliseconds.

    `origin_ms`: the zero of timelines. The live stream began `past_ms` before it. The windows of different rooms begin
    at different moments, so that not all rooms send at once.
    """

    def __init__(self, plan: RoomPlan, *, seed: int, room: str, origin_ms: int, past_ms: int) -> None:
        self._key = (seed, room)
        self._timeline_from_ms = origin_ms
        self._origin_ms = origin_ms - seeded_number(seed, "phase", room) % WINDOW_MS
        self._oldest_ms = origin_ms - past_ms
        self._rate = plan.rate or 0.0
        self._timeline = plan.timeline
        self._set_mix(dict(mix_of(plan.mix, random_bits=seeded_number(seed, "mix", room))))
        self.visitors = RoomVisitors(seed, plan.user)
        self._starts = lru_cache(maxsize=2 * _LOOKBACK)(self._plan_starts)
        self._batches = lru_cache(maxsize=4)(self._plan_window)

    def between(self, after_ms: int, until_ms: int) -> Iterator[Batch]:
        """The frames to send after one moment, up to and including another."""
        after_ms = max(after_ms, self._oldest_ms)
        for window in range(self.window(after_ms), self.window(until_ms) + 1):
            for batch in self._batches(window):
                if after_ms < batch.at_ms <= until_ms:
                    yield batch

    def backwards(self, until_ms: int, *, oldest_ms: int) -> Iterator[Batch]:
        """The frames sent up to a moment, the newest first."""
        oldest_ms = max(oldest_ms, self._oldest_ms)
        for window in range(self.window(until_ms), self.window(oldest_ms) - 1, -1):
            for batch in reversed(self._batches(window)):
                if oldest_ms < batch.at_ms <= until_ms:
                    yield batch

    def next_after(self, after_ms: int) -> int:
        """When to ask again: at the next frame, or at the beginning of the next window."""
        window = self.window(after_ms)
        for batch in self._batches(window):
            if batch.at_ms > after_ms:
                return batch.at_ms
        return self._origin_ms + (window + 1) * WINDOW_MS + 1

    def window(self, at_ms: int) -> int:
        """The number of the window of a moment; windows before the origin have negative numbers."""
        return (at_ms - self._origin_ms) // WINDOW_MS

    def _set_mix(self, mix: dict[str, float]) -> None:
        total = sum(mix.values())
        gifts = mix.pop("WebcastGiftMessage", 0.0)
        a_window = self._rate * WINDOW_MS / 1000
        self._methods = list(mix) or ["WebcastChatMessage"]
        self._weights = list(accumulate(mix.values())) or [1.0]
        self._messages = a_window * (1 - gifts / total)
        self._gift_starts = a_window * gifts / total / AVERAGE_MESSAGES

    def _plan_window(self, window: int) -> list[Batch]:
        random = seeded_random(*self._key, "window", window)
        begin = self._origin_ms + window * WINDOW_MS
        started = (step for start in range(window - _LOOKBACK, window + 1) for step in self._starts(start))
        steps = [step for step in started if begin <= step.at_ms < begin + WINDOW_MS]
        actions = sorted([*self._ordinary(random, window), *steps], key=lambda action: action.at_ms)
        return list(_in_frames(actions, self._moments(random, begin)))

    def _ordinary(self, random: Random, window: int) -> Iterator[RoomAction]:
        begin = self._origin_ms + window * WINDOW_MS
        for index in range(_rounded(random, self._messages)):
            method = random.choices(self._methods, cum_weights=self._weights)[0]
            yield RoomAction(
                at_ms=begin + random.randrange(WINDOW_MS),
                method=method,
                number=_number(window, index),
                person=self.visitors.pick(random, regulars=_REGULARS.get(method, 0.5)),
                random_bits=random.getrandbits(64),
            )

    def _plan_starts(self, window: int) -> list[RoomAction]:
        """The actions of the streaks and timeline entries that begin in a window; some of them are in later windows."""
        random = seeded_random(*self._key, "starts", window)
        steps = [*self._gifts(random, window), *self._entries(random, window)]
        return [
            self._gift_or_chat(random, at_ms=at_ms, number=_number(window, _STEPS + index), step=step)
            for index, (at_ms, step) in enumerate(steps)
        ]

    def _gifts(self, random: Random, window: int) -> Iterator[tuple[int, tuple[int, ActionDetail]]]:
        begin = self._origin_ms + window * WINDOW_MS
        for _ in range(_rounded(random, self._gift_starts)):
            person = self.visitors.gifter(random)
            at_ms = begin + random.randrange(WINDOW_MS)
            yield from ((when, (person, step)) for when, step in gift_steps(random, at_ms=at_ms))
            if random.random() < 0.08:
                at_ms += random.randrange(50, WINDOW_MS)
                yield from ((when, (person, step)) for when, step in gift_steps(random, at_ms=at_ms))

    def _entries(self, random: Random, window: int) -> Iterator[tuple[int, tuple[int, ActionDetail]]]:
        for entry in self._timeline:
            at_ms = self._timeline_from_ms + round(entry.at * 1000)
            if self.window(at_ms) == window and entry.action in {"chat", "gift"}:
                person = self.visitors.gifter(random)
                yield from ((when, (person, detail)) for when, detail in _details(random, entry, at_ms=at_ms))

    def _gift_or_chat(self, random: Random, *, at_ms: int, number: int, step: tuple[int, ActionDetail]) -> RoomAction:
        person, detail = step
        method = "WebcastGiftMessage" if isinstance(detail, GiftStep) else "WebcastChatMessage"
        bits = random.getrandbits(64)
        return RoomAction(at_ms=at_ms, method=method, number=number, person=person, random_bits=bits, detail=detail)

    def _moments(self, random: Random, begin: int) -> list[int]:
        count = max(1, round(self._rate * WINDOW_MS / 1000 / _MESSAGES_A_MOMENT))
        inside = sorted(begin + random.randrange(WINDOW_MS) for _ in range(count - 1))
        return [*inside, begin + WINDOW_MS - 1]


def _details(random: Random, entry: TimelineEntry, *, at_ms: int) -> Iterable[tuple[int, ActionDetail]]:
    if entry.action == "chat":
        return [(at_ms, PlannedChat(text=entry.text))]
    return streak_of(random, BY_NAME[entry.gift.lower()], at_ms=at_ms, count=entry.count)


def _in_frames(actions: Sequence[RoomAction], moments: Sequence[int]) -> Iterator[Batch]:
    """Put each action into the first frame after it."""
    times = [action.at_ms for action in actions]
    sent = 0
    for moment in moments:
        ready = bisect_right(times, moment)
        if ready > sent:
            yield Batch(at_ms=moment, actions=tuple(actions[sent:ready]))
            sent = ready


def _number(window: int, index: int) -> int:
    return (window << 20) | (index & 0xFFFFF)


def _rounded(random: Random, amount: float) -> int:
    """A whole number that is `amount` on average."""
    return int(amount + random.random())


JOINS: Final = {
    "WebcastMemberMessage": 1229,
    "WebcastLikeMessage": 473,
    "WebcastRoomUserSeqMessage": 303,
    "WebcastChatMessage": 211,
    "WebcastCaptionMessage": 210,
    "WebcastGiftMessage": 25,
    "WebcastSocialMessage": 25,
    "WebcastGiftPanelUpdateMessage": 23,
    "WebcastLinkMicFanTicketMethod": 21,
    "WebcastLinkMicMethod": 19,
    "WebcastPrivilegeAdvanceMessage": 9,
    "WebcastLinkLayerMessage": 8,
    "WebcastLinkMessage": 6,
    "WebcastUnauthorizedMemberMessage": 3,
    "WebcastRoomMessage": 1,
}
CHATS: Final = {
    "WebcastLikeMessage": 604,
    "WebcastMemberMessage": 532,
    "WebcastChatMessage": 459,
    "WebcastRoomUserSeqMessage": 302,
    "WebcastCaptionMessage": 213,
    "WebcastSocialMessage": 90,
    "WebcastCommentTrayMessage": 86,
    "WebcastGiftMessage": 24,
    "WebcastGiftPanelUpdateMessage": 23,
    "WebcastLinkMicFanTicketMethod": 17,
    "WebcastLinkMicMethod": 14,
    "WebcastLinkLayerMessage": 6,
    "WebcastLinkMessage": 4,
    "WebcastAISummaryMessage": 3,
    "WebcastPrivilegeAdvanceMessage": 3,
    "WebcastRoomMessage": 2,
}
# Not seen in these rooms, but every client must handle it.
_ALSO: Final = {"WebcastQuestionNewMessage": 3}
MIXES: Final[Mapping[str, Mapping[str, float]]] = {"joins": JOINS | _ALSO, "chats": CHATS | _ALSO}


def mix_of(choice: str | Mapping[str, float] | None, *, random_bits: int) -> Mapping[str, float]:
    """The weights for a plan's mix; for None, `random_bits` choose one of the real rooms."""
    if choice is None:
        return MIXES["chats" if random_bits % 2 else "joins"]
    if isinstance(choice, str):
        if choice not in MIXES:
            advice = f"use {' or '.join(MIXES)}, or weights by wire name"
            raise ConfigError(f"no mix is called {choice!r}", option="mix", advice=advice)
        return MIXES[choice]
    if not choice or min(choice.values()) < 0 or not sum(choice.values()):
        raise ConfigError("the weights add up to nothing", option="mix", advice="give positive weights")
    return choice
