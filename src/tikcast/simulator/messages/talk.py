"""What is said in a room: chats, questions, captions, and TikTok's own notes."""

from __future__ import annotations

from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.context import Setting, string_piece, text, user_piece
from tikcast.simulator.messages.wire import field
from tikcast.simulator.people import phrases
from tikcast.simulator.people.people import Person
from tikcast.simulator.room.actions import Happening, Saying

_SCORES: Final = (
    "user_type_rule", "community-flagged", "default", "default_app", "rankV3",
    "ttp_rule_rerank", "timestamp_desc", "tikcast_community_comment_18866_v7_r655069",
    "tikcast_community_comment_18866_v7_r655069_desc", "idc_rule_rerank", "v13_r712088", "v13_r712355",
    "v13_r712356", "v12_r702075", "v14_r722193", "v14_r722200",
)  # fmt: skip
_EMOTES: Final = (
    "7265061466417826567", "7248376281434082053", "7103012356487912006", "7061921352876100102",
)  # fmt: skip


def chat(setting: Setting, happening: Happening) -> bytes:
    """Somebody wrote: words in one of many languages, with emotes or a mention at times."""
    person = setting.person(happening)
    language, words = _words(happening)
    common = setting.common(happening)
    common.from_idc = "maliva"
    common.fold_type = common.anchor_fold_type = common.fold_type_for_web = 2
    common.client_send_time = happening.at_ms - 600
    message = schema.WebcastChatMessage(
        common=common,
        user=setting.user_messages.chatting(person),
        content=words,
        content_language=language,
        user_identity=identity(person),
    )
    if not isinstance(happening.detail, Saying):
        _adorn(message, setting, happening=happening)
    return message.SerializeToString() + _SAME_SCORES + _score("commentator_id", person.id)


def _words(happening: Happening) -> tuple[str, str]:
    if isinstance(happening.detail, Saying):
        return "en", happening.detail.text
    if happening.roll % 64 == 0:
        return "un", phrases.HOSTILE[happening.roll // 64 % len(phrases.HOSTILE)]
    return phrases.CHATS[happening.roll // 64 % len(phrases.CHATS)]


def _adorn(message: schema.WebcastChatMessage, setting: Setting, *, happening: Happening) -> None:
    luck = happening.roll >> 24
    if luck % 12 == 0:
        for place in range(1 + luck // 12 % 3):
            emote = _emote(_EMOTES[(luck // 64 + place) % len(_EMOTES)])
            message.emotes.append(schema.EmoteData(place_in_comment=place * 2, emote=emote))
    elif luck % 12 == 1:
        other = setting.visitors.person(setting.visitors.top(16)[luck // 12 % 16])
        message.at_user.CopyFrom(setting.user_messages.full(other))
        message.content = f"@{other.nickname} {message.content}"


def _emote(emote_id: str) -> schema.Emote:
    picture = f"webcast-va/{emote_id}.png"
    urls = [f"https://p16-webcast.tiktokcdn.com/{picture}~tplv-obj.image"]
    return schema.Emote(emote_id=emote_id, image=schema.Image(url_list=urls, uri=picture, width=72, height=72))


def identity(person: Person) -> schema.UserIdentity:
    """What somebody is to the host."""
    return schema.UserIdentity(
        is_gift_giver_of_anchor=bool(person.level),
        is_subscriber_of_anchor=person.is_subscriber,
        is_mutual_following_with_anchor=person.follow_status == 2,
        is_follower_of_anchor=person.follow_status > 0,
        is_moderator_of_anchor=person.is_moderator,
    )


def _score(name: str, value: int) -> bytes:
    """One of TikTok's scores of a comment, from a map whose values are numbers on the wire."""
    return field(19, field(1, name.encode()) + field(2, value))


def question(setting: Setting, happening: Happening) -> schema.WebcastQuestionNewMessage:
    """Somebody asked the host."""
    asked = phrases.QUESTIONS[happening.roll % len(phrases.QUESTIONS)]
    message = schema.WebcastQuestionNewMessage(common=setting.common(happening))
    message.details.question_id = 1 + happening.roll % (1 << 62)
    message.details.question_text = asked
    message.details.create_time = happening.at_ms // 1000
    message.details.user.CopyFrom(setting.user_messages.full(setting.person(happening)))
    return message


def caption(setting: Setting, happening: Happening) -> schema.WebcastCaptionMessage:
    """What the host said, as TikTok heard it. Captions carry no create_time."""
    common = schema.Common(method=happening.method, room_id=setting.room_id)
    common.msg_id = setting.common(happening).msg_id
    language, words = phrases.CAPTIONS[happening.roll % len(phrases.CAPTIONS)]
    return schema.WebcastCaptionMessage(
        common=common,
        timestamp_ms=happening.at_ms,
        duration_ms=1000 + happening.roll // 8 % 5000,
        content=[schema.CaptionContent(language=language, text=words)],
        sentence_id=happening.roll // 64 % 10_000,
        definite=bool(happening.roll // 2 % 2),
    )


def room_note(setting: Setting, happening: Happening) -> schema.WebcastRoomMessage:
    """Somebody became a fan, as the room is told; or a comment was filtered, whose time is in seconds."""
    if happening.roll % 5 == 0:
        filtered = text("pm_mt_LIVE_commentFiltered_notif", "Some comments were filtered to keep this LIVE safe.")
        common = setting.common(happening, text=filtered)
        common.create_time //= 1000
        return schema.WebcastRoomMessage(common=common, content=" ", source=1)
    user = setting.user_messages.full(setting.person(happening))
    pieces = (user_piece(user), string_piece(str(happening.roll % 900 + 2)))
    pattern = "{0:user} became the No. {1:string} member on the team"
    return schema.WebcastRoomMessage(
        common=setting.common(happening, text=text("pm_mt_fan_live_joined_comment", pattern, *pieces)),
        content=" ",
        source=2,
    )


def welcome(setting: Setting, happening: Happening) -> schema.WebcastRoomMessage:
    """TikTok's first words to everybody who comes in."""
    common = setting.common(happening)
    common.method = "SystemMessage"
    return schema.WebcastRoomMessage(common=common, content=phrases.WELCOME, is_welcome=True)


def intro(setting: Setting, happening: Happening) -> schema.WebcastLiveIntroMessage:
    """The host's own words about the live. The room stands in its id alone."""
    common = schema.Common(method=happening.method, msg_id=setting.common(happening).msg_id)
    return schema.WebcastLiveIntroMessage(
        common=common,
        id=setting.room_id,
        audit_status=1,
        content=setting.intro,
        user=setting.user_messages.ranked(setting.host),
        intro_mode=1,
        content_language="en",
    )


_SAME_SCORES: Final = b"".join(_score(name, 1_697_000_000_000_000 + 7919 * place) for place, name in enumerate(_SCORES))
