"""Comments and questions."""

from __future__ import annotations

from collections.abc import Sequence

from tikcast._proto import fast
from tikcast._wire.convert.head import HEAD, Head, milliseconds
from tikcast._wire.convert.records import identified, placed_emote, user, user_identity
from tikcast._wire.protobuf.picking import Values, picker
from tikcast.events._base import ID, NO_IDENTITY, NO_USER, Emote
from tikcast.events.chat import ChatEvent, QuestionEvent

CHAT = picker(
    "WebcastChatMessage",
    *HEAD,
    "user",
    "content",
    "user_identity",
    "emotes",
    "content_language",
    "at_user",
    checked=True,
)


def chat(values: Values, head: Head) -> ChatEvent:
    """A comment with its emotes and mentions."""
    room_id, message_id, create_time, blob, comment, identity_blob, emote_blobs, language, mentioned = values
    emotes = tuple([placed_emote(item) for item in emote_blobs]) if emote_blobs else ()
    person = user(blob) if blob else NO_USER
    identity = NO_IDENTITY
    if identity_blob:
        identity = user_identity(identity_blob)
        person = identified(person, identity)
    return ChatEvent(
        room_id=ID(room_id or head.room_id),
        message_id=ID(message_id or head.message_id),
        created_at_ms=milliseconds(create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=person,
        comment=comment,
        identity=identity,
        emotes=emotes,
        parts=parts(comment, emotes) if emotes else (comment,) if comment else (),
        language=language,
        mentions=(user(mentioned),) if mentioned else (),
    )


def parts(comment: str, emotes: Sequence[Emote]) -> tuple[str | Emote, ...]:
    """Text and emotes in the order to show them: an emote comes before the character at its position."""
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
    """A question asked with the Q&A sticker."""
    details = m.details
    person = user(b) if (b := details.user) else NO_USER
    return QuestionEvent(**head.fields(m.common), user=person, question=details.question_text)
