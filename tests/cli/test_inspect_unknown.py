"""`tikcast inspect --unknown`: unknown types and fields, counted for a whole file."""

from pathlib import Path

import pytest

from tests._wire.protobytes import field
from tests.cli.runner import tikcast
from tests.room_server import chat, frame, plain_file
from tests.wire_schema import WireMessage, build


def new(payload: bytes, *, method: str = "WebcastNewMessage") -> WireMessage:
    return build("ResponseMessage", method=method, payload=payload)


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    path = tmp_path / "live.frames"
    path.write_bytes(
        plain_file(
            frame(chat("one"), chat("two")),
            frame(new(field(1, 7) + field(2, "\x1b[2J")), chat("three")),
            frame(new(field(1, 8) + field(3, field(1, "Ana")))),
            frame(new(field(2, field(9, field(77, 5))), method="WebcastChatMessage")),
        )
    )
    return path


async def test_unknown_types_and_fields_are_counted_with_examples(frames: Path) -> None:
    done = await tikcast("inspect", str(frames), "--unknown")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "WebcastNewMessage  unknown, 2 messages of 8 to 9 bytes",
        "    1 varint  2×  7",
        r'    2 bytes string?  1×  "\x1b[2J"',
        '    3.1 bytes string?  1×  "Ana"',
        "Image  in WebcastChatMessage",
        "    77 varint  1×  5  ! unknown field",
        "6 messages of 2 types in 4 frames: 1 type unknown, 1 with differences",
    ]


async def test_every_type_is_a_json_document_and_every_record_that_differs(frames: Path) -> None:
    done = await tikcast("inspect", str(frames), "--unknown", "--json")
    unknown, known, record = done.documents
    assert (unknown["method"], unknown["known"], unknown["messages"]) == ("WebcastNewMessage", False, 2)
    assert (unknown["smallest"], unknown["largest"], unknown["total"]) == (8, 9, 17)
    assert (known["method"], known["known"], known["messages"], known["differing"]) == (
        "WebcastChatMessage",
        True,
        4,
        1,
    )
    assert record["record"] == "Image"
    assert record["methods"] == ["WebcastChatMessage"]
    assert record["fields"] == [
        {"path": "77", "problem": "unknown field", "wire": "varint", "type": "", "times": 1, "example": 5}
    ]


async def test_types_can_be_selected(frames: Path) -> None:
    done = await tikcast("inspect", str(frames), "--unknown", "--only", "WebcastChatMessage")
    assert "WebcastNewMessage" not in done.out
    assert done.out.splitlines()[-1].startswith("4 messages of 1 type in 4 frames")


async def test_a_cut_file_is_counted_up_to_the_cut() -> None:
    data = plain_file(*[frame(chat("hello"), new(b""))] * 3)[:-1]
    done = await tikcast("inspect", "-", "--unknown", stdin=data)
    assert done.code == 1
    assert "4 messages of 2 types in 2 frames" in done.out
    assert "starts there" in done.sentence


async def test_if_everything_is_known_one_line_says_so() -> None:
    done = await tikcast("inspect", "-", "--unknown", stdin=frame(chat("hello")))
    assert done.out == "1 message of 1 type in 1 frame: 0 types unknown, 0 with differences\n"
