"""A plausible message of any type in the schema, filled field by field from the schema itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tikcast._proto import schema
from tikcast.simulator.dice import dice
from tikcast.simulator.faces import Faces
from tikcast.simulator.happenings import Happening
from tikcast.simulator.plausible import Plausible
from tikcast.simulator.setting import Setting

_DEPTH: Final = 3
_ALIASES: Final = {"LinkMicMethod": "WebcastLinkMicMethod", "RoomMessage": "WebcastRoomMessage"}
_AT_MS: Final = 1_790_000_000_000
_EXPIRES: Final = 1_800_000_000


def sample(method: str, *, seed: int = 0) -> bytes:
    """One message of the wire type `method`, always the same for the same seed.

    Raises `KeyError` for a type that the schema does not have.
    """
    message = _message_class(method)()
    luck = dice(seed, "sample", method)
    _fill(message, Plausible(luck, faces=Faces(expires_at=_EXPIRES), at_ms=_AT_MS, method=method), depth=_DEPTH)
    head = schema.Common(
        method=method,
        msg_id=7_300_000_000_000_000_000 + luck.getrandbits(50),
        room_id=7_300_000_000_000_000_001,
        create_time=_AT_MS,
    )
    _set_common(message, head)
    return message.SerializeToString()


def generic(setting: Setting, happening: Happening) -> Message:
    """A message of a type that the simulator has no story for, with the room's own head."""
    message = _message_class(happening.method)()
    luck = dice("generic", happening.roll)
    plausible = Plausible(luck, faces=setting.faces, at_ms=happening.at_ms, method=happening.method)
    _fill(message, plausible, depth=_DEPTH)
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


def _fill(message: Message, plausible: Plausible, *, depth: int) -> None:
    for field in cast("Sequence[FieldDescriptor]", message.DESCRIPTOR.fields):
        held = getattr(message, field.name)
        if hasattr(held, "append") and field.message_type is None:
            held.append(plausible.value(field))
        elif field.message_type is None:
            setattr(message, field.name, plausible.value(field))
        elif depth and (target := _inner(held)) is not None:
            _fill_inner(target, plausible, depth=depth - 1)


def _inner(held: object) -> Message | None:
    """The message to fill in what a field holds; None for a map."""
    if isinstance(held, Message):
        held.SetInParent()
        return held
    add: Callable[[], Message] | None = getattr(held, "add", None)
    return add() if add else None


def _fill_inner(target: Message, plausible: Plausible, *, depth: int) -> None:
    record = plausible.record(type(target))
    if record is not None:
        target.CopyFrom(record)
    else:
        _fill(target, plausible, depth=depth)
