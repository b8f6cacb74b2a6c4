"""Messages with text: chats, questions, captions, and notes of TikTok."""

from __future__ import annotations

from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.context import RoomContext, string_piece, text, user_piece
from tikcast.simulator.messages.wire import field
from tikcast.simulator.people import texts
from tikcast.simulator.people.people import Person
from tikcast.simulator.room.actions import PlannedChat, RoomAction

_SCORES: Final = (
    "user_type_rule", "community-flagged", "default", "default_app", "rankV3",
    "ttp_rule_rerank", "timestamp_desc", "tikcast_community_comment_18866_v7_r655069",
    "tikcast_community_comment_18866_v7_r655069_desc", "idc_rule_rerank", "v13_r712088", "v13_r712355",
    "v13_r712356", "v12_r702075", "v14_r722193", "v14_r722200",
)  # fmt: skip
_EMOTES: Final = (
    "7265061466417826567", "7248376281434082053", "7103012356487912006", "7061921352876100102",
)  # fmt: skip


def chat(context: RoomContext, action: RoomAction) -> bytes:
    """Somebody wrote a chat, in one of many languages, sometimes with emotes or a mention."""
    person = context.person(action)
    language, words = _words(action)
    common = context.common(action)
    common.from_idc = "maliva"
    common.fold_type = common.anchor_fold_type = common.fold_type_for_web = 2
    common.client_send_time = action.at_ms - 600
    message = schema.WebcastChatMessage(
        common=common,
        user=context.user_messages.chatting(person),
        content=words,
        content_language=language,
        user_identity=identity(person),
    )
    if not isinstance(action.detail, PlannedChat):
        _adorn(message, context, action=action)
    return message.SerializeToString() + _SAME_SCORES + _score("commentator_id", person.id)


def _words(action: RoomAction) -> tuple[str, str]:
    if isinstance(action.detail, PlannedChat):
        return "en", action.detail.text
    if action.random_bits % 64 == 0:
        return "un", texts.HOSTILE_CHATS[action.random_bits // 64 % len(texts.HOSTILE_CHATS)]
    return texts.CHATS[action.random_bits // 64 % len(texts.CHATS)]


def _adorn(message: schema.WebcastChatMessage, context: RoomContext, *, action: RoomAction) -> None:
    bits = action.random_bits >> 24
    if bits % 12 == 0:
        for place in range(1 + bits // 12 % 3):
            emote = _emote(_EMOTES[(bits // 64 + place) % len(_EMOTES)])
            message.emotes.append(schema.EmoteData(place_in_comment=place * 2, emote=emote))
    elif bits % 12 == 1:
        other = context.visitors.person(context.visitors.top(16)[bits // 12 % 16])
        message.at_user.CopyFrom(context.user_messages.full(other))
        message.content = f"@{other.nickname} {message.content}"


def _emote(emote_id: str) -> schema.Emote:
    picture = f"webcast-va/{emote_id}.png"
    urls = [f"https://p16-webcast.tiktokcdn.com/{picture}~tplv-obj.image"]
    return schema.Emote(emote_id=emote_id, image=schema.Image(url_list=urls, uri=picture, width=72, height=72))


def identity(person: Person) -> schema.UserIdentity:
    """The relation of a person to the host."""
    return schema.UserIdentity(
        is_gift_giver_of_anchor=bool(person.level),
        is_subscriber_of_anchor=person.is_subscriber,
        is_mutual_following_with_anchor=person.follow_status == 2,
        is_follower_of_anchor=person.follow_status > 0,
        is_moderator_of_anchor=person.is_moderator,
    )


def _score(name: str, value: int) -> bytes:
    """One entry of a map from names to numbers: TikTok's scores of a comment."""
    return field(19, field(1, name.encode()) + field(2, value))


def question(context: RoomContext, action: RoomAction) -> schema.WebcastQuestionNewMessage:
    """Somebody asked the host a question."""
    question_text = texts.QUESTIONS[action.random_bits % len(texts.QUESTIONS)]
    message = schema.WebcastQuestionNewMessage(common=context.common(action))
    message.details.question_id = 1 + action.random_bits % (1 << 62)
    message.details.question_text = question_text
    message.details.create_time = action.at_ms // 1000
    message.details.user.CopyFrom(context.user_messages.full(context.person(action)))
    return message


def caption(context: RoomContext, action: RoomAction) -> schema.WebcastCaptionMessage:
    """What the host said, as TikTok recognised it. Captions have no create_time."""
    common = schema.Common(method=action.method, room_id=context.room_id)
    common.msg_id = context.common(action).msg_id
    language, words = texts.CAPTIONS[action.random_bits % len(texts.CAPTIONS)]
    return schema.WebcastCaptionMessage(
        common=common,
        timestamp_ms=action.at_ms,
        duration_ms=1000 + action.random_bits // 8 % 5000,
        content=[schema.CaptionContent(language=language, text=words)],
        sentence_id=action.random_bits // 64 % 10_000,
        definite=bool(action.random_bits // 2 % 2),
    )


def room_note(context: RoomContext, action: RoomAction) -> schema.WebcastRoomMessage:
    """Somebody became a fan; or a comment was filtered, with a create_time in seconds."""
    if action.random_bits % 5 == 0:
        filtered = text("pm_mt_LIVE_commentFiltered_notif", "Some comments were filtered to keep this LIVE safe.")
        common = context.common(action, text=filtered)
        common.create_time //= 1000
        return schema.WebcastRoomMessage(common=common, content=" ", source=1)
    user = context.user_messages.full(context.person(action))
    pieces = (user_piece(user), string_piece(str(action.random_bits % 900 + 2)))
    pattern = "{0:user} became the No. {1:string} member on the team"
    return schema.WebcastRoomMessage(
        common=context.common(action, text=text("pm_mt_fan_live_joined_comment", pattern, *pieces)),
        content=" ",
        source=2,
    )


def welcome(context: RoomContext, action: RoomAction) -> schema.WebcastRoomMessage:
    """TikTok's welcome to everybody who enters."""
    common = context.common(action)
    common.method = "SystemMessage"
    return schema.WebcastRoomMessage(common=common, content=texts.WELCOME, is_welcome=True)


def intro(context: RoomContext, action: RoomAction) -> schema.WebcastLiveIntroMessage:
    """The host's introduction of the live stream. The room id is in the field `id` alone."""
    common = schema.Common(method=action.method, msg_id=context.common(action).msg_id)
    return schema.WebcastLiveIntroMessage(
        common=common,
        id=context.room_id,
        audit_status=1,
        content=context.intro,
        user=context.user_messages.ranked(context.host),
        intro_mode=1,
        content_language="en",
    )


_SAME_SCORES: Final = b"".join(_score(name, 1_697_000_000_000_000 + 7919 * place) for place, name in enumerate(_SCORES))
