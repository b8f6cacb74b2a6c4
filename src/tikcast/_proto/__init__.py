"""The wire schema: protobuf messages in a private pool, so that no other package's schema can collide.

`schema` has every message in full, for building messages and inspecting them. `fast` has the same messages as the
decoder reads them: users, images, texts, badges and gifts are bytes there, which are converted once and shared.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.internal import api_implementation
from google.protobuf.message import DecodeError

from tikcast._proto.varint import varint

PACKAGE = "tikcast"
# What parsing raises on unreadable bytes; the runtime in pure Python also raises the error of invalid text.
UNREADABLE = (DecodeError, UnicodeDecodeError)


def _warn_unless_compiled() -> None:
    if api_implementation.Type() != "upb":
        warnings.warn(
            f"protobuf runs on its {api_implementation.Type()!r} implementation here, about 75 times slower than "
            "the compiled one; install a protobuf wheel for this platform (pip install --force-reinstall protobuf)",
            RuntimeWarning,
            stacklevel=2,
        )


def _files(descriptor_set: bytes) -> Iterator[bytes]:
    """The serialized files of a FileDescriptorSet (field 1, repeated), read without loading descriptor_pb2."""
    position = 0
    while position < len(descriptor_set):
        size, start = varint(descriptor_set, position + 1)
        position = start + size
        yield descriptor_set[start:position]


class Pool:
    """Message classes of one descriptor set, made when first asked for."""

    def __init__(self, resource: str) -> None:
        self._pool: Any = descriptor_pool.DescriptorPool()
        for file in _files(files(__name__).joinpath(resource).read_bytes()):
            self._pool.AddSerializedFile(file)

    def message(self, name: str) -> Any:
        """The class of a message by its schema name; KeyError when the schema has none."""
        return message_factory.GetMessageClass(self._pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))


_warn_unless_compiled()
