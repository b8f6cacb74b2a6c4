"""Compile the .proto files and derive the decoder's reading of them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

# Heavy records that repeat from message to message: the decoder keeps them as bytes and converts each once.
SHARED = frozenset({"User", "Image", "BadgeStruct", "Text", "GiftStruct", "UserIdentity", "PublicAreaMessageCommon"})
MESSAGE = FieldDescriptorProto.TYPE_MESSAGE
BYTES = FieldDescriptorProto.TYPE_BYTES


def compile_schema(folder: Path) -> FileDescriptorSet:
    """Run protoc over a folder of .proto files; SystemExit with its own message when one is wrong."""
    sources = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.proto"))
    with tempfile.NamedTemporaryFile(suffix=".binpb") as out:
        arguments = ["protoc", f"-I{folder}", "--include_source_info", "--include_imports", f"-o{out.name}", *sources]
        if protoc.main(arguments) != 0:
            raise SystemExit("protoc refused the schema; its message is above")
        return FileDescriptorSet.FromString(Path(out.name).read_bytes())


def without_source(schema: FileDescriptorSet) -> FileDescriptorSet:
    """The same schema without comments and positions, as it is shipped."""
    out = FileDescriptorSet()
    out.CopyFrom(schema)
    for file in out.file:
        file.ClearField("source_code_info")
    return out


def fast_reading(schema: FileDescriptorSet) -> FileDescriptorSet:
    """The schema with every field of a shared record's type read as bytes."""
    out = without_source(schema)
    for file in out.file:
        for message in file.message_type:
            _bytes_for_shared(message)
    return out


def _bytes_for_shared(message: DescriptorProto) -> None:
    for field in message.field:
        if field.type == MESSAGE and short(field.type_name) in SHARED:
            field.type = BYTES
            field.ClearField("type_name")


def short(type_name: str) -> str:
    """`.tikcast.User` as `User`."""
    return type_name.rsplit(".", 1)[-1]


def snake(name: str) -> str:
    """`AISummaryEvent` as `ai_summary_event`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def serialize(schema: FileDescriptorSet) -> bytes:
    """Bytes that do not depend on anything but the schema."""
    return schema.SerializeToString(deterministic=True)
