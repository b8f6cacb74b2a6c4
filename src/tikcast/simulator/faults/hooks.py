"""Where faults take effect: a hook for each thing that the server does, and what its faults get and return."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Concatenate, Final, Literal

from tikcast.simulator.faults.registry import Hook, Place
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.frames import SentFrame
from tikcast.simulator.messages.outgoing import Closing, OutboxEntry, whole
from tikcast.simulator.room.state import Access, Action
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.signatures import Signatures


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How the server ends a connection: after `silent_ms` in which it sends and reads nothing."""

    closing: Closing
    silent_ms: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamEnd:
    """The server ends the stream by a `close` frame with that reason, and closes the socket after `open_ms`."""

    reason: str
    open_ms: int


Entry = Literal["ignored", "mute"]
"""What becomes of a client that asks to enter: nothing at all, or an answer without a message ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameContext:
    """A frame on its way to one client. `packed`: whether that client asked for gzip. `random` is seeded."""

    frame: SentFrame
    packed: bool
    room_id: int
    now_ms: int
    random: Random

    @property
    def data(self) -> bytes:
        """The frame as the client would get it."""
        return self.frame.data(packed=self.packed)

    @property
    def intact(self) -> OutboxEntry:
        """The frame as it is sent without a fault."""
        return whole(self.frame, self.data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reversal:
    """The frame is held back until there are `count` frames or `wait_ms` are over; then the newest goes first."""

    count: int
    wait_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstMessages:
    """The messages for a client that has just entered.

    `since` gives those that were sent after a moment, `before` those of some types up to a
    moment, the newest first.
    """

    messages: Sequence[Message]
    since: Callable[[int], list[Message]]
    before: Callable[[int, Collection[str]], Iterator[Message]]
    now_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestContext:
    """A request for a page, an API call, a signature or a WebSocket, and the room that it is about.

    `answer` gives the right answer, and has its effects only when it is called. `stale_room_id` gives a room
    of the same user that is long over. `logged_in`: the request has a valid session. `has_signature` tells whether
    its URL has a valid signature.
    """

    request: WebRequest
    place: Place
    room_id: int
    signatures: Signatures
    logged_in: bool
    has_signature: Callable[[], bool]
    answer: Callable[[], WebAnswer]
    stale_room_id: Callable[[], int]
    now_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomChange:
    """One step of what happens to a live stream, `after_ms` after the fault began.

    `announced`: clients get a control message about the action. `admits`: whether a room that is over still lets
    clients in. `optional`: left out when the action is not possible in the room's state; a later change always is.
    """

    action: Action | None = None
    announced: bool = True
    admits: bool = False
    access: Access | None = None
    heartbeat_ms: int | None = None
    after_ms: int = 0
    optional: bool = False


ENDING: Final = Hook[Callable[..., Ending]]("connection")
"""The whole connection: how the server ends it."""

STREAM_END: Final = Hook[Callable[..., StreamEnd]]("connection")
"""The stream of a client that has entered: with which `close` frame it ends."""

FRAME: Final = Hook[Callable[Concatenate[FrameContext, ...], "list[OutboxEntry] | Reversal"]]("connection")
"""The next frame with messages: what is sent for it."""

ENTRY: Final = Hook[Callable[..., Entry]]("connection")
"""A client asks to enter the room: what becomes of it instead."""

ENTRY_ANSWER: Final = Hook[Callable[Concatenate[SentFrame, ...], SentFrame]]("connection")
"""The answer to entering, from the frame of the first messages."""

FIRST_MESSAGES: Final = Hook[Callable[Concatenate[FirstMessages, ...], list[Message]]]("connection")
"""The messages that a client gets on entering."""

HEARTBEAT: Final = Hook[Callable[Concatenate[Callable[[], SentFrame], ...], "SentFrame | None"]]("connection")
"""A heartbeat, from what gives the right answer to it: what is answered."""

PONG: Final = Hook[Callable[..., bool]]("connection")
"""A ping of the WebSocket protocol: whether it is answered."""

ACKNOWLEDGEMENT: Final = Hook[Callable[..., int]]("connection")
"""A missing or malformed acknowledgement: after how many ms a missing one ends the connection."""

RequestFault = Callable[Concatenate[RequestContext, ...], WebAnswer]
REQUEST: Final = Hook[RequestFault]("connecting")
"""A request before the WebSocket is open: what is answered."""

ROOM: Final = Hook[Callable[..., list[RoomChange]]]("room")
"""The live stream: what happens to it."""


def ms(seconds: float) -> int:
    """A duration in milliseconds."""
    return round(seconds * 1000)
