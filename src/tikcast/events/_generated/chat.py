# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "chat" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Emote, Event, ID, NO_ID, Record, Text, User, UserIdentity
from tikcast.events._generated.shared import MsgFilter


class CaptionContent(Record, frozen=True, kw_only=True):
    """The schema's CaptionContent."""

    language: str = ""
    text: str = ""


class EmoteEvent(Event, frozen=True, kw_only=True, tag="emote"):
    """A comment that is one large emote of the host's subscription."""

    type: ClassVar[str] = "emote"

    user: User | None = None
    emote_list: tuple[Emote, ...] = ()
    msg_filter: MsgFilter | None = None
    user_identity: UserIdentity | None = None


class QuestionDeleteEvent(Event, frozen=True, kw_only=True, tag="question_delete"):
    """A question leaves the Q&A list."""

    type: ClassVar[str] = "question_delete"


class QuestionSlideDownEvent(Event, frozen=True, kw_only=True, tag="question_slide_down"):
    """The question card that was shown over the video disappears."""

    type: ClassVar[str] = "question_slide_down"


class QuestionSwitchEvent(Event, frozen=True, kw_only=True, tag="question_switch"):
    """The host switches the Q&A on or off."""

    type: ClassVar[str] = "question_switch"


class SpeakerEvent(Event, frozen=True, kw_only=True, tag="speaker"):
    """A highlighted message that somebody sends to the whole room."""

    type: ClassVar[str] = "speaker"

    user: User | None = None
    display_text: Text | None = None
    trigger_type: int = 0


class CommentTrayEvent(Event, frozen=True, kw_only=True, tag="comment_tray"):
    """A group of comments collected in one tray below the video."""

    type: ClassVar[str] = "comment_tray"


class ImDeleteEvent(Event, frozen=True, kw_only=True, tag="im_delete"):
    """A moderator removes comments, or everything that somebody wrote."""

    type: ClassVar[str] = "im_delete"

    delete_msg_ids_list: tuple[int, ...] = ()
    delete_user_ids_list: tuple[int, ...] = ()


class CaptionEvent(Event, frozen=True, kw_only=True, tag="caption"):
    """Live captions: what the host says, as text over the video."""

    type: ClassVar[str] = "caption"

    timestamp_ms: int = 0
    duration_ms: int = 0
    content: tuple[CaptionContent, ...] = ()
    sentence_id: ID = NO_ID
    sequence_id: ID = NO_ID
    definite: bool = False


class AISummaryEvent(Event, frozen=True, kw_only=True, tag="ai_summary"):
    """A summary of the live stream, written by TikTok."""

    type: ClassVar[str] = "ai_summary"
