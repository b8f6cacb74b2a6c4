"""TikTok's messages as the schema describes them, for tests to make and to read bytes apart from the package."""

import gzip
from functools import cache
from typing import Any, Protocol

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tests.source_tree import PACKAGE
from tikcast import UnknownEvent, decode_message

NAMES = "tikcast"
# Wire names that share a message of the schema with another one.
OTHER_NAMES = {"RoomMessage": "WebcastRoomMessage", "LinkMicMethod": "WebcastLinkMicMethod"}


class WireMessage(Protocol):
    """A message or a record inside one; its fields are attributes."""

    def SerializeToString(self) -> bytes:  # noqa: N802 - protobuf's own name
        """The bytes on the wire."""

    def __getattr__(self, name: str) -> Any: ...

    def __setattr__(self, name: str, value: object) -> None: ...


def build(name: str, /, **fields: object) -> WireMessage:
    """Make a record by its name in the schema. Raises `KeyError` for none, `ValueError` for an unknown field."""
    made: WireMessage = message_class(name)(**fields)
    return made


def encoded(name: str, /, **fields: object) -> bytes:
    """Make the bytes of a record."""
    return build(name, **fields).SerializeToString()


def parsed(name: str, data: bytes) -> WireMessage:
    """Read a record; protobuf's `DecodeError` for what is none."""
    read: WireMessage = message_class(name).FromString(data)
    return read


def push_frame(
    kind: str,
    payload: bytes = b"",
    *,
    log_id: int = 0,
    seq_id: int = 0,
    payload_encoding: str = "pb",
    compress: bool = False,
) -> bytes:
    """Make a push frame; with `compress` the payload is gzip'd and the header says so."""
    return encoded(
        "WebcastPushFrame",
        payload_type=kind,
        payload=gzip.compress(payload, mtime=0) if compress else payload,
        log_id=log_id,
        seq_id=seq_id,
        payload_encoding=payload_encoding,
        headers={"compress_type": "gzip"} if compress else {},
    )


def ack_frame(log_id: int, internal_ext: bytes) -> bytes:
    """Make the acknowledgement of a frame."""
    return push_frame("ack", internal_ext or b"-", log_id=log_id)


def enter_room_frame(room_id: int) -> bytes:
    """Make what a client sends once after connecting."""
    entering = encoded(
        "WebcastImEnterRoomMessage", room_id=room_id, live_id=12, identity="audience", filter_welcome_msg="0"
    )
    return push_frame("im_enter_room", entering)


def heartbeat_frame(room_id: int, sequence: int) -> bytes:
    """Make a heartbeat; `sequence` counts them from 1."""
    return push_frame("hb", encoded("HeartbeatMessage", room_id=room_id, send_packet_seq_id=sequence))


def known_methods() -> list[str]:
    """The wire names of all messages that become events of their own."""
    names = [name for name in _descriptions() if name.startswith("Webcast")]
    known = [name for name in names if not isinstance(decode_message(name, b""), UnknownEvent)]
    return sorted([*known, *OTHER_NAMES])


def record_name(method: str) -> str:
    """The name in the schema of a message by its wire name."""
    return OTHER_NAMES.get(method, method)


@cache
def message_class(name: str) -> Any:
    """The class of a record by its name in the schema."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{NAMES}.{name}"))


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    for file in _files().file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


@cache
def _files() -> descriptor_pb2.FileDescriptorSet:
    return descriptor_pb2.FileDescriptorSet.FromString((PACKAGE / "_proto" / "schema.binpb").read_bytes())


def _descriptions() -> list[str]:
    return [message.name for file in _files().file for message in file.message_type]
