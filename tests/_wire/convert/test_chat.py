"""Comments with their emotes, and questions."""

import pytest

from tests.wire_schema import build, encoded
from tikcast import ChatEvent, decode_message
from tikcast._wire.convert.chat import parts
from tikcast.events import ID, Emote, QuestionEvent, User


def emote(position: int, number: int = 1) -> Emote:
    return Emote(id=ID(number), position=position)


def test_a_chat_has_its_words_language_and_mention() -> None:
    message = build(
        "WebcastChatMessage",
        user=build("User", id=1, nickname="Ana"),
        content="hi @Bo",
        content_language="en",
        at_user=build("User", id=2, nickname="Bo"),
        user_identity=build("UserIdentity", is_follower_of_anchor=True, is_moderator_of_anchor=True),
    )
    event = decode_message("WebcastChatMessage", message.SerializeToString())
    assert isinstance(event, ChatEvent)
    assert (event.user.nickname, event.comment, event.language) == ("Ana", "hi @Bo", "en")
    assert [user.nickname for user in event.mentions] == ["Bo"]
    assert (event.identity.is_follower, event.identity.is_moderator, event.identity.is_anchor) == (True, True, False)
    assert event.parts == ("hi @Bo",)
    assert not event.pinned


def test_a_chat_without_words_has_no_parts() -> None:
    event = decode_message("WebcastChatMessage", encoded("WebcastChatMessage"))
    assert isinstance(event, ChatEvent)
    assert (event.parts, event.mentions, event.user) == ((), (), User())


def test_emotes_stand_in_the_comment_where_they_were_put() -> None:
    message = build("WebcastChatMessage", content="hello you")
    for position, number in [(5, "7001"), (0, "7002")]:
        item = message.emotes.add(place_in_comment=position)
        item.emote.emote_id = number
        item.emote.image.uri = f"emote-{number}"
    event = decode_message("WebcastChatMessage", message.SerializeToString())
    assert isinstance(event, ChatEvent)
    shown = [part if isinstance(part, str) else part.id for part in event.parts]
    assert shown == [7002, "hello", 7001, " you"]
    assert [item.position for item in event.emotes] == [5, 0]
    picture = event.emotes[0].image
    assert picture is not None
    assert picture.key == "emote-7001"


@pytest.mark.parametrize(
    ("comment", "positions", "shown"),
    [
        ("", [0], [0]),
        ("ab", [0], [0, "ab"]),
        ("ab", [1], ["a", 1, "b"]),
        ("ab", [2], ["ab", 2]),
        ("ab", [99], ["ab", 99]),
        ("ab", [-1], [-1, "ab"]),
        ("ab", [1, 1], ["a", 1, 1, "b"]),
        ("ab", [2, 0], [0, "ab", 2]),
        ("日本語", [1], ["日", 1, "本語"]),
    ],
)
def test_every_emote_is_shown_and_no_letter_lost_whatever_the_positions(
    comment: str, positions: list[int], shown: list[str | int]
) -> None:
    told = parts(comment, [emote(position) for position in positions])
    assert [part if isinstance(part, str) else part.position for part in told] == shown


def test_an_emote_id_that_is_no_number_is_zero() -> None:
    message = build("WebcastChatMessage", content="x")
    message.emotes.add().emote.emote_id = "not-a-number"
    event = decode_message("WebcastChatMessage", message.SerializeToString())
    assert isinstance(event, ChatEvent)
    assert event.emotes[0].id == 0


def test_a_question_has_its_words_and_who_asks() -> None:
    details = build("QuestionDetails", question_text="How old is the cat?", user=build("User", nickname="Ana"))
    message = build("WebcastQuestionNewMessage", details=details)
    event = decode_message("WebcastQuestionNewMessage", message.SerializeToString())
    assert isinstance(event, QuestionEvent)
    assert (event.question, event.user.nickname) == ("How old is the cat?", "Ana")
