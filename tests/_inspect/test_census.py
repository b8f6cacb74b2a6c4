"""Many messages counted for what is not known of them."""

from tests._wire.protobytes import field
from tests.room_server import frame
from tests.shared_data import RealMessage
from tests.wire_schema import build, encoded
from tikcast._inspect.census import MOST_FIELDS, MOST_METHODS
from tikcast.wire import Census, FieldCount, inspect


def counted(*messages: tuple[str, bytes]) -> Census:
    census = Census()
    for method, payload in messages:
        for message in inspect(frame(build("ResponseMessage", method=method, payload=payload))).messages:
            census.add(message)
    return census


def test_messages_are_counted_by_name_with_their_sizes() -> None:
    census = counted(("WebcastChatMessage", field(3, "a")), ("WebcastChatMessage", field(3, "abcdef")))
    (row,) = census.methods()
    assert (row.method, row.known, row.messages) == ("WebcastChatMessage", True, 2)
    assert (row.smallest, row.largest, row.total) == (3, 8, 11)
    assert not row.strange
    assert not census.records()


def test_a_type_that_is_not_known_shows_the_fields_of_all_its_messages_in_one_picture() -> None:
    census = counted(
        ("WebcastNewMessage", field(3, 7) + field(2, field(1, "Ana"))),
        ("WebcastNewMessage", field(3, 8) + field(10, (1.0).hex())),
    )
    (row,) = census.methods()
    assert row.strange
    assert [(item.path, item.times, item.example) for item in row.fields] == [
        ("2.1", 1, "Ana"),
        ("3", 2, 7),
        ("10", 1, "0x1.0000000000000p+0"),
    ]


def test_a_record_of_ours_that_a_new_type_holds_is_one_line() -> None:
    user = encoded("User", id=7_000_000_000_000_000_000, nickname="Ana", unique_id="ana")
    (row,) = counted(("WebcastNewMessage", field(2, 1) + field(3, user))).methods()
    assert [(item.path, item.type, item.example) for item in row.fields] == [("2", "", 1), ("3", "User?", "Ana")]


def test_fields_that_differ_are_told_where_they_stand() -> None:
    strange = field(2, field(9, field(77, 5)) + field(9, field(77, 6))) + field(20_000, field(1, "x") + field(2, 3))
    census = counted(("WebcastChatMessage", strange), ("WebcastMemberMessage", field(2, field(9, field(77, 0)))))
    chat = next(row for row in census.methods() if row.method == "WebcastChatMessage")
    assert chat.differing == 1
    assert [(item.path, item.problem) for item in chat.fields] == [
        ("20000.1", "unknown field"),
        ("20000.2", "unknown field"),
    ]
    user = next(row for row in census.records() if row.record == "User")
    assert [(item.path, item.problem) for item in user.fields] == [
        ("avatar_thumb", "comes again, the last one counts"),
    ]
    image = next(row for row in census.records() if row.record == "Image")
    assert image.methods == ["WebcastChatMessage", "WebcastMemberMessage"]
    assert image.fields == [
        FieldCount(path="77", problem="unknown field", wire="varint", type="", times=3, example=5),
    ]


def test_broken_messages_are_counted() -> None:
    census = counted(("WebcastChatMessage", field(3, "hi") + b"\x07"), ("WebcastChatMessage", b"\x07\x07"))
    (row,) = census.methods()
    assert (row.salvaged, row.undecoded, row.differing) == (1, 1, 2)


def test_unknown_types_come_first_then_those_with_differences_then_the_frequent() -> None:
    census = counted(
        ("WebcastLikeMessage", b""),
        ("WebcastLikeMessage", b""),
        ("WebcastChatMessage", b""),
        ("WebcastGiftMessage", field(20_000, 1)),
        ("WebcastNewMessage", b""),
    )
    assert [row.method for row in census.methods()] == [
        "WebcastNewMessage",
        "WebcastGiftMessage",
        "WebcastLikeMessage",
        "WebcastChatMessage",
    ]


def test_names_and_fields_without_end_stay_bounded() -> None:
    census = Census()
    for number in range(MOST_METHODS + 50):
        (message,) = inspect(frame(build("ResponseMessage", method=f"New{number}", payload=field(1, 2)))).messages
        census.add(message)
    assert len(census.methods()) == MOST_METHODS
    many = b"".join(field(number, 1) for number in range(1, MOST_FIELDS + 50))
    (row,) = counted(("WebcastNewMessage", many)).methods()
    assert len(row.fields) == MOST_FIELDS


def test_what_is_not_known_of_the_real_messages_is_told_once_a_record(real_messages: list[RealMessage]) -> None:
    census = counted(*[(message.method, message.payload) for message in real_messages])
    rows = census.methods()
    assert sum(row.messages for row in rows) == len(real_messages)
    assert all(row.known and not row.undecoded for row in rows)
    names = [row.record for row in census.records()]
    assert len(names) == len(set(names))
    for record in census.records():
        assert record.fields
        assert all(item.problem for item in record.fields)
