"""A plausible message of any type in the schema, filled field by field from the schema itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tikcast._proto import schema
from tikcast.simulator.dice import dice
from tikcast.simulator.faces import Faces
from tikcast.simulator.happenings import Happening
from tikcast.simulator.people import Person, host, member
from tikcast.simulator.setting import Setting

_DEPTH: Final = 3
_ALIASES: Final = {"LinkMicMethod": "WebcastLinkMicMethod", "RoomMessage": "WebcastRoomMessage"}
_WORDS: Final = ("sim", "live", "Ana 🌸", "пример", "例", "1")


def sample(method: str, *, seed: int = 0) -> bytes:
    """One message of the wire type `method`, always the same for the same seed.

    Raises `KeyError` for a type that the schema does not have.
    """
    message = _message_class(method)()
    luck = dice(seed, "sample", method)
    faces = Faces(expires_at=1_800_000_000)
    _fill(message, luck, faces=faces, depth=_DEPTH)
    head = schema.Common(
        method=method,
        msg_id=7_300_000_000_000_000_000 + luck.getrandbits(50),
        room_id=7_300_000_000_000_000_001,
        create_time=1_790_000_000_000,
    )
    _set_common(message, head)
    return message.SerializeToString()


def generic(setting: Setting, happening: Happening) -> Message:
    """A message of a type that the simulator has no story for, with the room's own head."""
    message = _message_class(happening.method)()
    _fill(message, dice("generic", happening.roll), faces=setting.faces, depth=_DEPTH)
    _set_common(message, setting.common(happening))
    return message


def in_schema(method: str) -> bool:
    """Whether the schema knows the wire type."""
    return hasattr(schema, _class_name(method))


def _message_class(method: str) -> type[Message]:
    if not in_schema(method):
        raise KeyError(method)
    found: type[Message] = getattr(schema, _class_name(method))
    return found


def _class_name(method: str) -> str:
    return _ALIASES.get(method, method)


def _set_common(message: Message, head: schema.Common) -> None:
    common = getattr(message, "common", None)
    if isinstance(common, schema.Common):
        common.CopyFrom(head)


def _fill(message: Message, luck: Random, *, faces: Faces, depth: int) -> None:
    for field in cast("Sequence[FieldDescriptor]", message.DESCRIPTOR.fields):
        held = getattr(message, field.name)
        if hasattr(held, "append") and field.message_type is None:
            held.append(_value(field, luck))
        elif field.message_type is None:
            setattr(message, field.name, _value(field, luck))
        elif depth and (target := _inner(held)) is not None:
            _fill_inner(target, luck, faces=faces, depth=depth - 1)


def _inner(held: object) -> Message | None:
    """The message to fill in what a field holds; None for a map."""
    if isinstance(held, Message):
        held.SetInParent()
        return held
    add: Callable[[], Message] | None = getattr(held, "add", None)
    return add() if add else None


def _fill_inner(target: Message, luck: Random, *, faces: Faces, depth: int) -> None:
    if isinstance(target, schema.User):
        target.CopyFrom(faces.full(_somebody(luck)))
    else:
        _fill(target, luck, faces=faces, depth=depth)


def _somebody(luck: Random) -> Person:
    return member(luck.randrange(4), luck.randrange(200)) if luck.random() < 0.9 else host(0, "sample")


def _value(field: FieldDescriptor, luck: Random) -> str | bytes | float:
    kind = field.type
    if kind == field.TYPE_STRING:
        return luck.choice(_WORDS)
    if kind == field.TYPE_BYTES:
        return b""
    if kind == field.TYPE_BOOL:
        return luck.random() < 0.5
    if kind in {field.TYPE_FLOAT, field.TYPE_DOUBLE}:
        return float(luck.randrange(100))
    if kind in {field.TYPE_INT64, field.TYPE_UINT64} and "id" in field.name.split("_"):
        return luck.getrandbits(62)
    return luck.randrange(1, 5)
