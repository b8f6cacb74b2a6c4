"""Where a room's messages come from: the seed, or a file that somebody recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple, Protocol

from tikcast.simulator.encode import Message, encode
from tikcast.simulator.happenings import Control, Happening
from tikcast.simulator.scenario import Scenario
from tikcast.simulator.setting import Setting

HISTORY_MS: Final = 224_000
"""How old the oldest message is that a newcomer gets."""

_HISTORY_MESSAGES: Final = 18
_RESUMED_MESSAGES: Final = 2000
# What a newcomer is told again; numbers that the next message corrects are not.
_REMEMBERED: Final = {
    "WebcastChatMessage", "WebcastGiftMessage", "WebcastLikeMessage", "WebcastMemberMessage",
    "WebcastSocialMessage", "WebcastQuestionNewMessage",
}  # fmt: skip
_WELCOMES: Final = (
    "RoomMessage", "WebcastLiveIntroMessage", "WebcastGiftDynamicRestrictionMessage",
    "WebcastLinkMicLayoutStateMessage", "WebcastGameServerFeatureMessage",
)  # fmt: skip
_INJECTED: Final = 3 << 18
_WELCOME: Final = (1 << 20) - 64


class Delivery(NamedTuple):
    """The messages of one frame and when it is due."""

    at_ms: int
    messages: Sequence[Message]


class Traffic(Protocol):
    """The messages of one live as a function of time, in epoch milliseconds."""

    def started(self, now_ms: int) -> None:
        """Somebody entered the room: from now on, messages may be asked for."""

    def between(self, after_ms: int, until_ms: int) -> Iterable[Delivery]:
        """The frames due after one moment, up to and including another."""

    def next_after(self, after_ms: int) -> int | None:
        """When to ask again; None when everything was sent and the live is over."""

    def recent(self, now_ms: int) -> list[Message]:
        """What a newcomer gets first."""

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """What somebody who was here until `cursor_ms` has missed, and a little of what they saw."""

    def control(self, action: int, now_ms: int) -> Message:
        """The message that tells of a change of the live."""


class Generated:
    """Traffic from a seed."""

    def __init__(self, scenario: Scenario, setting: Setting) -> None:
        self._scenario = scenario
        self._setting = setting
        self._controls: list[Happening] = []

    def started(self, now_ms: int) -> None:
        """Nothing to prepare: every moment can be made at any time."""

    def between(self, after_ms: int, until_ms: int) -> Iterator[Delivery]:
        """The frames of the scenario, encoded."""
        for batch in self._scenario.between(after_ms, until_ms):
            messages = [encode(self._setting, happening) for happening in batch.happenings]
            yield Delivery(batch.at_ms, messages)

    def next_after(self, after_ms: int) -> int:
        """The scenario has no end of its own."""
        return self._scenario.next_after(after_ms)

    def recent(self, now_ms: int) -> list[Message]:
        """A welcome, the host's intro, the state of the room, and the last few things that people did."""
        welcomes = [
            Happening(at_ms=now_ms, method=method, number=_WELCOME + place) for place, method in enumerate(_WELCOMES)
        ]
        newest_first = islice(self._remembered(now_ms), _HISTORY_MESSAGES)
        remembered = sorted(newest_first, key=lambda happening: happening.at_ms)
        old = [replace(encode(self._setting, happening), is_history=True) for happening in remembered]
        return [*(encode(self._setting, welcome) for welcome in welcomes), *old]

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """Everything since the cursor, its own frame again included, within the age that TikTok keeps."""
        missed = self._past(max(cursor_ms - 1, now_ms - HISTORY_MS), now_ms)
        return [encode(self._setting, happening) for happening in missed[-_RESUMED_MESSAGES:]]

    def control(self, action: int, now_ms: int) -> Message:
        """Kept, so that those who come later can be told."""
        number = self._scenario.window(now_ms) << 20 | _INJECTED + len(self._controls)
        detail = Control(action=action)
        happening = Happening(at_ms=now_ms, method="WebcastControlMessage", number=number, detail=detail)
        self._controls.append(happening)
        return encode(self._setting, happening)

    def _remembered(self, now_ms: int) -> Iterator[Happening]:
        oldest_ms = now_ms - HISTORY_MS
        yield from (told for told in reversed(self._controls) if told.at_ms > oldest_ms)
        for batch in self._scenario.backwards(now_ms, oldest_ms=oldest_ms):
            yield from (happening for happening in reversed(batch.happenings) if happening.method in _REMEMBERED)

    def _past(self, after_ms: int, until_ms: int) -> list[Happening]:
        batches = self._scenario.between(after_ms, until_ms)
        planned = [happening for batch in batches for happening in batch.happenings]
        told = [happening for happening in self._controls if after_ms < happening.at_ms <= until_ms]
        return sorted([*planned, *told], key=lambda happening: happening.at_ms)
