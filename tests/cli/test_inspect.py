"""`tikcast inspect`."""

import base64
import unicodedata
from pathlib import Path

import pytest

from tests._wire.building import response
from tests._wire.protobytes import field
from tests.cli.runner import tikcast
from tests.room_server import chat, frame, plain_file
from tests.wire_schema import build, encoded
from tikcast.capture.format import CaptureRecord, Header, Kind, encode_header, encode_record

FRAME = frame(chat("héllo"))


async def test_a_file_of_frames_is_shown_frame_by_frame(tmp_path: Path) -> None:
    path = tmp_path / "live.frames"
    path.write_bytes(plain_file(FRAME, FRAME))
    done = await tikcast("inspect", str(path), "--json")
    assert (done.code, done.err) == (0, "")
    assert [document["byte"] for document in done.documents] == [0, 4 + len(FRAME)]
    assert [document["name"] for document in done.documents] == ["msg", "msg"]
    assert done.documents[0]["messages"][0]["method"] == "WebcastChatMessage"


def dump(form: str, *, group: int) -> bytes:
    """The frame as a hex dump: an offset, 16 bytes in groups, and the same bytes as text in each line."""
    lines = []
    for at in range(0, len(FRAME), 16):
        row = FRAME[at : at + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(form.format(at=at, hex=row.hex(" ", -group), text=text))
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "text",
    [
        FRAME,
        dump("{at:08x}: {hex:<39}  {text}", group=2),
        dump("{at:08x}  {hex:<48}  |{text}|", group=1) + f"\n{len(FRAME):08x}\n".encode(),
        dump("{at:04x}   {hex:<47}   {text}", group=1),
        repr(FRAME).encode(),
        base64.b64encode(FRAME),
        base64.urlsafe_b64encode(FRAME) + b"\n",
        base64.encodebytes(FRAME),
        FRAME.hex().encode(),
        FRAME.hex(" ", 2).encode(),
        b"0x" + FRAME.hex().upper().encode(),
    ],
    ids=["binary", "xxd", "hexdump", "Wireshark", "Python", "base64", "urlsafe", "wrapped", "hex", "spaced hex", "0x"],
)
async def test_one_frame_is_read_in_many_forms(text: bytes) -> None:
    done = await tikcast("inspect", "-", "--json", stdin=text)
    assert (done.code, done.err) == (0, "")
    (document,) = done.documents
    assert (document["kind"], document["name"], document["size"]) == ("frame", "msg", len(FRAME))


async def test_fields_are_shown_with_number_name_wire_type_and_value() -> None:
    done = await tikcast("inspect", "-", stdin=FRAME.hex().encode())
    lines = [line.strip() for line in done.out.splitlines()]
    assert lines[0].startswith("frame msg at line 1")
    assert '3 content bytes string  "héllo"' in lines
    assert "1 id varint int64  99" in lines
    assert any(line.startswith("8 payload bytes gzip WebcastResponse") for line in lines)


async def test_a_message_without_a_frame_is_read_with_its_name() -> None:
    payload = encoded("WebcastChatMessage", content="hi")
    named = await tikcast("inspect", "-", "--method", "WebcastChatMessage", "--json", stdin=payload)
    (document,) = named.documents
    assert document["fields"] == [{"number": 3, "wire": "bytes", "value": "hi", "name": "content", "type": "string"}]


async def test_an_unknown_message_is_shown_by_its_wire_types() -> None:
    done = await tikcast("inspect", "-", "--method", "WebcastNewMessage", "--json", stdin=b"\xc2\x3e\x02hi\x08\x05")
    (document,) = done.documents
    assert document["fields"] == [
        {"number": 1000, "wire": "bytes", "value": "hi", "type": "string?"},
        {"number": 1, "wire": "varint", "value": 5},
    ]


async def test_a_cut_file_is_shown_up_to_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "live.frames"
    path.write_bytes(plain_file(FRAME, FRAME)[:-1])
    done = await tikcast("inspect", str(path), "--json")
    assert done.code == 1
    assert len(done.documents) == 1
    assert done.error["offset"] == 4 + len(FRAME)


