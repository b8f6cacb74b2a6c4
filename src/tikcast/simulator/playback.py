"""Recorded frames in place of generated traffic: everything in the file, moved into the simulated room."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from google.protobuf.message import DecodeError

from tikcast._proto import schema
from tikcast._wire.gunzip import GZIP_MAGIC, gunzip
from tikcast.capture.plain import PlainFrame, read_frames
from tikcast.errors import CaptureError, ConfigError
from tikcast.simulator.encode import GiftTally, Message, encode
from tikcast.simulator.happenings import Control, Happening
from tikcast.simulator.setting import Setting
from tikcast.simulator.traffic import Delivery
from tikcast.simulator.wire import fields, replaced

_WITH_MESSAGES: Final = ("msg", "im_enter_room_resp")
_ROOM_IDS_FROM: Final = 10**15


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """The messages of a capture, one list a frame."""

    frames: tuple[tuple[Message, ...], ...]


def load_recording(path: Path) -> Recording:
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
    return Recording(frames=frames)


class Playback:
    """A recording as the traffic of a room, at a rate of messages a second from the first time somebody enters.

    The live ends with the last frame.
    """

    def __init__(self, recording: Recording, setting: Setting, *, rate: float) -> None:
        self._setting = setting
        self._recording = recording
        self._started_at_ms: int | None = None
        self._due = list(_due(recording, rate=max(rate, 0.001)))

    def started(self, now_ms: int) -> None:
        """The first to enter starts the recording."""
        if self._started_at_ms is None:
            self._started_at_ms = now_ms

    def between(self, after_ms: int, until_ms: int) -> Iterator[Delivery]:
        """The frames due in that time, each message with this room's id."""
        start = self._started_at_ms
        if start is None:
            return
        first, end = (bisect_right(self._due, at_ms - start) for at_ms in (after_ms, until_ms))
        for due, messages in zip(self._due[first:end], self._recording.frames[first:end], strict=True):
            yield Delivery(start + due, [_moved(message, self._setting.room_id) for message in messages])

    def next_after(self, after_ms: int) -> int | None:
        """When the next frame is due; None after the last one."""
        start = self._started_at_ms
        if start is None:
            return after_ms
        upcoming = bisect_right(self._due, after_ms - start)
        return start + self._due[upcoming] if upcoming < len(self._due) else None

    def recent(self, now_ms: int) -> list[Message]:
        """Nothing is invented beside a recording."""
        del now_ms
        return []

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """What was played since the cursor."""
        return [message for delivery in self.between(cursor_ms - 1, now_ms) for message in delivery.messages]

    def control(self, action: int, now_ms: int) -> Message:
        """A message of the simulator's own, for a live that is paused or ended by hand."""
        number = (now_ms // 1000 & 0x3FF) << 20 | 0xFFFFF
        detail = Control(action=action)
        happening = Happening(at_ms=now_ms, method="WebcastControlMessage", number=number, detail=detail)
        return encode(self._setting, happening)


def _due(recording: Recording, *, rate: float) -> Iterator[int]:
    """When each frame is sent, in ms since the start."""
    sent = 0
    for messages in recording.frames:
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
    given = schema.WebcastGiftMessage.FromString(message.payload)
    streaks = given.group_id and given.gift.type == 1
    streak = (given.user.id, given.group_id, given.gift_id or given.gift.id) if streaks else None
    tally = GiftTally(streak=streak, repeat_count=given.repeat_count, diamonds=given.gift.diamond_count)
    return replace(message, gift=tally)


def _common(payload: bytes) -> schema.Common | None:
    """The head of a message, if it has one."""
    try:
        head = next((entry.value for entry in fields(payload) if entry.number == 1), None)
        common = schema.Common.FromString(head) if isinstance(head, bytes) else None
    except (ValueError, DecodeError):
        return None
    return common if common and common.room_id >= _ROOM_IDS_FROM else None


def _moved(message: Message, room_id: int) -> Message:
    """The message with this room's id in its head, and every other byte as recorded."""
    if _common(message.payload) is None:
        return message
    payload = replaced(message.payload, 1, change=lambda head: _with_room(head, room_id))
    return replace(message, payload=payload)


def _with_room(head: int | bytes, room_id: int) -> int | bytes:
    return replaced(head, 3, change=lambda _: room_id) if isinstance(head, bytes) else head
