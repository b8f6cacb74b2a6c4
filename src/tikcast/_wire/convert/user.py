"""Users, their pictures and badges."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from msgspec.structs import force_setattr, replace

from tikcast._proto import fast
from tikcast._wire.protobuf.picking import picker
from tikcast._wire.shared import shared
from tikcast.events._base import ID, Badge, Image, User, UserIdentity

# badge_scene values; the facts are TikTok's.
MODERATOR, SUBSCRIBER, NEW_SUBSCRIBER, GIFTER_LEVEL, FAN_LEVEL = 1, 4, 7, 8, 10
_LEVELS: Final = {GIFTER_LEVEL: "gifter_level", FAN_LEVEL: "fan_level"}
_FLAGS: Final = {
    MODERATOR: ("is_moderator", True),
    SUBSCRIBER: ("is_subscriber", True),
    NEW_SUBSCRIBER: ("is_subscriber", True),
}
_EXPIRES: Final = "x-expires="
_EXPIRES_LENGTH: Final = len(_EXPIRES)
_LONGEST_TIME: Final = 16
_IMAGE = picker("Image", "url_list", "uri", "is_animated", checked=True)
_USER = picker(
    "User",
    "id",
    "unique_id",
    "nickname",
    "sec_uid",
    "avatar_thumb.url_list",
    "avatar_thumb.uri",
    "avatar_medium",
    "follow_info?.follower_count",
    "follow_info?.following_count",
    "follow_info?.follow_status",
    "user_attr?.is_admin",
    "badge_list",
    "user_honor",
    "rare_fields",
    checked=True,
)
_GRADE_ICON = "grade_badge_icon_lite_lv"


@shared
def image(data: bytes) -> Image:
    """A schema `Image`."""
    urls, key, animated = _IMAGE(data)
    return Image(urls=urls, key=key, animated=animated)


@shared
def badge(data: bytes) -> Badge:
    """A schema `BadgeStruct` in any of its four forms."""
    m = fast.BadgeStruct.FromString(data)
    combine = m.combine_badge
    icon = combine.icon or m.image_badge.image
    picture = image(icon) if icon else None
    name = combine.str_value or combine.text.default_pattern or m.text_badge.default_pattern or m.string_badge.str_value
    return Badge(
        type=m.display_type,
        name=name,
        scene=m.badge_scene,
        level=_badge_level(m, shown=combine.str_value, picture=picture),
        image=picture,
    )


def _badge_level(m: fast.BadgeStruct, *, shown: str, picture: Image | None) -> int | None:
    stated = m.log_extra.level
    if stated.isdecimal() and m.badge_scene in _LEVELS:
        return int(stated[:9]) or None
    if shown.isdecimal() and picture is not None and _GRADE_ICON in picture.key:
        return int(shown[:9])
    return None


@shared
def user_identity(data: bytes) -> UserIdentity:
    """A schema `UserIdentity`."""
    m = fast.UserIdentity.FromString(data)
    return UserIdentity(
        is_gift_giver=m.is_gift_giver_of_anchor,
        is_subscriber=m.is_subscriber_of_anchor,
        is_mutual_following=m.is_mutual_following_with_anchor,
        is_follower=m.is_follower_of_anchor,
        is_moderator=m.is_moderator_of_anchor,
        is_anchor=m.is_anchor,
    )


def identified(person: User, identity: UserIdentity) -> User:
    """The user with their relation to the host from the message, which is more reliable than the user's record."""
    flags: dict[str, Any] = {}
    if identity.is_follower and not person.is_follower:
        flags["is_follower"] = True
    if identity.is_moderator and not person.is_moderator:
        flags["is_moderator"] = True
    if identity.is_subscriber and not person.is_subscriber:
        flags["is_subscriber"] = True
    return replace(person, **flags) if flags else person


