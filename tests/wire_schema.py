"""TikTok's messages as the schema describes them, for tests to make and to read bytes apart from the package."""

import gzip
from functools import cache
from typing import Any, Protocol

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tests.source_tree import PACKAGE

NAMES = "tikcast"


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


@cache
def message_class(name: str) -> Any:
    """The class of a record by its name in the schema."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{NAMES}.{name}"))


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    described = descriptor_pb2.FileDescriptorSet.FromString((PACKAGE / "_proto" / "schema.binpb").read_bytes())
    for file in described.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool
