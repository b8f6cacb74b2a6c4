"""Comments and questions."""

from __future__ import annotations

from collections.abc import Sequence

from tikcast._proto import fast
from tikcast._wire.convert import Head, milliseconds
from tikcast._wire.convert_shared import identified, placed_emote, user, user_identity
from tikcast.events._base import ID, NO_IDENTITY, NO_USER, Emote
from tikcast.events.chat import ChatEvent, QuestionEvent


def chat(m: fast.WebcastChatMessage, head: Head) -> ChatEvent:
    """A comment with its emotes and mentions."""
    c = m.common
    comment = m.content
    emotes = tuple([placed_emote(item) for item in m.emotes])
    person = user(b) if (b := m.user) else NO_USER
    identity = NO_IDENTITY
    if b := m.user_identity:
        identity = user_identity(b)
        person = identified(person, identity)
    return ChatEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=person,
        comment=comment,
        identity=identity,
        emotes=emotes,
        parts=parts(comment, emotes) if emotes else (comment,) if comment else (),
        language=m.content_language,
        mentions=(user(b),) if (b := m.at_user) else (),
    )


def parts(comment: str, emotes: Sequence[Emote]) -> tuple[str | Emote, ...]:
    """Text and emotes in the order to show them: an emote stands before the character at its position."""
    out: list[str | Emote] = []
    done = 0
    for emote in sorted(emotes, key=lambda item: item.position):
        place = min(max(emote.position, done), len(comment))
        if place > done:
            out.append(comment[done:place])
            done = place
        out.append(emote)
    if done < len(comment):
        out.append(comment[done:])
    return tuple(out)


def question(m: fast.WebcastQuestionNewMessage, head: Head) -> QuestionEvent:
    """A question of the Q&A sticker."""
    details = m.details
    person = user(b) if (b := details.user) else NO_USER
    return QuestionEvent(**head.fields(m.common), user=person, question=details.question_text)
