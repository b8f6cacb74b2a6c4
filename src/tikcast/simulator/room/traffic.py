"""The messages of a room: generated from the seed, or taken from a file of recorded frames."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from google.protobuf.message import DecodeError

from tikcast._proto import schema
from tikcast._wire.gunzip import GZIP_MAGIC, gunzip
from tikcast.capture.plain import PlainFrame, read_frames
from tikcast.errors import CaptureError, ConfigError
from tikcast.simulator.messages.context import RoomContext
from tikcast.simulator.messages.encode import GiftTally, Message, encode
from tikcast.simulator.messages.wire import fields, replaced
from tikcast.simulator.room.actions import RoomAction, RoomControl
from tikcast.simulator.room.scenario import Scenario

HISTORY_MS: Final = 224_000
"""The greatest age of the messages that a client without a cursor gets."""

_HISTORY_MESSAGES: Final = 18
_RESUMED_MESSAGES: Final = 2000
# Types that are repeated as history. Types with a current number are not: the next message corrects the number.
_HISTORY_TYPES: Final = {
    "WebcastChatMessage", "WebcastGiftMessage", "WebcastLikeMessage", "WebcastMemberMessage",
    "WebcastSocialMessage", "WebcastQuestionNewMessage",
}  # fmt: skip
_WELCOME_TYPES: Final = (
    "RoomMessage", "WebcastLiveIntroMessage", "WebcastGiftDynamicRestrictionMessage",
    "WebcastLinkMicLayoutStateMessage", "WebcastGameServerFeatureMessage",
)  # fmt: skip
_CONTROL_NUMBER: Final = 3 << 18
_WELCOME_NUMBER: Final = (1 << 20) - 64


class Delivery(NamedTuple):
    """The messages of one frame, and when the frame is due."""

    at_ms: int
    messages: Sequence[Message]


class Traffic(Protocol):
    """The messages of one live stream as a function of time, in epoch milliseconds."""

    def started(self, now_ms: int) -> None:
        """The first client has entered the room. The other methods are called after this one."""

    def between(self, after_ms: int, until_ms: int) -> Iterable[Delivery]:
        """The frames after `after_ms`, up to and including `until_ms`."""

    def next_after(self, after_ms: int) -> int | None:
        """When to ask again; None after the last frame, when the live stream is over."""

    def recent(self, now_ms: int) -> list[Message]:
        """The first messages of a client without a cursor."""

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """The messages since `cursor_ms`, those at that moment included."""

    def before(self, until_ms: int, types: Collection[str]) -> Iterator[Message]:
        """The messages of these types up to a moment, the newest first."""

    def control(self, code: int, now_ms: int) -> Message:
        """The message that reports a change of the live stream; `code` is TikTok's number of the change."""


