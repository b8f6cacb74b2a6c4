"""Type stubs for the message classes of a descriptor set."""

from __future__ import annotations

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

from protogen.descriptors import short

F = FieldDescriptorProto
SCALARS = {
    F.TYPE_BOOL: "bool",
    F.TYPE_BYTES: "bytes",
    F.TYPE_DOUBLE: "float",
    F.TYPE_ENUM: "int",
    F.TYPE_INT32: "int",
    F.TYPE_INT64: "int",
    F.TYPE_STRING: "str",
    F.TYPE_UINT32: "int",
    F.TYPE_UINT64: "int",
}
HEADER = """# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, Self

from google.protobuf.internal.containers import RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer
from google.protobuf.message import Message
"""


def stub(schema: FileDescriptorSet) -> str:
    """The .pyi text: one class a message, fields as properties, a keyword constructor."""
    messages = [message for file in schema.file for message in file.message_type]
    return HEADER + "".join(_message(message) for message in messages)


def _message(message: DescriptorProto) -> str:
    entries = {nested.name: nested for nested in message.nested_type if nested.options.map_entry}
    lines = [f"\nclass {message.name}(Message):"]
    arguments = []
    for field in message.field:
        read, write = _types(field, entries)
        lines.append(f"    @property\n    def {field.name}(self) -> {read}: ...")
        if "Container" not in read and field.type != F.TYPE_MESSAGE:
            lines.append(f"    @{field.name}.setter\n    def {field.name}(self, value: {write}) -> None: ...")
        arguments.append(f"{field.name}: {write} | None = ...")
    keywords = f", *, {', '.join(arguments)}" if arguments else ""
    lines.append(f"    def __init__(self{keywords}) -> None: ...")
    lines.append("    @classmethod\n    def FromString(cls, data: bytes | bytearray) -> Self: ...")
    return "\n".join(lines) + "\n"


def _types(field: FieldDescriptorProto, entries: dict[str, DescriptorProto]) -> tuple[str, str]:
    if field.type == F.TYPE_MESSAGE and short(field.type_name) in entries:
        key, value = (_scalar(item) for item in entries[short(field.type_name)].field)
        return f"MutableMapping[{key}, {value}]", f"Mapping[{key}, {value}]"
    name = _scalar(field)
    if field.label != F.LABEL_REPEATED:
        return name, name
    kind = "RepeatedCompositeFieldContainer" if field.type == F.TYPE_MESSAGE else "RepeatedScalarFieldContainer"
    return f"{kind}[{name}]", f"Iterable[{name}]"


def _scalar(field: FieldDescriptorProto) -> str:
    return short(field.type_name) if field.type == F.TYPE_MESSAGE else SCALARS[field.type]
