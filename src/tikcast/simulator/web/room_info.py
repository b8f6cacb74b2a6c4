"""Rooms, users and gifts in the form of the webcast JSON API."""

from __future__ import annotations

from typing import Final

from tikcast.simulator.messages.gifts import gift_struct
from tikcast.simulator.messages.users import UserMessages
from tikcast.simulator.people.accounts import Account
from tikcast.simulator.people.people import Person
from tikcast.simulator.room.gifts import GIFTS, GiftKind
from tikcast.simulator.video.streams import Addresses, Json, stream_url
from tikcast.simulator.world import Host

LIVE: Final = 2
ENDED: Final = 4


def room_info(owner: Host, *, user_messages: UserMessages, base: str, now_ms: int) -> Json:
    """All of a room; for one that is over, what TikTok still answers."""
    room = owner.room
    head: Json = {
        "id": room.room_id,
        "id_str": str(room.room_id),
        "status": ENDED if room.over else LIVE,
        "title": owner.broadcast.title,
        "owner": user_data(owner.person, user_messages=user_messages),
        "owner_user_id": owner.person.id,
        "owner_user_id_str": str(owner.person.id),
        "create_time": owner.broadcast.started_at_ms // 1000,
        "start_time": owner.broadcast.started_at_ms // 1000,
        "finish_time": now_ms // 1000,
    }
    if room.over:
        return head | {"finish_reason": 1, "stats": _stats(owner, now_ms=now_ms)}
    totals = owner.broadcast.totals
    addresses = Addresses(f"{base}/media", room_id=room.room_id, token=owner.video.token)
    return {
        **head,
        **_UNCHANGING,
        **_gates(owner),
        "cover": image(f"{base}/media/image/cover~c5_720x720.jpeg", key="cover"),
        "last_ping_time": now_ms // 1000,
        "like_count": totals.likes(0, now_ms),
        "living_room_attrs": {
            "admin_flag": 0,
            "rank": 0,
            "room_id": room.room_id,
            "room_id_str": str(room.room_id),
            "silence_flag": 0,
        },
        "share_url": f"https://www.tiktok.com/@{owner.person.username}/live",
        "stats": _stats(owner, now_ms=now_ms),
        "stream_id": room.room_id,
        "stream_id_str": str(room.room_id),
        "stream_url": {} if owner.video.fault == "unnamed" else stream_url(addresses),
        "user_count": totals.viewers(now_ms),
    }


def _gates(owner: Host) -> Json:
    """What room/info says about a live stream that is not open to everybody; nothing for one that is."""
    if owner.access == "subscribers_only":
        return {"is_gated_room": True, "stream_url_filtered_info": {"is_gated_room": True, "is_paid_event": False}}
    if owner.access == "paid_event":
        filtered: Json = {"is_gated_room": False, "is_paid_event": True}
        return {"paid_event": paid_event(owner), "stream_url_filtered_info": filtered}
    return {}


def paid_event(owner: Host) -> Json:
    """The paid event that a live stream is; zeros for none."""
    paid = owner.access == "paid_event"
    return {"event_id": owner.room.room_id % 10**9 if paid else 0, "paid_type": int(paid)}


def user_data(person: Person, *, user_messages: UserMessages) -> Json:
    """A user in webcast answers."""
    urls = list(user_messages.avatar(person).url_list)
    avatar = {"uri": person.avatar, "url_list": urls, "avg_color": "", "height": 0, "width": 0}
    return {
        "id": person.id,
        "id_str": str(person.id),
        "display_id": person.username,
        "nickname": person.nickname,
        "bio_description": person.bio,
        "sec_uid": person.sec_uid,
        "avatar_thumb": avatar,
        "avatar_medium": avatar,
        "avatar_large": avatar,
        "verified": person.verified,
        "status": 1,
        "secret": 0,
        "user_role": 0,
        "pay_score": 0,
        "badge_list": [],
        "follow_info": {
            "follow_status": person.follow_status,
            "follower_count": person.follower_count,
            "following_count": person.following_count,
            "push_status": 0,
        },
        "pay_grade": {"level": person.level or 0, "name": "", "grade_icon_list": []},
        "user_attr": {"is_admin": person.is_moderator, "is_muted": False, "is_super_admin": False},
    }