class GeneratedTraffic:
    """Messages that are generated from the seed."""

    def __init__(self, scenario: Scenario, context: RoomContext) -> None:
        self._scenario = scenario
        self._context = context
        self._controls: list[RoomAction] = []

    def started(self, now_ms: int) -> None:
        """Nothing to prepare: each moment can be generated at any time."""

    def between(self, after_ms: int, until_ms: int) -> Iterator[Delivery]:
        """The frames of the scenario, encoded."""
        for batch in self._scenario.between(after_ms, until_ms):
            messages = [encode(self._context, action) for action in batch.actions]
            yield Delivery(batch.at_ms, messages)

    def next_after(self, after_ms: int) -> int:
        """When to ask again; the scenario never ends."""
        return self._scenario.next_after(after_ms)

    def recent(self, now_ms: int) -> list[Message]:
        """A welcome, the host's introduction, the state of the room, and the newest actions as history."""
        welcomes = [
            RoomAction(at_ms=now_ms, method=method, number=_WELCOME_NUMBER + place)
            for place, method in enumerate(_WELCOME_TYPES)
        ]
        newest_first = islice(self._history(now_ms), _HISTORY_MESSAGES)
        oldest_first = sorted(newest_first, key=lambda action: action.at_ms)
        old = [replace(encode(self._context, action), is_history=True) for action in oldest_first]
        return [*(encode(self._context, welcome) for welcome in welcomes), *old]

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """Everything since the cursor, the cursor's own frame included, up to the age that TikTok keeps."""
        missed = self._past(max(cursor_ms - 1, now_ms - HISTORY_MS), now_ms)
        return [encode(self._context, action) for action in missed[-_RESUMED_MESSAGES:]]

    def before(self, until_ms: int, types: Collection[str]) -> Iterator[Message]:
        """The actions of these types up to a moment, encoded."""
        for batch in self._scenario.backwards(until_ms, oldest_ms=0):
            newest_first = (action for action in reversed(batch.actions) if action.method in types)
            yield from (encode(self._context, action) for action in newest_first)

    def control(self, code: int, now_ms: int) -> Message:
        """Make the control message, and keep it for the history."""
        number = self._scenario.window(now_ms) << 20 | _CONTROL_NUMBER + len(self._controls)
        detail = RoomControl(code=code)
        action = RoomAction(at_ms=now_ms, method="WebcastControlMessage", number=number, detail=detail)
        self._controls.append(action)
        return encode(self._context, action)

    def _history(self, now_ms: int) -> Iterator[RoomAction]:
        oldest_ms = now_ms - HISTORY_MS
        yield from (action for action in reversed(self._controls) if action.at_ms > oldest_ms)
        for batch in self._scenario.backwards(now_ms, oldest_ms=oldest_ms):
            yield from (action for action in reversed(batch.actions) if action.method in _HISTORY_TYPES)

    def _past(self, after_ms: int, until_ms: int) -> list[RoomAction]:
        batches = self._scenario.between(after_ms, until_ms)
        planned = [action for batch in batches for action in batch.actions]
        controls = [action for action in self._controls if after_ms < action.at_ms <= until_ms]
        return sorted([*planned, *controls], key=lambda action: action.at_ms)


_WITH_MESSAGES: Final = ("msg", "im_enter_room_resp")
_ROOM_IDS_FROM: Final = 10**15


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedFrames:
    """The messages of a file, one tuple for each frame."""

    frames: tuple[tuple[Message, ...], ...]


def load_frames(path: Path) -> RecordedFrames:
    """Read a file of plain frames: repeated [u32 little-endian length][push frame].

    Frames without messages are left out. Raises `CaptureError` for a file that is cut or broken, `ConfigError`
    for one that cannot be opened or holds no messages.
    """
    advice = "give a file of plain frames: [u32 little-endian length][push frame], repeated"
    try:
        with path.open("rb") as file:
            frames = tuple(
                messages for frame in read_frames(file, name=str(path)) if (messages := _messages(frame, path))
            )
    except OSError as error:
        raise ConfigError(f"{path} cannot be opened: {error.strerror}", option="capture", advice=advice) from error
    if not frames:
        raise ConfigError(f"{path} holds no messages", option="capture", advice=advice)
    return RecordedFrames(frames=frames)


