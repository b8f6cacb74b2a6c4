"""Source of the generated event and record classes, and of the converters that fill them."""

from __future__ import annotations

from collections import defaultdict

from protogen.model import BY_HAND, Field, Message, Model, converter_name, is_event

STAMP = "# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.\n"
FUTURE = "from __future__ import annotations\n\n"


def sources(model: Model) -> dict[str, str]:
    """File texts by path below src/tikcast."""
    families: dict[str, list[Message]] = defaultdict(list)
    home = {message.name: message.family for message in [*model.records, *model.events]}
    for message in [*model.records, *model.events]:
        families[message.family].append(message)
    files = {}
    for family, messages in families.items():
        files[f"events/_generated/{family}.py"] = _classes(family, messages, home=home)
        files[f"_wire/convert/_generated/{family}.py"] = _converters(family, messages, home=home)
    files["events/_generated/__init__.py"] = _events_index(model)
    files["_wire/convert/_generated/__init__.py"] = _table(model)
    return files


def _ordered(messages: list[Message]) -> list[Message]:
    """Records before the classes that contain them."""
    by_schema = {message.schema: message for message in messages}
    done: dict[str, Message] = {}

    def visit(message: Message) -> None:
        for item in message.fields:
            if item.message in by_schema and item.message not in done and item.message != message.schema:
                visit(by_schema[item.message])
        done.setdefault(message.schema, message)

    for message in messages:
        visit(message)
    return list(done.values())


def _imports(names: set[str], home: dict[str, str], *, family: str, package: str) -> list[str]:
    lines = []
    for other in sorted({home[name] for name in names if name in home and home[name] != family}):
        wanted = ", ".join(sorted(name for name in names if home.get(name) == other))
        lines.append(f"from {package}.{other} import {wanted}\n")
    return lines


def _classes(family: str, messages: list[Message], *, home: dict[str, str]) -> str:
    items = {item.item for message in messages for item in message.fields}
    scalars = {"bool", "bytes", "str", "int"}
    base = {name for name in items if name not in home and name not in scalars}
    if "ID" in base and any(item.default == "NO_ID" for message in messages for item in message.fields):
        base.add("NO_ID")
    if any(is_event(message.schema) for message in messages):
        base.add("Event")
    if any(not is_event(message.schema) for message in messages):
        base.add("Record")
    head = [STAMP, f'"""Records of the family "{family}" that are made from the schema."""\n\n']
    head.append(FUTURE)
    if "Event" in base:
        head.append("from typing import ClassVar\n\n")
    head.append(f"from tikcast.events._base import {', '.join(sorted(base))}\n")
    head += _imports(items, home, family=family, package="tikcast.events._generated")
    return "".join(head) + "".join(_class(message) for message in _ordered(messages))


def _class(message: Message) -> str:
    event = is_event(message.schema)
    doc = message.doc or f"The schema's {message.schema}."
    base = "Event" if event else "Record"
    tag = f', tag="{message.tag}"' if event else ""
    lines = [f"\n\nclass {message.name}({base}, frozen=True, kw_only=True{tag}):\n", f'    """{_escape(doc)}"""\n']
    if event:
        lines.append(f'\n    type: ClassVar[str] = "{message.tag}"\n')
    if message.fields:
        lines.append("\n")
    lines += [f"    {item.name}: {item.annotation} = {item.default}\n" for item in message.fields]
    return "".join(lines)


def _escape(doc: str) -> str:
    text = doc.replace("\\", "\\\\").replace("\n", " ")
    return text + " " if text.endswith('"') else text


def _converters(family: str, messages: list[Message], *, home: dict[str, str]) -> str:
    called = {item.message for message in messages for item in message.fields if item.message}
    by_hand = {converter_name(name) for name in called if name in BY_HAND}
    helpers = {name for message in messages for item in message.fields for name in _helpers(item)}
    events = [message for message in messages if is_event(message.schema)]
    if events:
        helpers.add("Head")
    if any(message.has_common for message in events):
        helpers |= {"ID", "milliseconds"}
    homes = {converter_name(name): home[_class_of(name)] for name in called if name not in BY_HAND}
    head = [
        STAMP,
        f'"""Converters of the family "{family}", generated from the schema."""\n\n',
        "from __future__ import annotations\n\n",
    ]
    head.append("from tikcast._proto import fast\n")
    if local := sorted(helpers - {"ID"}):
        head.append(f"from tikcast._wire.convert.head import {', '.join(local)}\n")
    if by_hand:
        head.append(f"from tikcast._wire.convert.records import {', '.join(sorted(by_hand))}\n")
    head += _imports(set(homes), homes, family=family, package="tikcast._wire.convert._generated")
    if "ID" in helpers:
        head.append("from tikcast.events._base import ID\n")
    head.append(f"from tikcast.events._generated import {family} as records\n")
    return "".join(head) + "".join(_function(message) for message in _ordered(messages))


def _class_of(schema: str) -> str:
    return BY_HAND.get(schema, schema.removeprefix("Webcast"))


def _helpers(item: Field) -> set[str]:
    if item.item != "ID":
        return set()
    return {"numeric"} if "numeric" in item.read() else {"ID"}


def _function(message: Message) -> str:
    name = converter_name(message.schema)
    result = f"records.{message.name}"
    lines = ["\n\n"]
    if is_event(message.schema):
        lines.append(f"def {name}(m: fast.{message.schema}, head: Head) -> {result}:\n")
    else:
        lines.append(f"def {name}(m: fast.{message.schema}) -> {result}:\n")
    body = _head_fields(message) if is_event(message.schema) else []
    if body and message.has_common:
        lines.append("    c = m.common\n")
    body += [f"{item.name}={item.read()}" for item in message.fields]
    if not body:
        return "".join(lines) + f"    return {result}()\n"
    return "".join(lines) + f"    return {result}(\n" + "".join(f"        {line},\n" for line in body) + "    )\n"


def _head_fields(message: Message) -> list[str]:
    rest = ["received_at_ms=head.received_at_ms", "is_history=head.is_history", "raw=head.raw"]
    if not message.has_common:
        return ["room_id=ID(head.room_id)", "message_id=ID(head.message_id)", *rest]
    return [
        "room_id=ID(c.room_id or head.room_id)",
        "message_id=ID(c.msg_id or head.message_id)",
        "created_at_ms=milliseconds(c.create_time)",
        *rest,
    ]


def _events_index(model: Model) -> str:
    lines = [STAMP, '"""The events and records that are made from the schema."""\n\n']
    messages = [*model.events, *model.records]
    for family in sorted({message.family for message in messages}):
        names = sorted(message.name for message in messages if message.family == family)
        lines.append(f"from tikcast.events._generated.{family} import {', '.join(names)}\n")
    names = sorted(message.name for message in messages)
    lines.append("\n__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n")
    return "".join(lines)


def _table(model: Model) -> str:
    families = sorted({message.family for message in model.events})
    lines = [
        STAMP,
        '"""Which generated converter reads which wire message."""\n\n',
        "from __future__ import annotations\n\n",
    ]
    lines.append(f"from tikcast._wire.convert._generated import {', '.join(families)}\n")
    lines.append("from tikcast._wire.convert.head import Converter\n")
    lines.append("\nCONVERTERS: dict[str, Converter] = {\n")
    lines += [f'    "{m.schema}": {m.family}.{converter_name(m.schema)},\n' for m in model.events]
    return "".join(lines) + "}\n"