async def test_unreadable_bytes_are_shown_and_reported() -> None:
    done = await tikcast("inspect", "-", stdin=b"\x7fELF\x00\xff\xff\xff")
    assert done.code == 1
    assert "broken" in done.out
    assert "no whole frame, response or message" in done.sentence


ATTACK = "\x1b[31mEvil\x07\x9b2J\u202e"


@pytest.mark.parametrize("options", [[], ["--unknown"], ["--only", ATTACK]], ids=" ".join)
async def test_names_and_values_cannot_control_the_terminal(options: list[str]) -> None:
    inner = field(1, ATTACK) + field(2, field(1, ATTACK) + field(2, 1)) + field(3, b"\x1b]0;x\x07\xff")
    body = response((ATTACK, inner), ("WebcastChatMessage", field(3, ATTACK) + field(77, ATTACK) + b"\x07"))
    hostile = build("WebcastPushFrame", payload_type="msg", payload=body.SerializeToString(), headers={ATTACK: ATTACK})
    done = await tikcast("inspect", "-", *options, stdin=plain_file(hostile.SerializeToString()) * 2)
    assert (done.code, done.err) == (0, "")
    assert r"\x1b[31mEvil\x07\x9b2J\u202e" in done.out
    assert {mark for mark in done.out if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}} == {"\n"}


async def test_text_from_the_wire_is_escaped() -> None:
    done = await tikcast("inspect", "-", stdin=frame(chat("\x1b[2J\u202e")))
    assert done.code == 0
    assert "\x1b" not in done.out
    assert '"\\x1b[2J\\u202e"' in done.out


async def test_text_that_is_not_base64_gets_its_own_error() -> None:
    done = await tikcast("inspect", "-", stdin=b'{"type": "chat",\n "comment": "hi"}\n')
    assert done.code == 1
    assert "35 bytes there are a text, but neither base64 nor hex" in done.sentence


async def test_nothing_to_inspect() -> None:
    done = await tikcast("inspect", "-", stdin=b"")
    assert done.code == 2
    assert "stdin is empty" in done.sentence


STRANGE = build("ResponseMessage", method="WebcastChatMessage", payload=field(3, "hi") + field(20_000, "new"))
NEW = build("ResponseMessage", method="WebcastNewMessage", payload=field(1, 5))


async def test_differences_from_the_schema_are_marked() -> None:
    done = await tikcast("inspect", "-", stdin=frame(STRANGE, NEW))
    lines = [line.strip() for line in done.out.splitlines()]
    assert lines[1:4] == [
        "WebcastChatMessage, 11 bytes → chat",
        "! 20000: unknown field",
        "WebcastNewMessage, 2 bytes → unknown",
    ]
    assert '20000 ? bytes string?  "new"  ! unknown field' in lines


async def test_differences_from_the_schema_are_in_the_json() -> None:
    done = await tikcast("inspect", "-", "--json", stdin=frame(STRANGE, NEW))
    (document,) = done.documents
    assert document["messages"] == [
        {
            "method": "WebcastChatMessage",
            "known": True,
            "size": 11,
            "event": "chat",
            "notes": [],
            "differences": [{"path": "20000", "problem": "unknown field"}],
        },
        {
            "method": "WebcastNewMessage",
            "known": False,
            "size": 2,
            "event": "unknown",
            "notes": [],
            "differences": [],
        },
    ]


