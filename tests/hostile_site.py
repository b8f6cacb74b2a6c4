"""A server that replaces TikTok, in whose answers every text is an attack on the terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from tests._net.site import Reply, Site, live_page, open_site, profile_page

ROOM: Final = "7300000000000000001"

ATTACK: Final = "\x1b]0;owned\x07\x1b[2J\x9b31m[bold red]<b>\u202etxt.exe\n\r\u2028tikcast: fake line\x00\u200f日本語"
"""Terminal sequences, markup, right-to-left overrides and line ends, as a nickname may contain them."""

PICTURE: Final = {"uri": ATTACK, "url_list": [ATTACK, "file:///etc/passwd"]}
PERSON: Final = {
    "id_str": "42", "display_id": ATTACK, "nickname": ATTACK, "bio_description": ATTACK, "avatar_thumb": PICTURE,
}  # fmt: skip
ROOM_INFO: Final = {
    "id_str": ROOM, "status": 2, "title": ATTACK, "owner": PERSON, "cover": PICTURE, "user_count": "1.2e1",
    "like_count": 7.0, "introduction": ATTACK, "hashtag": {"title": ATTACK}, "start_time": "99999999999999999",
}  # fmt: skip


def answers() -> dict[str, Reply]:
    """Answers by path, with the correct structure."""
    person = {"id": "42", "uniqueId": ATTACK, "nickname": ATTACK, "signature": ATTACK, "avatarThumb": ATTACK}
    price = {"currency": ATTACK, "price": "92", "price_show_form": ATTACK}
    lists: dict[str, Any] = {
        "room/info/": {"data": ROOM_INFO},
        "room/info_by_user/": {"data": ROOM_INFO},
        "room/check_alive/": {"data": [{"alive": "true", "room_id_str": ROOM}]},
        "gift/list/": {"data": {"gifts": [{"id": "5", "name": ATTACK, "describe": ATTACK, "diamond_count": 1.0}]}},
        "feed/": {"data": [{"rid": ROOM, "data": ROOM_INFO, "live_reason": ATTACK}], "extra": {"has_more": "false"}},
        "wallet_api/fs/diamond": {"data": [{"diamond_count": "70", "price": 99.0, "currency_price": [price]}]},
        "ranklist/online_audience/": {"data": {"ranks": [{"rank": "1", "score": 9.0, "user": PERSON}], "total": "3"}},
    }
    return {
        "/@ana/live": Reply(live_page("ana", ROOM, title=ATTACK)),
        "/@ana": Reply(profile_page({"statusCode": "0", "userInfo": {"user": person, "stats": {"heart": "9"}}})),
        **{f"/webcast/{path}": Reply.json({"status_code": 0, **body}) for path, body in lists.items()},
    }


@asynccontextmanager
async def open_hostile_site() -> AsyncIterator[Site]:
    """The running site."""
    async with open_site() as site:
        site.routes |= answers()
        yield site