def gift_data(kind: GiftKind) -> Json:
    """A gift in the list of gifts."""
    struct = gift_struct(kind)
    image_data = {"uri": struct.image.uri, "url_list": list(struct.image.url_list), "avg_color": struct.image.avg_color}
    return {
        "id": kind.id,
        "name": kind.name,
        "describe": struct.describe,
        "diamond_count": kind.diamonds,
        "type": kind.type,
        "combo": kind.streakable,
        "duration": struct.duration,
        "image": image_data,
        "icon": image_data,
        "preview_image": image_data,
        "action_type": 0,
        "app_id": 0,
        "business_text": "",
        "can_put_in_gift_box": True,
        "color_infos": [],
        "event_name": "livesdk_gift_click",
        "for_custom": False,
        "for_linkmic": True,
        "gift_scene": 1,
        "is_broadcast_gift": False,
        "is_displayed_on_panel": True,
        "is_effect_befview": False,
        "is_gray": False,
        "is_random_gift": False,
        "item_type": 1,
        "lock_info": {"lock": False, "lock_type": 0},
        "notify": False,
        "primary_effect_id": 0,
        "tracker_params": {"gift_property": ""},
    }


def gift_list() -> Json:
    """All gifts, and the page of the gift panel that shows them."""
    gifts = [gift_data(kind) for kind in GIFTS]
    groups = [{"group_count": number, "group_text": str(number)} for number in (1, 10, 99)]
    page = {"display": True, "page_name": "Gifts", "page_type": 1, "gifts": gifts}
    return {"gifts": gifts, "gifts_info": {"gift_group_infos": groups}, "pages": [page], "doodle_templates": []}


def image(url: str, *, key: str) -> Json:
    """An image with one address."""
    return {"uri": key, "url_list": [url], "avg_color": "#D6D6EB", "height": 0, "width": 0, "image_type": 0}


def live_room_user(account: Account, *, user_messages: UserMessages) -> Json:
    """The block `user` of pages and of the room lookup."""
    person = account.person
    avatar = user_messages.avatar(person).url_list[-1]
    return {
        "id": str(person.id),
        "uniqueId": person.username,
        "nickname": person.nickname,
        "secUid": person.sec_uid,
        "avatarLarger": avatar,
        "avatarMedium": avatar,
        "avatarThumb": avatar,
        "signature": person.bio,
        "verified": person.verified,
        "secret": account.private,
        "followStatus": 0,
        "roomId": account.room_id,
        "status": LIVE if account.live else ENDED,
    }


def _stats(owner: Host, *, now_ms: int) -> Json:
    totals = owner.broadcast.totals
    return {
        "id": owner.room.room_id,
        "id_str": str(owner.room.room_id),
        "total_user": totals.entered(now_ms),
        "enter_count": totals.entered(now_ms),
        "like_count": totals.likes(0, now_ms),
        "digg_count": totals.likes(0, now_ms),
        "follow_count": totals.followers(now_ms),
        "share_count": totals.shares(now_ms),
        "gift_uv_count": 0,
        "fan_ticket": 0,
        "total_user_desp": "",
        "user_count_composition": {"my_follow": 0.1, "other": 0.6, "video_detail": 0.3},
    }


_UNCHANGING: Final[Json] = {
    "admin_user_ids": [],
    "anchor_tab_type": 7,
    "app_id": 1233,
    "client_version": 320602,
    "commerce_info": {"commerce_permission": 0, "oec_live_enter_room_init_data": ""},
    "content_tag": "",
    "hashtag": {"id": 5, "namespace": 1, "title": "Music"},
    "introduction": "",
    "is_gated_room": False,
    "is_replay": False,
    "layout": 0,
    "link_mic": {"battle_scores": [], "channel_id": 0, "linked_user_list": [], "show_user_list": []},
    "linkmic_layout": 0,
    "live_id": 12,
    "live_reason": "",
    "live_room_mode": 0,
    "live_type_audio": False,
    "live_type_linkmic": False,
    "live_type_normal": True,
    "live_type_third_party": False,
    "os_type": 1,
    "paid_event": {"event_id": 0, "paid_type": 0},
    "room_audit_status": 3,
    "room_auth": {"Chat": True, "Digg": True, "Gift": True, "Share": True, "UserCard": True, "UserCount": 0},
    "room_sticker_list": [],
    "short_title": "",
    "stream_url_filtered_info": {"is_gated_room": False, "is_paid_event": False},
    "top_fans": [],
    "use_filter": False,
    "webcast_sdk_version": 0,
    "with_linkmic": False,
}