async def test_messages_of_one_type_can_be_selected(tmp_path: Path) -> None:
    path = tmp_path / "live.frames"
    path.write_bytes(plain_file(FRAME, frame(STRANGE, NEW)))
    done = await tikcast("inspect", str(path), "--only", "WebcastNewMessage")
    assert done.out.splitlines() == [
        f"WebcastNewMessage, 2 bytes → unknown  at byte {4 + len(FRAME)}",
        "    1 ? varint  5",
    ]
    both = await tikcast("inspect", str(path), "--only", "WebcastNewMessage,WebcastChatMessage", "--json")
    assert [(document["byte"], document["method"]) for document in both.documents] == [
        (0, "WebcastChatMessage"),
        (4 + len(FRAME), "WebcastChatMessage"),
        (4 + len(FRAME), "WebcastNewMessage"),
    ]
    assert both.documents[2]["fields"] == [{"number": 1, "wire": "varint", "value": 5}]


async def test_a_message_with_a_header_is_identified_without_its_name() -> None:
    payload = build("WebcastChatMessage", content="hi", common=build("Common", method="WebcastChatMessage", msg_id=5))
    done = await tikcast("inspect", "-", stdin=base64.b64encode(payload.SerializeToString()))
    assert done.out.startswith("message WebcastChatMessage at line 1")


async def test_a_file_cut_in_its_first_frame_says_so(tmp_path: Path) -> None:
    path = tmp_path / "live.frames"
    path.write_bytes(plain_file(FRAME)[:-30])
    done = await tikcast("inspect", str(path))
    assert done.code == 1
    assert f"a frame of {len(FRAME)} bytes starts there, {len(FRAME) - 30} are left" in done.sentence


async def test_numbers_that_may_be_times_are_shown_as_such() -> None:
    done = await tikcast("inspect", "-", "--method", "WebcastNewMessage", stdin=field(4, 1_775_541_449_605))
    assert "4 ? varint milliseconds?  1775541449605 (2026-04-07 05:57:29 UTC)" in done.out


async def test_packed_numbers_are_shown_on_one_line() -> None:
    done = await tikcast("inspect", "-", "--method", "WebcastNewMessage", stdin=field(4, bytes([1, 2, 3])))
    assert "4 ? bytes packed?  [1, 2, 3]" in done.out


def capture_with(*frames: bytes) -> bytes:
    """A capture of one connection that got these frames."""
    opened = b'{"room_id":"7","method":"direct","username":"ana\\u001b"}'
    records = [CaptureRecord(kind=Kind.OPENED, connection=1, at_us=1_790_000_000_000_000, data=opened)]
    records += [
        CaptureRecord(kind=Kind.RECEIVED, connection=1, at_us=1_790_000_000_500_000, data=data) for data in frames
    ]
    records += [CaptureRecord(kind=Kind.TEXT, connection=1, at_us=1_790_000_000_600_000, data=b"\x1b[2J")]
    return encode_header(Header()) + b"".join(map(encode_record, records))


async def test_a_capture_is_shown_record_by_record() -> None:
    done = await tikcast("inspect", "-", stdin=capture_with(FRAME, frame(NEW)))
    heads = [line.split(maxsplit=1)[1] for line in done.out.splitlines() if " at byte " in line]
    assert [head.split(" at byte ")[0] for head in heads] == [
        "#1 opened",
        "#1 received frame msg",
        "#1 received frame msg",
        "#1 text",
    ]
    assert "\x1b" not in done.out
    assert r"username ana\x1b" in done.out


async def test_a_capture_in_json_has_record_connection_and_time() -> None:
    done = await tikcast("inspect", "-", "--json", stdin=capture_with(FRAME))
    opened, received, text = done.documents
    assert (opened["record"], opened["connection"], opened["room_id"]) == ("opened", 1, "7")
    assert (received["record"], received["at_ms"], received["kind"]) == ("received", 1_790_000_000_500, "frame")
    assert (text["record"], text["text"]) == ("text", "\x1b[2J")


async def test_selected_messages_of_a_capture_are_shown_alone() -> None:
    done = await tikcast("inspect", "-", "--only", "WebcastNewMessage", stdin=capture_with(FRAME, frame(NEW)))
    (head, field_line) = done.out.splitlines()
    assert head.startswith("WebcastNewMessage, 2 bytes → unknown  ")
    assert "#1 received at byte" in head
    assert field_line.strip() == "1 ? varint  5"
