"""Faults of delivery: what arrives in place of a frame, before it, or inside it. Pure: a frame in, parcels out."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.faults.orders import Order
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.frames import SentFrame
from tikcast.simulator.messages.outgoing import TEXT, Parcel, foreign, websocket_bytes, whole
from tikcast.simulator.messages.wire import field

UNKNOWN_METHOD: Final = "WebcastNobodyKnowsThisMessage"
"""The wire name of messages of an unknown type."""

_CHAT: Final = "WebcastChatMessage"
_MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Blow:
    """A fault as it strikes one frame on its way to one client. `packed`: whether that client asked for gzip."""

    order: Order
    frame: SentFrame
    packed: bool
    room_id: int
    now_ms: int
    luck: Random

    @property
    def data(self) -> bytes:
        """The frame as the client would get it."""
        return self.frame.data(packed=self.packed)

    @property
    def intact(self) -> Parcel:
        """The frame as if nothing had happened."""
        return whole(self.frame, self.data)


def spoiled(blow: Blow) -> list[Parcel]:
    """What goes out after the blow, in order."""
    return _SPOILERS[blow.order.name](blow)


def handled() -> set[str]:
    """The faults that are known here."""
    return set(_SPOILERS)


def _duplicate(blow: Blow) -> list[Parcel]:
    return [blow.intact, blow.intact]


def _garbage(blow: Blow) -> list[Parcel]:
    # An odd first byte cannot start a protobuf message: 7 is no wire type.
    noise = b"\x07" + blow.luck.randbytes(blow.order.count("size") - 1)
    return [foreign(noise), blow.intact]


def _text(blow: Blow) -> list[Parcel]:
    said = blow.order.text("text").encode()
    return [Parcel(data=websocket_bytes(said, opcode=TEXT), raw=True), blow.intact]


def _unknown_compression(blow: Blow) -> list[Parcel]:
    payload = zlib.compress(blow.frame.payload)
    return _unreadable(blow, payload, compression=blow.order.text("compression"))


def _bad_gzip(blow: Blow) -> list[Parcel]:
    packed = gzip.compress(blow.frame.payload, mtime=0)
    damage = blow.order.text("damage")
    if damage == "cut":
        payload = packed[: len(packed) // 2]
    elif damage == "checksum":
        payload = packed[:-8] + bytes(byte ^ 0xFF for byte in packed[-8:-4]) + packed[-4:]
    else:
        payload = packed[:10] + b"\xff" + blow.luck.randbytes(len(packed))
    return _unreadable(blow, payload, compression="gzip")


def _unreadable(blow: Blow, payload: bytes, *, compression: str) -> list[Parcel]:
    spoilt = foreign(_envelope(blow, payload, compression=compression))
    return [spoilt] if blow.order.says("lost") else [spoilt, blow.intact]


def _gzip_bomb(blow: Blow) -> list[Parcel]:
    bomb = _zeros_packed(blow.order.count("size"))
    return [foreign(_envelope(blow, bomb, compression="gzip")), blow.intact]


def _oversize(blow: Blow) -> list[Parcel]:
    return [foreign(_envelope(blow, bytes(blow.order.count("size")))), blow.intact]


def _other_room(blow: Blow) -> list[Parcel]:
    other = blow.room_id ^ blow.luck.getrandbits(40) | 1 << 41
    return _with(blow, [_chat(blow, room_id=other) for _ in range(blow.order.count("count"))])


def _unknown_message(blow: Blow) -> list[Parcel]:
    made = [_unknown(blow) for _ in range(blow.order.count("count"))]
    return _with(blow, made, counted=made)


def _broken_message(blow: Blow) -> list[Parcel]:
    chat = _chat(blow, room_id=blow.room_id)
    noise = b"\xff" * 16 + blow.luck.randbytes(48)
    payload = noise if blow.order.text("damage") == "noise" else chat.payload[:-5]
    return _with(blow, [replace(chat, payload=payload)])


def _slow(blow: Blow) -> list[Parcel]:
    data = blow.data
    wire = websocket_bytes(data)
    pieces = min(blow.order.count("pieces"), len(wire))
    ends = [len(wire) * piece // pieces for piece in range(pieces + 1)]
    step = blow.order.ms("seconds") / (pieces - 1)
    drops = [
        Parcel(data=wire[start:end], raw=True, unfinished=True, at_ms=blow.now_ms + round(step * piece))
        for piece, (start, end) in enumerate(pairwise(ends))
    ]
    return [*drops[:-1], replace(drops[-1], frame=blow.frame, message=data, unfinished=False)]


def _stutter(blow: Blow) -> list[Parcel]:
    return [whole(blow.frame, blow.data, at_ms=blow.now_ms + blow.order.ms("seconds"))]


def _cut_frame(blow: Blow) -> list[Parcel]:
    wire = websocket_bytes(blow.data)
    half = wire[: len(wire) // 2]
    return [Parcel(data=half, raw=True, unfinished=True, break_after_ms=blow.order.ms("seconds"))]


def _with(blow: Blow, more: Sequence[Message], *, counted: Sequence[Message] = ()) -> list[Parcel]:
    """The frame with more messages among its own. Only those `counted` are ones that the room sent."""
    inside = schema.WebcastResponse.FromString(blow.frame.payload)
    own = list(inside.messages)
    for message in more:
        place = blow.luck.randrange(len(own) + 1)
        own.insert(place, _entry(message))
    del inside.messages[:]
    inside.messages.extend(own)
    frame = replace(blow.frame, payload=inside.SerializeToString(), messages=(*blow.frame.messages, *counted))
    return [whole(frame, frame.data(packed=blow.packed))]


def _entry(message: Message) -> schema.ResponseMessage:
    return schema.ResponseMessage(method=message.method, payload=message.payload, msg_id=message.message_id, msg_type=1)


def _chat(blow: Blow, *, room_id: int) -> Message:
    common = _common(blow, _CHAT, room_id=room_id)
    user = schema.User(id=blow.luck.getrandbits(60) | 1, nickname="Somebody else", unique_id="somebody.else")
    said = schema.WebcastChatMessage(common=common, user=user, content="said where nobody listens")
    return Message(method=_CHAT, message_id=common.msg_id, payload=said.SerializeToString())


def _unknown(blow: Blow) -> Message:
    common = _common(blow, UNKNOWN_METHOD, room_id=blow.room_id)
    payload = field(1, common.SerializeToString()) + field(2, b"new") + field(900, blow.luck.getrandbits(50))
    return Message(method=UNKNOWN_METHOD, message_id=common.msg_id, payload=payload)


def _common(blow: Blow, method: str, *, room_id: int) -> schema.Common:
    message_id = blow.now_ms // 1000 << 32 | blow.luck.getrandbits(32)
    return schema.Common(method=method, msg_id=message_id, room_id=room_id, create_time=blow.now_ms)


def _envelope(blow: Blow, payload: bytes, *, compression: str = "") -> bytes:
    frame = schema.WebcastPushFrame(
        seq_id=blow.frame.log_id,
        log_id=blow.frame.log_id,
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


_SPOILERS: Final[Mapping[str, Callable[[Blow], list[Parcel]]]] = {
    "bad_gzip": _bad_gzip,
    "broken_message": _broken_message,
    "cut_frame": _cut_frame,
    "duplicate": _duplicate,
    "garbage": _garbage,
    "gzip_bomb": _gzip_bomb,
    "other_room": _other_room,
    "oversize": _oversize,
    "slow": _slow,
    "stutter": _stutter,
    "text": _text,
    "unknown_compression": _unknown_compression,
    "unknown_message": _unknown_message,
}
