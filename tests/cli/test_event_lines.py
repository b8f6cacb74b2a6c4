"""Events as lines of text."""

import pytest

from tests.shared_data import RealMessage
from tikcast import ChatEvent, GiftEvent, JoinEvent, LikeEvent, UnknownEvent, decode_message
from tikcast.cli._event_lines import encode, event_line, make_console
from tikcast.events import ID, Gap, Gift, Overflow, Reconnecting, User

ANA = User(id=ID(1), username="ana", nickname="Ana 🌸")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (ChatEvent(user=ANA, comment="hello"), "chat         Ana 🌸  hello"),
        (ChatEvent(user=User(username="bo")), "chat         @bo"),
        (ChatEvent(comment="x", is_history=True), "chat         somebody  x  (history)"),
        (
            GiftEvent(user=ANA, gift=Gift(name="Rose"), repeat_count=5, new_gifts=2, new_diamonds=2),
            "gift         Ana 🌸  +2 Rose  2 diamonds",
        ),
        (
            GiftEvent(user=ANA, gift=Gift(name="Rose"), repeat_count=5, new_gifts=0, new_diamonds=0),
            "gift         Ana 🌸  Rose ×5, streak over",
        ),
        (GiftEvent(gift=Gift(id=ID(7)), repeat_count=1, diamonds=1), "gift         somebody  +1 gift 7  1 diamond"),
        (LikeEvent(user=ANA, likes=15, room_likes=99), "like         Ana 🌸  +15  99 in total"),
        (JoinEvent(user=ANA), "join         Ana 🌸"),
        (UnknownEvent(method="WebcastNewMessage", payload=b"abc"), "unknown      WebcastNewMessage, 3 bytes"),
        (Reconnecting(attempt=2, delay=1.5, reason="gone"), "reconnecting attempt 2 in 1.5 s  gone"),
        (Gap(from_ms=1000, to_ms=3500, recovered=4), "gap          messages of 2.5 s may be missing, 4 recovered"),
        (Overflow(dropped=9), "overflow     9 events were dropped, because the reader is too slow"),
    ],
)
def test_a_line_says_who_did_what(event: ChatEvent, line: str) -> None:
    assert event_line(event).plain.split(" ", 1)[1] == line


def test_several_live_streams_are_labelled_by_user() -> None:
    assert " @ana join" in event_line(JoinEvent(user=ANA), user="@ana").plain


def test_a_time_out_of_range_is_not_an_error() -> None:
    assert event_line(ChatEvent(created_at_ms=2**63)).plain.startswith("--:--:--")


def test_every_real_message_fits_on_one_line(real_messages: list[RealMessage]) -> None:
    console = make_console()
    for message in real_messages:
        event = decode_message(message.method, message.payload)
        line = encode(console, event_line(event)).decode()
        assert line.count("\n") == 1
        assert "\x1b" not in line
        assert event.type in line
