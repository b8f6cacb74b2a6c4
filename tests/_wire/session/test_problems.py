"""What a session tells of messages that were not read whole."""

from tests._wire.building import NOW, ROOM, chat, deliver, frame, response
from tests._wire.protobytes import field
from tikcast import ChatEvent, LiveSession

SALVAGED = ("WebcastChatMessage", field(3, "hi") + b"\x12\x7f")
REPAIRED = ("WebcastGiftMessage", field(1, field(2, 5)) + field(7, field(3, b"\xff\xfe")))
NOTHING = ("WebcastLikeMessage", b"\x07")
NEW = ("WebcastNewMessage", b"\x08\x01")


def test_messages_that_were_salvaged_are_counted_by_name() -> None:
    session = LiveSession(ROOM)
    deliver(session, SALVAGED, chat("whole"), SALVAGED, REPAIRED, NOTHING, NEW)
    assert session.problems() == {
        "WebcastChatMessage": 2,
        "WebcastGiftMessage": 1,
        "WebcastLikeMessage": 1,
        "WebcastNewMessage": 1,
    }
    stats = session.stats()
    assert (stats["salvaged"], stats["undecoded"], stats["unknown"]) == (3, 1, 1)


def test_a_salvaged_event_says_which_field_is_missing() -> None:
    (event,) = deliver(LiveSession(ROOM), SALVAGED)
    assert isinstance(event, ChatEvent)
    assert event.comment == "hi"
    assert event.notes == ("user: cut short",)


def test_the_first_of_each_name_is_worth_a_line_in_a_log() -> None:
    session = LiveSession(ROOM)
    deliver(session, SALVAGED, chat("whole"), SALVAGED)
    assert session.to_log() == ["WebcastChatMessage was not read whole (user: cut short)"]
    assert session.to_log() == []
    deliver(session, SALVAGED, REPAIRED)
    (line,) = session.to_log()
    assert line == "WebcastGiftMessage was not read whole (user.nickname: not UTF-8, repaired)"


def test_new_types_are_counted_and_no_error() -> None:
    session = LiveSession(ROOM)
    deliver(session, NEW)
    assert session.problems() == {"WebcastNewMessage": 1}
    assert session.to_log() == []


def test_a_frame_that_cannot_be_read_is_worth_a_line_once() -> None:
    session = LiveSession(ROOM)
    broken = frame(response(chat("x")))[:-20]
    session.receive(broken, NOW)
    session.receive(broken, NOW)
    (line,) = session.to_log()
    assert line.startswith("WebcastPushFrame was not read whole (")


def test_a_flood_of_new_names_hides_no_error() -> None:
    session = LiveSession(ROOM)
    deliver(session, *[(f"Webcast{number}", b"\x07") for number in range(2000)])
    deliver(session, SALVAGED)
    assert len(session.problems()) == 1001
    assert len(session.to_log()) == 1


def test_new_types_are_worth_a_line_once_when_that_is_wanted() -> None:
    session = LiveSession(ROOM, report_unknown=True)
    deliver(session, NEW, NEW)
    assert session.to_log() == ["'WebcastNewMessage' is an unknown message type (a message of 2 bytes)"]
    deliver(session, NEW)
    assert session.to_log() == []
