"""Faults of a connection as a whole: how it ends, and how the server answers what its client sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Final

from tikcast.simulator.faults.hooks import (
    ACKNOWLEDGEMENT,
    ENDING,
    ENTRY,
    ENTRY_ANSWER,
    FIRST_MESSAGES,
    HEARTBEAT,
    PONG,
    STREAM_END,
    Ending,
    Entry,
    FirstMessages,
    StreamEnd,
    ms,
)
from tikcast.simulator.faults.parameters import flag, number, one_of, text
from tikcast.simulator.faults.parameters import seconds as duration
from tikcast.simulator.faults.registry import method_choice
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.frames import ENTERED, SentFrame
from tikcast.simulator.messages.outgoing import RESET, Closing

_COMMENTS: Final = frozenset({"WebcastChatMessage"})
_REPEATED: Final = _COMMENTS | {"WebcastGiftMessage", "WebcastLikeMessage", "WebcastMemberMessage"}


@ENDING.fault(
    "close",
    "the server closes; code 1005 is a close frame without a code, 1006 an end without a close frame",
    code=number("the close code", 1011, least=1000, most=4999),
    reason=text("what the close frame says", "internal error", most=120),
)
def close(*, code: int, reason: str) -> Ending:
    """Send a close frame."""
    return Ending(closing=Closing(code=code, reason=reason))


@ENDING.fault("reset", "TCP reset, after everything that was sent has arrived")
def reset() -> Ending:
    """Break the connection at once."""
    return Ending(closing=RESET)


@ENDING.fault(
    "silence",
    "half-open: nothing is sent or read any more, pings and goodbyes included, and in the end TCP reset",
    seconds=duration("until the reset", 300.0),
)
def silence(*, seconds: float) -> Ending:
    """Break the connection after a silence."""
    return Ending(closing=RESET, silent_ms=ms(seconds))


@STREAM_END.fault(
    "close_frame",
    "a frame of the type close ends the stream, without `after` in place of the first messages",
    reason=text("its header close_reason", "disable_web_direct", most=120),
    seconds=duration("until the server closes the socket, too", 60.0),
    method=method_choice(),
)
def close_frame(*, reason: str, seconds: float) -> StreamEnd:
    """End the stream; heartbeats stay unanswered from then on."""
    return StreamEnd(reason=reason, open_ms=ms(seconds))


@ENTRY.fault("ignore_enter", "the room is entered in vain: no answer, no message", method=method_choice())
def ignore_enter() -> Entry:
    """Do not let the client in."""
    return "ignored"


@ENTRY.fault(
    "silent_socket",
    "entering and heartbeats are answered, but no message ever comes",
    method=method_choice("direct"),
)
def silent_socket() -> Entry:
    """Answer as in a room in which nothing ever happens."""
    return "mute"


@ENTRY_ANSWER.fault("enter_response", "im_enter_room_resp itself holds the first messages")
def enter_response(first: SentFrame) -> SentFrame:
    """Send the first messages as the answer to entering."""
    return replace(first, payload_type=ENTERED)


@FIRST_MESSAGES.fault(
    "replay",
    "who enters gets messages again that were sent before",
    seconds=duration("how old they are at most", 60.0, most=224.0),
    flagged=flag("whether they are flagged as history", default=True),
)
def replay(first: FirstMessages, *, seconds: float, flagged: bool) -> list[Message]:
    """Send older messages before the first ones, all with the same flag."""
    known = {message.message_id for message in first.messages}
    older = [message for message in first.since(first.now_ms - ms(seconds)) if message.message_id not in known]
    return [replace(message, is_history=flagged) for message in [*older, *first.messages]]


@FIRST_MESSAGES.fault(
    "old_history",
    "who enters gets messages again that are much older, as in a quiet room",
    seconds=duration("how old they are at least; half of that, and so on, if none is so old", 3600.0),
    count=number("how many", 6, least=1, most=1000),
    flagged=flag("whether they are flagged as history", default=False),
    kinds=one_of("which: only comments, or gifts and the others, too", "comments", "all"),
)
def old_history(first: FirstMessages, *, seconds: float, count: int, flagged: bool, kinds: str) -> list[Message]:
    """Send much older messages before the first ones."""
    types = _REPEATED if kinds == "all" else _COMMENTS
    known = {message.message_id for message in first.messages}
    older: list[Message] = []
    while not older and seconds >= 1:
        newest_first = list(islice(first.before(first.now_ms - ms(seconds), types), count))
        older = [message for message in reversed(newest_first) if message.message_id not in known]
        seconds /= 2
    return [*(replace(message, is_history=flagged) for message in older), *first.messages]


@HEARTBEAT.fault("no_heartbeat_answer", "a heartbeat is not answered")
def no_heartbeat_answer(_: Callable[[], SentFrame]) -> SentFrame | None:
    """Answer nothing."""
    return None


@PONG.fault("no_pong", "a ping of the WebSocket protocol is not answered")
def no_pong() -> bool:
    """Send no pong."""
    return False


@ACKNOWLEDGEMENT.fault(
    "strict_acks",
    "a missing acknowledgement ends the connection soon, a malformed one at once",
    seconds=duration("until a missing one does", 3.0),
)
def strict_acks(*, seconds: float) -> int:
    """Wait only so long for a missing acknowledgement."""
    return ms(seconds)
