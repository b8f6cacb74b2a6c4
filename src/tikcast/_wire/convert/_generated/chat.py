# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "chat", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds
from tikcast._wire.convert.records import emote, text, user, user_identity
from tikcast._wire.convert._generated.shared import msg_filter
from tikcast.events._base import ID
from tikcast.events._generated import chat as records


def caption_content(m: fast.CaptionContent) -> records.CaptionContent:
    return records.CaptionContent(
        language=m.language,
        text=m.text,
    )


def emote_chat_message(m: fast.WebcastEmoteChatMessage, head: Head) -> records.EmoteEvent:
    c = m.common
    return records.EmoteEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=user(b) if (b := m.user) else None,
        emote_list=tuple([emote(x) for x in m.emote_list]),
        msg_filter=msg_filter(m.msg_filter) if m.HasField("msg_filter") else None,
        user_identity=user_identity(b) if (b := m.user_identity) else None,
    )


def question_delete_message(m: fast.WebcastQuestionDeleteMessage, head: Head) -> records.QuestionDeleteEvent:
    c = m.common
    return records.QuestionDeleteEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def question_slide_down_message(m: fast.WebcastQuestionSlideDownMessage, head: Head) -> records.QuestionSlideDownEvent:
    c = m.common
    return records.QuestionSlideDownEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def question_switch_message(m: fast.WebcastQuestionSwitchMessage, head: Head) -> records.QuestionSwitchEvent:
    c = m.common
    return records.QuestionSwitchEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def speaker_message(m: fast.WebcastSpeakerMessage, head: Head) -> records.SpeakerEvent:
    c = m.common
    return records.SpeakerEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=user(b) if (b := m.user) else None,
        display_text=text(b) if (b := m.display_text) else None,
        trigger_type=m.trigger_type,
    )


def comment_tray_message(m: fast.WebcastCommentTrayMessage, head: Head) -> records.CommentTrayEvent:
    c = m.common
    return records.CommentTrayEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def im_delete_message(m: fast.WebcastImDeleteMessage, head: Head) -> records.ImDeleteEvent:
    c = m.common
    return records.ImDeleteEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        delete_msg_ids_list=tuple(m.delete_msg_ids_list),
        delete_user_ids_list=tuple(m.delete_user_ids_list),
    )


def caption_message(m: fast.WebcastCaptionMessage, head: Head) -> records.CaptionEvent:
    c = m.common
    return records.CaptionEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        timestamp_ms=m.timestamp_ms,
        duration_ms=m.duration_ms,
        content=tuple([caption_content(x) for x in m.content]),
        sentence_id=ID(m.sentence_id),
        sequence_id=ID(m.sequence_id),
        definite=m.definite,
    )


def ai_summary_message(m: fast.WebcastAISummaryMessage, head: Head) -> records.AISummaryEvent:
    c = m.common
    return records.AISummaryEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )
