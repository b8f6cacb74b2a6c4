"""Users, their pictures and badges, out of the bytes that hold them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tikcast._proto import fast
from tikcast._wire.convert import shared
from tikcast.events._base import ID, Badge, Image, User, UserIdentity

# badge_scene values; the facts are TikTok's.
MODERATOR, SUBSCRIBER, NEW_SUBSCRIBER, GIFTER_LEVEL, FAN_LEVEL = 1, 4, 7, 8, 10
_LEVEL_SCENES: Final = frozenset({GIFTER_LEVEL, FAN_LEVEL})
_GRADE_ICON = "grade_badge_icon_lite_lv"
_FOLLOWS: Final = frozenset({1, 2})


@shared
def image(data: bytes) -> Image:
    """A schema `Image`."""
    m = fast.Image.FromString(data)
    return Image(urls=tuple(m.url_list), key=m.uri, animated=m.is_animated)


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
    if stated.isdecimal() and m.badge_scene in _LEVEL_SCENES:
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
    urls, key = _pictures(m)
    avatar = best_picture(urls)
    badges = tuple([badge(item) for item in m.badge_list])
    follow = m.follow_info if m.HasField("follow_info") else None
    told_in_full = follow is not None or m.HasField("user_attr")
    return User(
        id=ID(m.id),
        username=m.unique_id,
        nickname=m.nickname,
        sec_uid=m.sec_uid,
        avatar=avatar,
        avatars=urls,
        avatar_key=key,
        avatar_expires_at=expires_at(avatar),
        bio=m.bio_description,
        follower_count=None if follow is None else follow.follower_count,
        following_count=None if follow is None else follow.following_count,
        follow_status=None if follow is None else follow.follow_status,
        verified=m.verified or (False if told_in_full else None),
        role=m.user_role,
        is_follower=m.is_follower or (None if follow is None else follow.follow_status in _FOLLOWS),
        is_moderator=_is_moderator(m, badges),
        is_subscriber=_is_subscriber(m, badges),
        gifter_level=m.user_honor.level or m.pay_grade.level or level_of(badges, GIFTER_LEVEL),
        fan_level=m.fans_club.data.level or m.fans_club_info.fans_level or level_of(badges, FAN_LEVEL),
        badges=badges,
    )


def _pictures(m: fast.User) -> tuple[tuple[str, ...], str]:
    """The URLs of all sizes in the order they came, and the lasting key of the first picture."""
    urls: tuple[str, ...] = ()
    key = ""
    for blob in (m.avatar_thumb, m.avatar_medium, m.avatar_large, m.avatar_jpg):
        if blob:
            picture = fast.Image.FromString(blob)
            urls += tuple(picture.url_list)
            key = key or picture.uri
    return urls, key


def best_picture(urls: Iterable[str]) -> str:
    """The 100x100 picture, else one that is not the shrunk variant, else the first; empty without any."""
    first = whole = ""
    for url in urls:
        if "100x100" in url:
            return url
        first = first or url
        if not whole and "shrink" not in url:
            whole = url
    return whole or first


def expires_at(url: str) -> int | None:
    """Epoch seconds of a signed URL's `x-expires`, None when it has none."""
    _, found, rest = url.partition("x-expires=")
    digits = rest.partition("&")[0] if found else ""
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def level_of(badges: tuple[Badge, ...], scene: int) -> int | None:
    """The highest level that badges of a scene tell, None without one."""
    levels = [badge.level for badge in badges if badge.scene == scene and badge.level]
    return max(levels) if levels else None


def _has_badge(badges: tuple[Badge, ...], *scenes: int) -> bool:
    return any(badge.scene in scenes for badge in badges)


def _is_moderator(m: fast.User, badges: tuple[Badge, ...]) -> bool | None:
    if badges and _has_badge(badges, MODERATOR):
        return True
    return m.user_attr.is_admin if m.HasField("user_attr") else None


def _is_subscriber(m: fast.User, badges: tuple[Badge, ...]) -> bool | None:
    if m.is_subscribe or (badges and _has_badge(badges, SUBSCRIBER, NEW_SUBSCRIBER)):
        return True
    if m.HasField("subscribe_info"):
        info = m.subscribe_info
        return info.is_subscribe or info.is_subscribed_to_anchor
    return None
