"""What follows from the schema is committed as the schema says; anything else is found and named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared_data import REPO
from tests.wire_schema import known_methods, record_name
from tikcast import events
from tikcast._proto import fast, schema
from tikcast.events import EXCEPTIONS

FOLDERS = ("proto", "src", "tools", "docs/events")
GENERATED = "src/tikcast/_wire/convert/_generated/rank.py"


def proto(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run tools/proto.py of a tree, on that tree."""
    env = os.environ | {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(root / "tools/proto.py"), *arguments]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes."""
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in FOLDERS:
        shutil.copytree(REPO / folder, tmp_path / folder, ignore=ignore)
    return tmp_path


def test_the_committed_files_are_what_the_schema_gives() -> None:
    ended = proto(REPO, "--check")
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def test_a_changed_file_is_found_named_and_repaired(tree: Path) -> None:
    changed = tree / GENERATED
    good = changed.read_bytes()
    changed.write_bytes(good + b"\n# touched\n")
    ended = proto(tree, "--check")
    assert ended.returncode == 1
    assert ended.stdout == f"{GENERATED} is out of date: run `make proto` and commit the result\n"
    assert changed.read_bytes() != good
    repaired = proto(tree)
    assert (repaired.returncode, repaired.stdout) == (0, f"wrote {GENERATED}\n")
    assert changed.read_bytes() == good
    assert proto(tree, "--check").returncode == 0


def test_a_missing_file_is_found(tree: Path) -> None:
    (tree / "src/tikcast/_proto/schema.pyi").unlink()
    ended = proto(tree, "--check")
    assert ended.returncode == 1
    assert "src/tikcast/_proto/schema.pyi is out of date" in ended.stdout


def test_a_changed_schema_makes_what_follows_from_it_out_of_date(tree: Path) -> None:
    source = tree / "proto/tikcast/rank.proto"
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text + "\n// Something new.\nmessage WebcastBrandNewMessage {\n  Common common = 1;\n}\n", encoding="utf-8"
    )
    ended = proto(tree, "--check")
    assert ended.returncode == 1
    for name in (
        "events/_generated/rank.py",
        "_wire/convert/_generated/rank.py",
        "_proto/schema.binpb",
        "_proto/fast.binpb",
    ):
        assert f"src/tikcast/{name} is out of date" in ended.stdout
    made = proto(tree)
    assert made.returncode == 0, made.stderr
    code = "from tikcast.events import BrandNewEvent; from tikcast import decode_message as d"
    check = f"{code}; print(d('WebcastBrandNewMessage', b''), BrandNewEvent.type, BrandNewEvent.__doc__)"
    env = os.environ | {"PYTHONPATH": str(tree / "src")}
    shown = subprocess.run([sys.executable, "-c", check], env=env, capture_output=True, text=True, check=True)
    assert shown.stdout == "BrandNewEvent() brand_new Something new.\n"


def test_a_schema_that_is_wrong_is_refused_with_its_place(tree: Path) -> None:
    (tree / "proto/tikcast/rank.proto").write_text('syntax = "proto3";\nmessage Oops {\n  NoSuch a = 1;\n}\n')
    ended = proto(tree, "--check")
    assert ended.returncode == 1
    assert "rank.proto" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_wire_name_of_the_table_has_its_event_class_and_both_readings() -> None:
    for method in known_methods():
        name = record_name(method)
        assert getattr(schema, name).DESCRIPTOR.name == name
        assert getattr(fast, name).DESCRIPTOR.name == name
        plain = name.removeprefix("Webcast").replace("Message", "").replace("Method", "") + "Event"
        assert method in EXCEPTIONS or hasattr(events, plain), method


def rows(shared_dir: Path) -> list[list[str]]:
    lines = (shared_dir / "wire/fields.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t")[:3] == ["message", "number", "name"]
    return [line.split("\t") for line in lines[1:]]


def test_every_wire_message_with_known_fields_has_an_event_class(shared_dir: Path) -> None:
    wire_names = {row[0] for row in rows(shared_dir) if row[0].startswith("Webcast") and "." not in row[0]}
    no_messages = {
        "WebcastControlExtra", "WebcastImEnterRoomMessage", "WebcastPushFrame", "WebcastRankTabInfo",
        "WebcastRankUpdate", "WebcastResponse",
    }  # fmt: skip
    assert wire_names - set(known_methods()) == no_messages
    seen_live = {"AISummary", "CommentTray", "GameServerFeature", "PrivilegeAdvance"}
    assert {f"Webcast{name}Message" for name in seen_live} <= set(known_methods())


def test_every_known_field_has_its_number_and_name_in_the_schema(shared_dir: Path) -> None:
    checked, different = 0, []
    for message, number, name, *_ in rows(shared_dir):
        if hasattr(schema, message):
            field = getattr(schema, message).DESCRIPTOR.fields_by_number.get(int(number))
            checked += 1
            if field is None or field.name != name:
                different.append((name, field and field.name))
    # A blob whose other reading names a message is that message; a banner's entries are JSON.
    assert [pair for pair in different if not pair[0].endswith("_blob")] == [("raw_data_entries", "json")]
    assert checked > 1000


def test_names_that_the_schema_lacks_are_told() -> None:
    for module in (schema, fast):
        with pytest.raises(AttributeError, match="no message 'NoSuchMessage'"):
            module.NoSuchMessage  # noqa: B018 - looking it up is the test
