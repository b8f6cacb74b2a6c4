"""Compile the .proto files and derive the decoder's reading of them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

# Large records that repeat from message to message: the decoder keeps them as bytes and converts each once.
SHARED = frozenset(
    {
        "BadgeStruct",
        "Contributor",
        "EmoteData",
        "GiftStruct",
        "Image",
        "ResponseMessage",
        "Text",
        "TextPiece",
        "User",
        "UserIdentity",
    }
)
# Messages that can be pinned inside another message: they are read like messages of their own.
PINNED = frozenset({"WebcastGiftMessage", "WebcastLikeMessage", "WebcastMemberMessage", "WebcastSocialMessage"})
# Records that no converter reads, or that are rarely there: parsing them each time would be wasted.
SELDOM_READ = frozenset(
    {
        "ActivityInfo",
        "AnchorLevel",
        "Author",
        "BorderInfo",
        "ComboBadgeInfo",
        "CombineBadgeBackground",
        "EcommerceEntrance",
        "EffectConfig",
        "FansClubInfo",
        "FansClubMember",
        "FontStyle",
        "GiftBoxInfo",
        "GiftIMPriority",
        "GiftPanelBanner",
        "GiftTrayInfo",
        "InteractiveGiftInfo",
        "LiveEventInfo",
        "LiveMessageID",
        "LiveMessageSEI",
        "LynxGiftExtra",
        "MatchInfo",
        "OwnRoom",
        "PayGrade",
        "ProfileCardPanel",
        "PublicAreaCommon",
        "PublicAreaMessageCommon",
        "SponsorshipInfo",
        "SubscribeInfo",
        "TextEffect",
        "TextFormat",
        "UserHonor",
        "UserStats",
    }
)
# A picture that is different for nearly every user: a cache would be useless, so it is read with its user.
OWN_PICTURE = ("User", "avatar_thumb")
# Fields of User that few messages contain. The decoder reads them as one oneof, so that one check says whether any
# of them is set; only then it reads the same bytes as UserInFull, which has them as separate fields.
RARE_FIELDS = frozenset(
    {
        "avatar_jpg",
        "avatar_large",
        "bio_description",
        "fans_club",
        "fans_club_info",
        "is_follower",
        "is_subscribe",
        "pay_grade",
        "subscribe_info",
        "user_role",
        "verified",
    }
)
FRAMES = frozenset({"WebcastPushFrame", "WebcastResponse"})
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
    """The schema with every field of a shared or seldom read record's type as bytes."""
    out = without_source(schema)
    for file in out.file:
        for message in file.message_type:
            _bytes_for_records(message)
        for message in [item for item in file.message_type if item.name == "User"]:
            file.message_type.add().CopyFrom(message)
            file.message_type[-1].name = "UserInFull"
            _gather_rare_fields(message)
    return out


def _gather_rare_fields(user: DescriptorProto) -> None:
    user.oneof_decl.add(name="rare_fields")
    for field in user.field:
        if field.name in RARE_FIELDS:
            field.oneof_index = 0


def _bytes_for_records(message: DescriptorProto) -> None:
    for field in message.field:
        if field.type != MESSAGE or (message.name, field.name) == OWN_PICTURE:
            continue
        if short(field.type_name) in SHARED | PINNED | SELDOM_READ or _is_unread_map(message, field):
            field.type = BYTES
            field.ClearField("type_name")


def _is_unread_map(message: DescriptorProto, field: FieldDescriptorProto) -> bool:
    """Whether a field is a map outside the frames: no converter reads one, and maps are slow to parse."""
    entries = {nested.name for nested in message.nested_type if nested.options.map_entry}
    return short(field.type_name) in entries and message.name not in FRAMES


def short(type_name: str) -> str:
    """`.tikcast.User` as `User`."""
    return type_name.rsplit(".", 1)[-1]


def snake(name: str) -> str:
    """`AISummaryEvent` as `ai_summary_event`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def serialize(schema: FileDescriptorSet) -> bytes:
    """Bytes that do not depend on anything but the schema."""
    return schema.SerializeToString(deterministic=True)
