"""Lookups whose answers are odd in every way that is still an answer, and some that is none."""

from typing import Any

import pytest

from tests._net.site import Reply, live_page
from tests.hostile_site import ATTACK, ROOM, open_hostile_site
from tikcast import Endpoints, TikTok
from tikcast.errors import LookupFailed


async def test_texts_come_as_they_are_and_numbers_as_numbers_however_they_were_sent() -> None:
    async with open_hostile_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        room = await tiktok.room_info("ana")
        user = await tiktok.user_info("ana")
        (item,) = (await tiktok.feed().next()).lives
        (gift,) = await tiktok.gift_list("ana", max_age=0)
        (price,) = (await tiktok.price_list()).items
        audience = await tiktok.audience("ana")
        alive = await tiktok.are_live([ROOM])
    assert (room.id, room.title, room.viewers, room.likes) == (int(ROOM), ATTACK, 12, 7)
    assert (user.id, user.nickname, user.likes) == (42, ATTACK, 9)
    assert (item.host.username, item.item.reason) == (ATTACK, ATTACK)
    assert (gift.id, gift.name, gift.diamonds) == (5, ATTACK, 1)
    assert (price.diamonds, price.usd_cents, price.local[0].price) == (70, 99, 92)
    assert (audience.total, audience.members[0].score, audience.members[0].user.nickname) == (3, 9, ATTACK)
    assert alive == {int(ROOM): True}


@pytest.mark.parametrize(
    ("lookup", "path", "body", "place"),
    [
        ("room_info", "room/info/", {"data": {"id_str": ROOM, "user_count": {}}}, "data.user_count should be a number"),
        ("are_live", "room/check_alive/", {"data": {"alive": True}}, "body.data should be a list and is an object"),
        ("gift_list", "gift/list/", {"data": {"gifts": {"a": 1}}}, "data.gifts should be a list and is an object"),
        ("gift_list", "gift/list/", {"data": {"gifts": [{}, {"combo": "so"}]}}, "data.gifts[1].combo should be true"),
        ("price_list", "wallet_api/fs/diamond", {"data": [{"price": "dear"}]}, "body.data[0].price should be a number"),
        ("audience", "ranklist/online_audience/", {"data": {"ranks": [3]}}, "data.ranks[0] should be an object"),
    ],
)
async def test_a_wrong_type_names_its_path(lookup: str, path: str, body: object, place: str) -> None:
    arguments: list[Any] = {"price_list": [], "are_live": [[ROOM]]}.get(lookup, [ROOM])
    async with open_hostile_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        site.routes[f"/webcast/{path}"] = Reply.json(body)
        with pytest.raises(LookupFailed) as failed:
            await getattr(tiktok, lookup)(*arguments)
    assert place in str(failed.value)


async def test_pictures_are_fetched_from_nowhere_that_a_message_makes_up() -> None:
    async with open_hostile_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        cover = (await tiktok.room_info("ana")).cover
        assert cover is not None
        for image in (cover, [ATTACK], "file:///etc/passwd", "http://169.254.169.254/latest/", [], "", None):
            with pytest.raises(LookupFailed, match="no URL of it is on TikTok's servers"):
                await tiktok.fetch_image(image)  # type: ignore[arg-type]
        assert not any(path.startswith("/media/") for path in site.paths())


async def test_one_broken_name_costs_neither_the_others_nor_the_answer() -> None:
    lives = b'{"rid":"8","data":{"title":"half \\ud83d"}},{"rid":"9","data":{"title":"\xff"}}'
    page = live_page("ana", ROOM).replace('"Tea"', '"half \\ud83d"')
    async with open_hostile_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        site.routes |= {"/webcast/feed/": Reply(b'{"data":[' + lives + b"]}"), "/@ana/live": Reply(page)}
        titles = [live.info.title for live in await tiktok.feed().next()]
        assert [*titles, (await tiktok.live_room("ana")).title] == ["half �", "�", "half �"]