@shared
def user(data: bytes) -> User:
    """A schema `User`. Missing values are None, because TikTok often sends no more than a name."""
    (
        number,
        username,
        nickname,
        sec_uid,
        urls,
        key,
        medium,
        followers,
        following,
        follow_status,
        moderates,
        badge_blobs,
        honor,
        more,
    ) = _USER(data)
    if medium:
        picture = image(medium)
        urls, key = urls + picture.urls, key or picture.key
    avatar = best_picture(urls)
    badges = tuple([badge(blob) for blob in badge_blobs]) if badge_blobs else ()
    # A call with more than 15 keywords uses a dict and takes four times as long: the other fields are set afterwards.
    person = User(
        id=ID(number),
        username=username,
        nickname=nickname,
        sec_uid=sec_uid,
        avatar=avatar,
        avatars=urls,
        avatar_key=key,
        avatar_expires_at=expires_at(avatar),
        follower_count=followers,
        following_count=following,
        follow_status=follow_status,
        verified=None if follow_status is None and moderates is None else False,
        is_follower=None if follow_status is None else follow_status > 0,
        is_moderator=moderates,
        badges=badges,
    )
    # No other code has this record yet: it is completed in place.
    for item in badges:
        if field := _field_of_badge(item):
            force_setattr(person, *field)
    if honor and (level := fast.UserHonor.FromString(honor).level):
        force_setattr(person, "gifter_level", level)
    return replace(person, **_rare_fields(data, person)) if more else person


def _field_of_badge(badge: Badge) -> tuple[str, bool | int] | None:
    """The field of the user that follows from a badge. A missing badge means nothing: badges are often left out."""
    scene = badge.scene
    if badge.level and scene in _LEVELS:
        return _LEVELS[scene], badge.level
    return _FLAGS.get(scene)


def _rare_fields(data: bytes, person: User) -> dict[str, Any]:
    """The fields that few messages contain; they count for more than what follows from badges."""
    m = fast.UserInFull.FromString(data)
    rare: dict[str, Any] = {
        "bio": m.bio_description,
        "role": m.user_role,
        "verified": m.verified,
        "is_follower": m.is_follower,
        "is_subscriber": m.is_subscribe,
        "gifter_level": fast.PayGrade.FromString(m.pay_grade).level,
        "fan_level": _fan_level(m),
    }
    rare = {name: value for name, value in rare.items() if value}
    if m.subscribe_info and person.is_subscriber is None and "is_subscriber" not in rare:
        info = fast.SubscribeInfo.FromString(m.subscribe_info)
        rare["is_subscriber"] = info.is_subscribe or info.is_subscribed_to_anchor
    if blobs := [blob for blob in (m.avatar_large, m.avatar_jpg) if blob]:
        rare |= _more_pictures(blobs, person)
    return rare


def _more_pictures(blobs: Sequence[bytes], person: User) -> dict[str, Any]:
    images = [image(blob) for blob in blobs]
    urls = person.avatars + tuple([url for picture in images for url in picture.urls])
    avatar = best_picture(urls)
    key = person.avatar_key or next((picture.key for picture in images if picture.key), "")
    return {"avatar": avatar, "avatars": urls, "avatar_key": key, "avatar_expires_at": expires_at(avatar)}


def _fan_level(m: fast.UserInFull) -> int:
    level = fast.FansClubMember.FromString(m.fans_club).data.level
    return level or fast.FansClubInfo.FromString(m.fans_club_info).fans_level


def best_picture(urls: Sequence[str]) -> str:
    """The 100x100 picture, else one that is not a reduced variant, else the first; empty if there is none."""
    for url in urls:
        if "100x100" in url:
            return url
    first = ""
    for url in urls:
        if "shrink" not in url:
            return url
        first = first or url
    return first


def expires_at(url: str) -> int | None:
    """Epoch seconds of a signed URL's `x-expires`, None when it has none."""
    # It is near the end of a long URL.
    start = url.rfind(_EXPIRES)
    return None if start < 0 else _time(url[start + _EXPIRES_LENGTH : start + _EXPIRES_LENGTH + _LONGEST_TIME])


@lru_cache(256)
def _time(tail: str) -> int | None:
    """The number at the start of a text, up to a `&`. Cached: pictures signed in the same hour expire together."""
    digits = tail.partition("&")[0]
    return int(digits) if digits.isdecimal() and len(digits) < _LONGEST_TIME else None
