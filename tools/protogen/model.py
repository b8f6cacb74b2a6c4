"""What the generated events and records are made of: names, types and fields, read from the schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from protogen.descriptors import SELDOM_READ, SHARED, short, snake

F = FieldDescriptorProto

# Written by hand in tikcast.events and tikcast._wire: schema message -> the record that it becomes.
BY_HAND = {
    "User": "User",
    "Image": "Image",
    "BadgeStruct": "Badge",
    "Text": "Text",
    "GiftStruct": "Gift",
    "Emote": "Emote",
    "UserIdentity": "UserIdentity",
}
# Wire messages whose events are written by hand.
EVERYDAY = frozenset(
    {
        "WebcastChatMessage",
        "WebcastGiftMessage",
        "WebcastLikeMessage",
        "WebcastMemberMessage",
        "WebcastSocialMessage",
        "WebcastRoomUserSeqMessage",
        "WebcastQuestionNewMessage",
        "WebcastControlMessage",
        "WebcastEnvelopeMessage",
        "WebcastRoomMessage",
        "WebcastLiveIntroMessage",
        "WebcastInRoomBannerMessage",
        "WebcastRoomPinMessage",
        "WebcastLinkMicBattle",
        "WebcastLinkMicArmies",
        "WebcastSubNotifyMessage",
    }
)
# Records in events that are written by hand.
HELD_BY_HAND = frozenset({"EnvelopeInfo"})
# Records whose names begin like a message's name, although they only occur inside messages.
NESTED = frozenset({"WebcastRankUpdate", "WebcastRankTabInfo", "WebcastControlExtra"})
RENAMED = {"WebcastEmoteChatMessage": "EmoteEvent"}
BASE_FIELDS = frozenset({"common", "room_id", "message_id", "notes", "raw", "type", "key"})


def class_name(message: str) -> str:
    """The event class of a wire message, the record class of anything else."""
    name = message.removeprefix("Webcast")
    if not is_event(message):
        return BY_HAND.get(message, name)
    return RENAMED.get(message, re.sub("Message|Method", "", name) + "Event")


def is_event(message: str) -> bool:
    """Whether a schema message is a wire message, something that a room sends."""
    return message.startswith("Webcast") and message not in NESTED


def is_id(name: str) -> bool:
    """Whether a field of this name is an id, or several ids."""
    return name in ("id", "ids") or name.endswith(("_id", "_ids"))


@dataclass(frozen=True)
class Field:
    """One field of a generated class: its Python type and default, and how to read it from the message."""

    proto: FieldDescriptorProto

    @property
    def name(self) -> str:
        """The field's name, in the schema and in Python."""
        return self.proto.name

    @property
    def repeated(self) -> bool:
        """Whether it is repeated."""
        return self.proto.label == F.LABEL_REPEATED

    @property
    def message(self) -> str:
        """The schema message of the field, empty for a scalar."""
        return short(self.proto.type_name) if self.proto.type == F.TYPE_MESSAGE else ""

    @property
    def item(self) -> str:
        """The Python type of one value."""
        if self.message:
            return class_name(self.message)
        if self.proto.type == F.TYPE_BOOL:
            return "bool"
        if self.proto.type == F.TYPE_BYTES:
            return "bytes"
        if is_id(self.name):
            return "ID"
        return "str" if self.proto.type == F.TYPE_STRING else "int"

    @property
    def annotation(self) -> str:
        """The Python type of the field."""
        if self.repeated:
            return f"tuple[{self.item}, ...]"
        return f"{self.item} | None" if self.message else self.item

    @property
    def default(self) -> str:
        """The protobuf default as Python source."""
        if self.repeated:
            return "()"
        defaults = {"bool": "False", "bytes": 'b""', "ID": "NO_ID", "str": '""', "int": "0"}
        return "None" if self.message else defaults[self.item]

    def read(self) -> str:
        """The expression that converts the field of message `m`."""
        source = f"m.{self.name}"
        if not self.message:
            return self._read_scalar(source)
        function = converter_name(self.message)
        if self.repeated:
            return f"tuple([{function}(x) for x in {source}])"
        if self.message in SHARED:
            return f"{function}(b) if (b := {source}) else None"
        return f'{function}({source}) if m.HasField("{self.name}") else None'

    def _read_scalar(self, source: str) -> str:
        is_text = self.proto.type == F.TYPE_STRING
        if self.item == "ID":
            function = "numeric" if is_text else "ID"
            return f"tuple([{function}(x) for x in {source}])" if self.repeated else f"{function}({source})"
        return f"tuple({source})" if self.repeated else source


def converter_name(message: str) -> str:
    """The function that makes the record of a schema message."""
    return snake(BY_HAND.get(message, message.removeprefix("Webcast")))


@dataclass(frozen=True)
class Message:
    """A schema message that becomes a generated class."""

    proto: DescriptorProto
    family: str
    doc: str

    @property
    def schema(self) -> str:
        """Its name in the schema."""
        return self.proto.name

    @property
    def name(self) -> str:
        """The name of the Python class."""
        return class_name(self.proto.name)

    @property
    def tag(self) -> str:
        """The event's `type` in JSON."""
        return snake(self.name).removesuffix("_event")

    @property
    def has_common(self) -> bool:
        """Whether it has the head that almost every message has."""
        return any(item.name == "common" for item in self.proto.field)

    @cached_property
    def fields(self) -> list[Field]:
        """The fields of the Python class, without those that every event has."""
        hidden = BASE_FIELDS if is_event(self.schema) else frozenset()
        return [Field(item) for item in self.proto.field if item.name not in hidden]


@dataclass
class Model:
    """Everything to generate, in schema order: events, and the records inside them."""

    events: list[Message] = field(default_factory=list)
    records: list[Message] = field(default_factory=list)

    @staticmethod
    def messages(schema: FileDescriptorSet) -> list[Message]:
        """Every message of a schema with comments."""
        return [message for file in schema.file for message in _messages(file)]

    @classmethod
    def of(cls, schema: FileDescriptorSet) -> Model:
        """Choose what to generate from a schema with comments."""
        known = {message.schema: message for message in cls.messages(schema)}
        model = cls()
        for message in known.values():
            if is_event(message.schema) and message.schema not in EVERYDAY and message.family != "transport":
                model.events.append(message)
        needed = HELD_BY_HAND | _reachable([*model.events, *map(known.__getitem__, HELD_BY_HAND)], known)
        if wasted := needed & SELDOM_READ:
            raise SystemExit(f"generated events hold {sorted(wasted)}: take them out of SELDOM_READ")
        model.records = [message for name, message in known.items() if name in needed]
        return model


def _messages(file: FileDescriptorProto) -> list[Message]:
    comments = {tuple(item.path): " ".join(item.leading_comments.split()) for item in file.source_code_info.location}
    family = file.name.rsplit("/", 1)[-1].removesuffix(".proto")
    return [Message(proto, family, comments.get((4, i), "")) for i, proto in enumerate(file.message_type)]


def _reachable(events: list[Message], known: dict[str, Message]) -> set[str]:
    todo, records = list(events), set[str]()
    while todo:
        for item in todo.pop().fields:
            if item.message and item.message not in BY_HAND and item.message not in records:
                records.add(item.message)
                todo.append(known[item.message])
    return records
