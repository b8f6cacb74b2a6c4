"""Users, their pictures and badges, out of the bytes that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tikcast._proto import fast
from tikcast._wire.convert import shared
from tikcast.events._base import ID, Badge, Image, User, UserIdentity

# badge_scene values; the facts are TikTok's.
MODERATOR, SUBSCRIBER, NEW_SUBSCRIBER, GIFTER_LEVEL, FAN_LEVEL = 1, 4, 7, 8, 10
_LEVELS: Final = {GIFTER_LEVEL: "gifter_level", FAN_LEVEL: "fan_level"}
_GRADE_ICON = "grade_badge_icon_lite_lv"
_FOLLOWS: Final = frozenset({1, 2})


@shared
def image(data: bytes) -> Image:
    """A schema `Image`."""
    m = fast.Image.FromString(data)
    return Image(urls=tuple(m.url_list[:]), key=m.uri, animated=m.is_animated)


@shared
def badge(data: bytes) -> Badge:
    """A schema `BadgeStruct`, whichever of its four forms it has."""
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


@shared
def user(data: bytes) -> User:
    """A schema `User`. What the bytes leave out is None, as TikTok often sends no more than a name."""
    m = fast.User.FromString(data)
    urls: tuple[str, ...] = ()
    avatar = key = ""
    expires = followers = following = status = moderates = None
    if blob := m.avatar_thumb:
        picture = fast.Image.FromString(blob)
        urls, key = tuple(picture.url_list[:]), picture.uri
    if m.avatar_medium or m.avatar_large or m.avatar_jpg:
        urls, key = _more_pictures(m, urls=urls, key=key)
    if urls:
        avatar = best_picture(urls)
        expires = expires_at(avatar)
    if m.HasField("follow_info"):
        follow = m.follow_info
        followers, following, status = follow.follower_count, follow.following_count, follow.follow_status
    if m.HasField("user_attr"):
        moderates = m.user_attr.is_admin
    badges = tuple([badge(item) for item in blobs]) if (blobs := m.badge_list) else ()
    # Calls with more than 15 keywords are made through a dict and cost four times as much: the rest comes after.
    person = User(
        id=ID(m.id),
        username=m.unique_id,
        nickname=m.nickname,
        sec_uid=m.sec_uid,
        avatar=avatar,
        avatars=urls,
        avatar_key=key,
        avatar_expires_at=expires,
        follower_count=followers,
        following_count=following,
        follow_status=status,
        verified=m.verified or (None if status is None and moderates is None else False),
        is_follower=m.is_follower or (None if status is None else status in _FOLLOWS),
        is_moderator=moderates,
        badges=badges,
    )
    seldom = _seldom_told(m, badges)
    return msgspec.structs.replace(person, **seldom) if seldom else person


def _more_pictures(m: fast.User, *, urls: tuple[str, ...], key: str) -> tuple[tuple[str, ...], str]:
    """The URLs of the other sizes after those of the first, and the lasting key of the first that has one."""
    for blob in (m.avatar_medium, m.avatar_large, m.avatar_jpg):
        if blob:
            picture = fast.Image.FromString(blob)
            urls += tuple(picture.url_list[:])
            key = key or picture.uri
    return urls, key


def _seldom_told(m: fast.User, badges: tuple[Badge, ...]) -> dict[str, Any]:
    """The fields of a user that few messages tell, where this one does."""
    told: dict[str, Any] = {}
    if badges:
        _tell_by_badges(badges, told)
    if bio := m.bio_description:
        told["bio"] = bio
    if role := m.user_role:
        told["role"] = role
    if level := _gifter_level(m):
        told["gifter_level"] = level
    if level := _fan_level(m):
        told["fan_level"] = level
    if m.is_subscribe:
        told["is_subscriber"] = True
    elif (blob := m.subscribe_info) and "is_subscriber" not in told:
        info = fast.SubscribeInfo.FromString(blob)
        told["is_subscriber"] = info.is_subscribe or info.is_subscribed_to_anchor
    return told


def _tell_by_badges(badges: tuple[Badge, ...], told: dict[str, Any]) -> None:
    """What badges say of their wearer. A missing badge says nothing: they are often left out."""
    for item in badges:
        if item.scene == MODERATOR:
            told["is_moderator"] = True
        elif item.scene in (SUBSCRIBER, NEW_SUBSCRIBER):
            told["is_subscriber"] = True
        elif item.level and (name := _LEVELS.get(item.scene)):
            told[name] = item.level


def _gifter_level(m: fast.User) -> int:
    if blob := m.user_honor:
        return fast.UserHonor.FromString(blob).level
    return fast.PayGrade.FromString(blob).level if (blob := m.pay_grade) else 0


def _fan_level(m: fast.User) -> int:
    if blob := m.fans_club:
        return fast.FansClubMember.FromString(blob).data.level
    return fast.FansClubInfo.FromString(blob).fans_level if (blob := m.fans_club_info) else 0


def best_picture(urls: Sequence[str]) -> str:
    """The 100x100 picture, else one that is not the shrunk variant, else the first; empty without any."""
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
    start = url.find("x-expires=")
    if start < 0:
        return None
    digits = url[start + 10 : start + 26].partition("&")[0]
    return int(digits) if digits.isdecimal() else None