class RecordedTraffic:
    """Recorded messages, at a rate of messages a second from the moment at which the first client enters.

    The live stream ends with the last frame.
    """

    def __init__(self, recorded: RecordedFrames, context: RoomContext, *, rate: float) -> None:
        self._context = context
        self._recorded = recorded
        self._started_at_ms: int | None = None
        self._due = list(_due(recorded, rate=max(rate, 0.001)))

    def started(self, now_ms: int) -> None:
        """Begin with the first frame, unless it has begun already."""
        if self._started_at_ms is None:
            self._started_at_ms = now_ms

    def between(self, after_ms: int, until_ms: int) -> Iterator[Delivery]:
        """The frames of that time; each message gets this room's id."""
        start = self._started_at_ms
        if start is None:
            return
        first, end = (bisect_right(self._due, at_ms - start) for at_ms in (after_ms, until_ms))
        for due, messages in zip(self._due[first:end], self._recorded.frames[first:end], strict=True):
            yield Delivery(start + due, [_moved(message, self._context.room_id) for message in messages])

    def next_after(self, after_ms: int) -> int | None:
        """When the next frame is due; None after the last one."""
        start = self._started_at_ms
        if start is None:
            return after_ms
        upcoming = bisect_right(self._due, after_ms - start)
        return start + self._due[upcoming] if upcoming < len(self._due) else None

    def recent(self, now_ms: int) -> list[Message]:
        """Nothing: a file has no messages from before its first frame."""
        del now_ms
        return []

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """The recorded messages since the cursor."""
        return [message for delivery in self.between(cursor_ms - 1, now_ms) for message in delivery.messages]

    def before(self, until_ms: int, types: Collection[str]) -> Iterator[Message]:
        """The recorded messages of these types up to a moment."""
        for delivery in reversed(list(self.between(0, until_ms))):
            yield from (message for message in reversed(delivery.messages) if message.method in types)

    def control(self, code: int, now_ms: int) -> Message:
        """A control message of the simulator, for a live stream that is paused or ended by hand."""
        number = (now_ms // 1000 & 0x3FF) << 20 | 0xFFFFF
        detail = RoomControl(code=code)
        action = RoomAction(at_ms=now_ms, method="WebcastControlMessage", number=number, detail=detail)
        return encode(self._context, action)


def _due(recorded: RecordedFrames, *, rate: float) -> Iterator[int]:
    """When each frame is sent, in milliseconds since the start."""
    sent = 0
    for messages in recorded.frames:
        sent += len(messages)
        yield round(1000 * sent / rate)


def _messages(plain: PlainFrame, path: Path) -> tuple[Message, ...]:
    try:
        frame = schema.WebcastPushFrame.FromString(plain.data)
        if frame.payload_type not in _WITH_MESSAGES:
            return ()
        packed = frame.payload.startswith(GZIP_MAGIC)
        payload = bytes(gunzip(frame.payload)) if packed else frame.payload
        response = schema.WebcastResponse.FromString(payload)
    except (ValueError, DecodeError) as error:
        advice = "give a file of push frames as they came from the server"
        raise CaptureError(str(path), str(error), offset=plain.offset, advice=advice) from error
    return tuple(_message(entry) for entry in response.messages)


def _message(entry: schema.ResponseMessage) -> Message:
    common = _common(entry.payload)
    made = Message(
        method=entry.method,
        message_id=(common.msg_id if common else 0) or entry.msg_id,
        payload=entry.payload,
        is_history=entry.is_history,
    )
    try:
        return _counted(made)
    except DecodeError:
        return made


def _counted(message: Message) -> Message:
    if message.method == "WebcastLikeMessage":
        return replace(message, likes=schema.WebcastLikeMessage.FromString(message.payload).count)
    if message.method != "WebcastGiftMessage":
        return message
    gift = schema.WebcastGiftMessage.FromString(message.payload)
    streaks = gift.group_id and gift.gift.type == 1
    streak = (gift.user.id, gift.group_id, gift.gift_id or gift.gift.id) if streaks else None
    tally = GiftTally(streak=streak, repeat_count=gift.repeat_count, diamonds=gift.gift.diamond_count)
    return replace(message, gift=tally)


def _common(payload: bytes) -> schema.Common | None:
    """The common fields of a message; None when it has none."""
    try:
        head = next((entry.value for entry in fields(payload) if entry.number == 1), None)
        common = schema.Common.FromString(head) if isinstance(head, bytes) else None
    except (ValueError, DecodeError):
        return None
    return common if common and common.room_id >= _ROOM_IDS_FROM else None


def _moved(message: Message, room_id: int) -> Message:
    """The message with this room's id in its common fields, and every other byte as recorded."""
    if _common(message.payload) is None:
        return message
    payload = replaced(message.payload, 1, change=lambda head: _with_room(head, room_id))
    return replace(message, payload=payload)


def _with_room(head: int | bytes, room_id: int) -> int | bytes:
    return replaced(head, 3, change=lambda _: room_id) if isinstance(head, bytes) else head
