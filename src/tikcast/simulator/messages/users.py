"""User messages: people with their avatars, badges and relations, as large as TikTok sends them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.people.people import Person

_SIGNS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TWO_HOSTS: Final = ("sg", "us")
_CARD: Final = (
    "sslocal://webcast_lynxview_popup?use_spark=1&url=https%3A%2F%2Flf16-gecko-source.tiktokcdn.com%2Fobj%2F"
    "byte-gurd-source-sg%2Ftiktok%2Ffe%2Flive%2Ftiktok_live_revenue_user_level_main%2Fsrc%2Fpages%2Fprivilege%2F"
    "panel%2Ftemplate.js&hide_status_bar=0&hide_nav_bar=1&container_bg_color=00000000&height=90%25&"
    "bdhm_bid=tiktok_live_revenue_user_level_main&use_forest=1"
)


class UserMessages:
    """The user messages of people, each made once and shared: copy one, do not change it.

    `expires_at`: when the signatures of the avatar URLs expire, in epoch seconds.
    """

    def __init__(self, expires_at: int) -> None:
        self._expires_at = expires_at
        self._made: dict[tuple[str, int], schema.User] = {}

    def full(self, person: Person) -> schema.User:
        """The user as in joins, likes and gifts."""
        return self._once("full", person, make=self._full)

    def chatting(self, person: Person) -> schema.User:
        """The user as in chats, with a larger picture too."""
        return self._once("chatting", person, make=self._chatting)

    def brief(self, person: Person) -> schema.User:
        """The names and ids alone, as in texts."""
        return self._once("brief", person, make=self._brief)

    def ranked(self, person: Person) -> schema.User:
        """The user as in the list of top viewers."""
        return self._once("ranked", person, make=self._ranked)

    def _once(self, form: str, person: Person, *, make: Callable[[Person], schema.User]) -> schema.User:
        user = self._made.get((form, person.id))
        if user is None:
            user = self._made[form, person.id] = make(person)
        return user

    def _full(self, person: Person) -> schema.User:
        user = self._brief(person)
        user.avatar_thumb.CopyFrom(self.avatar(person))
        user.bio_description = person.bio
        user.verified = person.verified
        user.follow_info.following_count = person.following_count
        user.follow_info.follower_count = person.follower_count
        user.follow_info.follow_status = person.follow_status
        user.badge_list.extend(badges(person))
        if person.is_moderator:
            user.user_attr.is_admin = True
        if person.is_subscriber:
            user.subscribe_info.is_subscribe = True
        return user

    def _chatting(self, person: Person) -> schema.User:
        user = schema.User()
        user.CopyFrom(self.full(person))
        user.avatar_medium.url_list.extend(
            self._url(person, f"tplv-tiktokx-compress_quality_30:72:72.{kind}") for kind in ("webp", "jpeg")
        )
        return user

    def _brief(self, person: Person) -> schema.User:
        user = schema.User(id=person.id, nickname=person.nickname, unique_id=person.username, sec_uid=person.sec_uid)
        user.user_honor.SetInParent()
        user.user_attr.SetInParent()
        return user

    def _ranked(self, person: Person) -> schema.User:
        user = self._brief(person)
        user.avatar_thumb.url_list.extend(self._url(person, f"c5_100x100.{kind}") for kind in ("webp", "jpeg"))
        user.avatar_thumb.uri = f"100x100/{_folder(person)}/{person.avatar}"
        user.link_mic_stats = 1
        user.id_str = str(person.id)
        return user

    def avatar(self, person: Person) -> schema.Image:
        """The picture in its variants, the smallest first; some regions have a second host."""
        variants = ("tplv-tiktok-shrink:72:72.webp", "c5_100x100.webp", "c5_100x100.jpeg")
        urls = [self._url(person, variant) for variant in variants]
        if person.region in _TWO_HOSTS:
            urls.insert(1, urls[1].replace("//p16-", "//p77-"))
        return schema.Image(url_list=urls, uri=f"100x100/{_folder(person)}/{person.avatar}")

    def _url(self, person: Person, variant: str) -> str:
        signature = letters(seeded_random(person.id, variant), size=26, among=_SIGNS)
        picture = f"{_folder(person)}/{person.avatar}~{variant}"
        return (
            f"https://p16-sign-{person.region}.tiktokcdn.com/{picture}"
            f"?x-expires={self._expires_at}&x-signature={signature}%3D"
        )


def badges(person: Person) -> list[schema.BadgeStruct]:
    """The badges of a person, in TikTok's order."""
    shown = []
    if person.is_moderator:
        shown.append(_moderator())
    if person.is_new_gifter:
        shown.append(_new_gifter())
    if person.is_subscriber:
        shown.append(_subscriber())
    if person.level is not None:
        shown.append(grade_badge(person.level, logged=person.id % 12 != 0))
    if person.fan_level is not None:
        shown.append(_fans_badge(person.fan_level))
    return shown


