"""Comments and questions."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import NO_IDENTITY, NO_USER, Emote, Event, User, UserIdentity


class ChatEvent(Event, frozen=True, kw_only=True, tag="chat"):
    """A comment. `parts` are its text and emotes in the order to show them; `language` is TikTok's guess."""

    type: ClassVar[str] = "chat"

    user: User = NO_USER
    comment: str = ""
    identity: UserIdentity = NO_IDENTITY
    emotes: tuple[Emote, ...] = ()
    parts: tuple[str | Emote, ...] = ()
    language: str = ""
    mentions: tuple[User, ...] = ()
    pinned: bool = False


class QuestionEvent(Event, frozen=True, kw_only=True, tag="question"):
    """Somebody asks a question with the Q&A sticker."""

    type: ClassVar[str] = "question"

    user: User = NO_USER
    question: str = ""
