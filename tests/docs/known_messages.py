"""Known messages in a file of frames, which the simulator plays."""

import json
import struct
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.wire_schema import WireMessage, build, push_frame
from tikcast.events import Event

ROOM = 7_300_000_000_000_000_001
CREATED_MS = 1_760_000_000_000
FIRST_ID = 7_300_000_000_000_000_100
AVATARS = ("https://p16.example/100x100.jpeg?x-expires=1", "https://p16.example/720x720.jpeg?x-expires=1")


def ana() -> WireMessage:
    user = build("User", id=42, unique_id="ana", nickname="Ana 🌸")
    user.avatar_thumb.url_list.append(AVATARS[0])
    user.avatar_medium.url_list.append(AVATARS[1])
    user.follow_info.follow_status = 2
    badge = user.badge_list.add(display_type=4, badge_scene=8)
    badge.combine_badge.str_value = "16"
    return user


def identity() -> WireMessage:
    return build(
        "UserIdentity",
        is_gift_giver_of_anchor=True,
        is_mutual_following_with_anchor=True,
        is_moderator_of_anchor=True,
    )


def messages() -> list[tuple[str, Any]]:
    """One message for each event class of the other libraries."""
    common = build("Common", room_id=ROOM, create_time=CREATED_MS)
    rose = build("GiftStruct", id=5655, name="Rose", describe="sent Rose", diamond_count=1, type=1, combo=True)
    gift = build("WebcastGiftMessage",
        user=ana(), gift=rose, gift_id=5655, group_id=1_760_000_000_001, repeat_count=3, repeat_end=1,
        user_identity=identity(),
    )  # fmt: skip
    gift.gift_extra.to_user_id = 77
    like = build("WebcastLikeMessage", user=ana(), count=15, total=3001)
    like.common.display_text.key = "pm_mt_msg_viewer_likes"
    like.common.display_text.default_pattern = "likes the live"
    social = build("WebcastSocialMessage", user=ana(), action=1, follow_count=9)
    share = build("WebcastSocialMessage", user=ana(), action=3, share_count=4)
    question = build("WebcastQuestionNewMessage")
    question.details.question_text = "Who are you?"
    question.details.user.CopyFrom(ana())
    battle = build("WebcastLinkMicBattle", battle_id=900, action=4)
    battle.host_team.add().host_group.add().host.add(id=11, name="host_a")
    armies = build("WebcastLinkMicArmies", battle_id=900, battle_status=1)
    group = armies.battle_items.add(host_user_id=11).battle_groups.add(points=250)
    group.users.append(ana())
    banner = build("WebcastInRoomBannerMessage", json=[json.dumps({"goal": {"stars": 5}}).encode()])
    notice = build("WebcastRoomMessage", content="Welcome to the live!")
    notice.common.method = "SystemMessage"
    chest = build("WebcastEnvelopeMessage", display=1)
    chest.envelope_info.diamond_count, chest.envelope_info.people_count = 100, 10
    caption = build("WebcastCaptionMessage", definite=True)
    caption.content.add(language="en", text="good evening")
    fan = build("WebcastBarrageMessage", msg_type=100, user=ana())
    fan.content.key, fan.content.default_pattern = (
        "ttlive_superFan_commentNotif_someoneBecameSuperFan",
        "a new super fan",
    )
    pinned = build("WebcastChatMessage", user=ana(), content="read this")
    pin = build(
        "WebcastRoomPinMessage",
        original_msg_type="WebcastChatMessage",
        pinned_message=pinned.SerializeToString(),
        action=1,
        display_duration=60,
    )
    return [
        ("WebcastRoomMessage", notice),
        ("WebcastChatMessage", build("WebcastChatMessage", user=ana(), content="hello", user_identity=identity())),
        ("WebcastMemberMessage", build("WebcastMemberMessage", user=ana(), action=1, member_count=5)),
        ("WebcastSocialMessage", social),
        ("WebcastSocialMessage", share),
        ("WebcastRoomUserSeqMessage", build("WebcastRoomUserSeqMessage", viewer_count=31, total_user=99)),
        ("WebcastGiftMessage", gift),
        ("WebcastLikeMessage", like),
        ("WebcastQuestionNewMessage", question),
        ("WebcastControlMessage", build("WebcastControlMessage", action=1, tips="back soon")),
        ("WebcastLinkMicBattle", battle),
        ("WebcastLinkMicArmies", armies),
        ("WebcastInRoomBannerMessage", banner),
        ("WebcastEmoteChatMessage", build("WebcastEmoteChatMessage", user=ana())),
        ("WebcastEnvelopeMessage", chest),
        ("WebcastSubNotifyMessage", build("WebcastSubNotifyMessage", user=ana(), sub_month=3)),
        ("WebcastBarrageMessage", fan),
        ("WebcastCaptionMessage", caption),
        ("WebcastRoomPinMessage", pin),
        ("WebcastLiveIntroMessage", build("WebcastLiveIntroMessage", content="I sing", user=ana())),
        ("WebcastNobodyKnowsMessage", build("WebcastChatMessage", content="new", common=common)),
    ]


def write_evening(path: Path) -> Path:
    """Write a file of frames with all messages, first as history, then as new messages."""
    ids = count(FIRST_ID)
    path.write_bytes(b"".join(_packed(ids, is_history=is_history) for is_history in (True, False)))
    return path


class Evening:
    """The events of the known messages, by class name, and the room id."""

    def __init__(self, events: list[Event], room_id: int) -> None:
        self.room_id = room_id
        fresh = [event for event in events if not event.is_history]
        old = [event for event in events if event.is_history]
        self.records: dict[str, Any] = {type(event).__name__: event for event in reversed(fresh)}
        self.history = {type(event).__name__: event for event in old}
        chat, battles = self.records["ChatEvent"], self.records["BattlesEvent"]
        self.records |= {"User": chat.user, "UserIdentity": chat.identity, "Badge": chat.user.badges[0]}
        self.records |= {"BattleHost": battles.battles[0], "BattleGroup": battles.battles[0].groups[0]}


def id_of(method: str) -> int:
    """The id of the first message of a type that is not history."""
    kinds = [kind for kind, _ in messages()]
    return FIRST_ID + len(kinds) + kinds.index(method)


def _packed(ids: Iterator[int], *, is_history: bool) -> bytes:
    response = build("WebcastResponse", cursor="c", internal_ext=b"ext", needs_ack=True)
    for method, message in messages():
        message.common.room_id, message.common.create_time = ROOM, CREATED_MS
        message.common.msg_id = next(ids)
        payload = message.SerializeToString()
        response.messages.add(method=method, payload=payload, msg_id=message.common.msg_id, is_history=is_history)
    frame = push_frame("msg", response.SerializeToString(), log_id=1, compress=True)
    return struct.pack("<I", len(frame)) + frame