@lru_cache(maxsize=200)
def grade_badge(level: int, *, logged: bool) -> schema.BadgeStruct:
    """The badge of a gifter level. Without `logged`, only text and picture show the level, as older servers send it."""
    step = level // 5 * 5 or 1
    badge = _combined(8, order=20, text=str(level), icon=f"grade_badge_icon_lite_lv{step}_v1.png", color="#995F90EF")
    badge.schema_url = _CARD
    badge.combine_badge.icon.schema = _CARD
    if logged:
        badge.log_extra.CopyFrom(_log_extra("713838084684999342", level))
    return badge


@lru_cache(maxsize=100)
def _fans_badge(level: int) -> schema.BadgeStruct:
    badge = _combined(10, order=30, text="Ⅰ", icon=f"fans_badge_icon_lv{level}_v0.png", color="#99D74E36")
    badge.log_extra.CopyFrom(_log_extra("719692823158801337", level))
    return badge


def _moderator() -> schema.BadgeStruct:
    badge = _combined(1, order=10, text="", icon="moderater_badge_icon.png", color="#803F3F3F")
    badge.combine_badge.text.key = "pm_mt_moderator_im"
    badge.combine_badge.text.default_pattern = "Moderator"
    badge.log_extra.level = "0"
    return badge


def _new_gifter() -> schema.BadgeStruct:
    badge = schema.BadgeStruct(display_type=2, priority_type=40, badge_scene=2, position=2)
    badge.text_badge.badge_display_type = 2
    badge.text_badge.key = "pm_mt_live_ng_im"
    badge.text_badge.default_pattern = "New gifter"
    return badge


def _subscriber() -> schema.BadgeStruct:
    badge = schema.BadgeStruct(display_type=1, priority_type=30, badge_scene=4, position=1)
    badge.image_badge.badge_display_type = 1
    badge.image_badge.image.CopyFrom(badge_icon("sub_4aab486153151a2a4645f1222a5c55eb49959b0e94e98ec8cb41f7413fc16207"))
    badge.log_extra.level = "0"
    return badge


def _combined(scene: int, *, order: int, text: str, icon: str, color: str) -> schema.BadgeStruct:
    badge = schema.BadgeStruct(display_type=4, priority_type=order, badge_scene=scene, position=1, display=True)
    combined = badge.combine_badge
    combined.badge_display_type = 4
    combined.icon.CopyFrom(badge_icon(icon))
    combined.str_value = text
    combined.profile_card_panel.projection_config.icon.SetInParent()
    combined.profile_card_panel.profile_content.SetInParent()
    for background in (combined.background, combined.background_dark_mode):
        background.image.SetInParent()
        background.background_color_code = color
    combined.public_screen_show_style = 14
    combined.personal_card_show_style = 15
    return badge


def badge_icon(name: str) -> schema.Image:
    """A picture of TikTok, with the addresses of two hosts."""
    urls = [f"https://{host}-webcast.tiktokcdn.com/webcast-va/{name}~tplv-obj.image" for host in ("p16", "p19")]
    return schema.Image(url_list=urls, uri=f"webcast-va/{name}")


def _log_extra(privilege: str, level: int) -> schema.PrivilegeLogExtra:
    return schema.PrivilegeLogExtra(
        data_version="2",
        privilege_id=f"{privilege}{level % 10}",
        privilege_version="0",
        privilege_order_id=f"mock_fix_width_transparent_{privilege}{level % 10}",
        level=str(level),
    )


def _folder(person: Person) -> str:
    return f"tos-{'alisg' if person.region == 'sg' else 'maliva'}-avt-0068"
