"""Faults of delivery: what is sent in place of a frame, before it, or inside it. Pure: a frame in, data to send out."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.faults.hooks import FRAME, FrameContext, Reversal, ms
from tikcast.simulator.faults.parameters import flag, number, one_of
from tikcast.simulator.faults.parameters import seconds as duration
from tikcast.simulator.faults.parameters import size as byte_count
from tikcast.simulator.faults.parameters import text as words
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.outgoing import TEXT, OutboxEntry, uncounted, websocket_bytes, whole
from tikcast.simulator.messages.wire import field

UNKNOWN_METHOD: Final = "WebcastNobodyKnowsThisMessage"
"""The wire name of messages of an unknown type."""

_CHAT: Final = "WebcastChatMessage"
_MEBIBYTE: Final = 1 << 20
_LOST = flag("whether the messages inside are lost; otherwise the intact frame follows", default=False)


@FRAME.fault(
    "cut_frame",
    "half of the WebSocket frame arrives, then nothing more, and in the end TCP reset",
    seconds=duration("until the reset", 0.0),
)
def cut_frame(context: FrameContext, *, seconds: float) -> list[OutboxEntry]:
    """Send half a frame and break the connection."""
    wire = websocket_bytes(context.data)
    half = wire[: len(wire) // 2]
    return [OutboxEntry(data=half, raw=True, unfinished=True, break_after_ms=ms(seconds))]


@FRAME.fault(
    "slow",
    "the frame arrives in drops",
    seconds=duration("from its first byte to its last", 2.0, most=600.0),
    pieces=number("how many drops", 8, least=2, most=1000),
)
def slow(context: FrameContext, *, seconds: float, pieces: int) -> list[OutboxEntry]:
    """Send the frame in pieces."""
    data = context.data
    wire = websocket_bytes(data)
    pieces = min(pieces, len(wire))
    ends = [len(wire) * piece // pieces for piece in range(pieces + 1)]
    step = ms(seconds) / (pieces - 1)
    entries = [
        OutboxEntry(data=wire[start:end], raw=True, unfinished=True, at_ms=context.now_ms + round(step * piece))
        for piece, (start, end) in enumerate(pairwise(ends))
    ]
    return [*entries[:-1], replace(entries[-1], frame=context.frame, message=data, unfinished=False)]


@FRAME.fault(
    "stutter",
    "nothing arrives for a while, then all of it at once",
    seconds=duration("how long nothing arrives", 3.0, most=3600.0),
)
def stutter(context: FrameContext, *, seconds: float) -> list[OutboxEntry]:
    """Send the frame, and so everything after it, later."""
    return [whole(context.frame, context.data, at_ms=context.now_ms + ms(seconds))]


@FRAME.fault("garbage", "a binary message of noise comes first", size=byte_count("its bytes", 64, least=1))
def garbage(context: FrameContext, *, size: int) -> list[OutboxEntry]:
    """Send noise before the frame."""
    # An odd first byte cannot start a protobuf message: 7 is no wire type.
    noise = b"\x07" + context.random.randbytes(size - 1)
    return [uncounted(noise), context.intact]


@FRAME.fault("text", "a text message comes first", text=words("what it says", "hello", most=10_000))
def text_message(context: FrameContext, *, text: str) -> list[OutboxEntry]:
    """Send a text message before the frame."""
    return [OutboxEntry(data=websocket_bytes(text.encode(), opcode=TEXT), raw=True), context.intact]


@FRAME.fault(
    "unknown_compression",
    "the frame is compressed in a way that nobody knows",
    compression=words("what its header says", "zstd", most=40),
    lost=_LOST,
)
def unknown_compression(context: FrameContext, *, compression: str, lost: bool) -> list[OutboxEntry]:
    """Send the frame with another name of a compression."""
    return _unreadable(context, zlib.compress(context.frame.payload), compression=compression, lost=lost)


@FRAME.fault(
    "bad_gzip",
    "the frame's gzip is broken",
    damage=one_of("how: an end that is missing, a wrong checksum, noise after its head", "cut", "checksum", "noise"),
    lost=_LOST,
)
def bad_gzip(context: FrameContext, *, damage: str, lost: bool) -> list[OutboxEntry]:
    """Send the frame with damaged gzip."""
    packed = gzip.compress(context.frame.payload, mtime=0)
    if damage == "cut":
        payload = packed[: len(packed) // 2]
    elif damage == "checksum":
        payload = packed[:-8] + bytes(byte ^ 0xFF for byte in packed[-8:-4]) + packed[-4:]
    else:
        payload = packed[:10] + b"\xff" + context.random.randbytes(len(packed))
    return _unreadable(context, payload, compression="gzip", lost=lost)


@FRAME.fault(
    "gzip_bomb",
    "a small frame that unpacks to a huge one comes first",
    size=byte_count("bytes it unpacks to", 64 << 20, least=1, most=1 << 30),
)
def gzip_bomb(context: FrameContext, *, size: int) -> list[OutboxEntry]:
    """Send compressed zeros before the frame."""
    return [uncounted(_envelope(context, _zeros_packed(size), compression="gzip")), context.intact]


@FRAME.fault("oversize", "a huge frame comes first", size=byte_count("its bytes", 33 << 20, least=1))
def oversize(context: FrameContext, *, size: int) -> list[OutboxEntry]:
    """Send plain zeros before the frame."""
    return [uncounted(_envelope(context, bytes(size))), context.intact]


@FRAME.fault("duplicate", "the frame comes twice")
def duplicate(context: FrameContext) -> list[OutboxEntry]:
    """Send the frame twice."""
    return [context.intact, context.intact]


@FRAME.fault(
    "reorder",
    "some frames come in reverse order",
    count=number("how many", 3, least=2, most=100),
    seconds=duration("how long to wait for so many", 5.0, most=600.0),
)
def reorder(_: FrameContext, *, count: int, seconds: float) -> Reversal:
    """Hold the frame back together with the next ones."""
    return Reversal(count=count, wait_ms=ms(seconds))


@FRAME.fault(
    "other_room",
    "messages of another room are among the others",
    count=number("how many", 1, least=1, most=1000),
)
def other_room(context: FrameContext, *, count: int) -> list[OutboxEntry]:
    """Add messages of another room."""
    other = context.room_id ^ context.random.getrandbits(40) | 1 << 41
    return _with(context, [_chat(context, room_id=other) for _ in range(count)])


@FRAME.fault(
    "unknown_message",
    "messages of a type that nobody knows are among the others",
    count=number("how many", 1, least=1, most=1000),
)
def unknown_message(context: FrameContext, *, count: int) -> list[OutboxEntry]:
    """Add messages of an unknown type; they count as sent."""
    made = [_unknown(context) for _ in range(count)]
    return _with(context, made, counted=made)


@FRAME.fault(
    "broken_message",
    "a message that cannot be read is among the others",
    damage=one_of("what it is: noise, or a message without its end", "noise", "cut"),
)
def broken_message(context: FrameContext, *, damage: str) -> list[OutboxEntry]:
    """Add a damaged message."""
    chat = _chat(context, room_id=context.room_id)
    noise = b"\xff" * 16 + context.random.randbytes(48)
    payload = noise if damage == "noise" else chat.payload[:-5]
    return _with(context, [replace(chat, payload=payload)])


def _unreadable(context: FrameContext, payload: bytes, *, compression: str, lost: bool) -> list[OutboxEntry]:
    unreadable = uncounted(_envelope(context, payload, compression=compression))
    return [unreadable] if lost else [unreadable, context.intact]


def _with(context: FrameContext, added: Sequence[Message], *, counted: Sequence[Message] = ()) -> list[OutboxEntry]:
    """The frame with more messages among its own. Of those, only the `counted` ones are noted in the ledger."""
    inside = schema.WebcastResponse.FromString(context.frame.payload)
    messages = list(inside.messages)
    for message in added:
        position = context.random.randrange(len(messages) + 1)
        messages.insert(position, _entry(message))
    del inside.messages[:]
    inside.messages.extend(messages)
    payload = inside.SerializeToString()
    frame = replace(context.frame, payload=payload, messages=(*context.frame.messages, *counted))
    return [whole(frame, frame.data(packed=context.packed))]


def _entry(message: Message) -> schema.ResponseMessage:
    return schema.ResponseMessage(method=message.method, payload=message.payload, msg_id=message.message_id, msg_type=1)


def _chat(context: FrameContext, *, room_id: int) -> Message:
    common = _common(context, _CHAT, room_id=room_id)
    user = schema.User(id=context.random.getrandbits(60) | 1, nickname="Somebody else", unique_id="somebody.else")
    said = schema.WebcastChatMessage(common=common, user=user, content="said where nobody listens")
    return Message(method=_CHAT, message_id=common.msg_id, payload=said.SerializeToString())


def _unknown(context: FrameContext) -> Message:
    common = _common(context, UNKNOWN_METHOD, room_id=context.room_id)
    payload = field(1, common.SerializeToString()) + field(2, b"new") + field(900, context.random.getrandbits(50))
    return Message(method=UNKNOWN_METHOD, message_id=common.msg_id, payload=payload)


def _common(context: FrameContext, method: str, *, room_id: int) -> schema.Common:
    message_id = context.now_ms // 1000 << 32 | context.random.getrandbits(32)
    return schema.Common(method=method, msg_id=message_id, room_id=room_id, create_time=context.now_ms)


def _envelope(context: FrameContext, payload: bytes, *, compression: str = "") -> bytes:
    frame = schema.WebcastPushFrame(
        seq_id=context.frame.log_id,
        log_id=context.frame.log_id,
        payload_encoding="pb",
        payload_type="msg",
        payload=payload,
        headers={"compress_type": compression} if compression else {},
    )
    return frame.SerializeToString()


@lru_cache(maxsize=2)
def _zeros_packed(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(bytes(min(_MEBIBYTE, size - start))) for start in range(0, size, _MEBIBYTE)]
    return b"".join([*parts, packer.flush()])
