"""Lookups through the public API, against the real simulator."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests._net.site import Reply, open_site
from tikcast import ChatEvent, Endpoints, GiftEvent, TikTok
from tikcast.errors import (
    AgeRestricted,
    InvalidTarget,
    LiveEndedError,
    LoginRequired,
    LookupFailed,
    NetworkError,
    PrivateAccount,
    UserNotFound,
    UserOffline,
)
from tikcast.events import Image
from tikcast.models import LiveRoom, UserInfo
from tikcast.simulator import RoomPlan, Simulator
from tikcast.simulator.room.gifts import GIFTS

SESSION = "sim-session"


@asynccontextmanager
async def simulated(*, client: dict[str, Any] | None = None, **options: Any) -> AsyncIterator[tuple[Simulator, TikTok]]:
    options = {"users": ("ana",), "seed": 3, "rate": 30.0, **options}
    async with Simulator(**options) as sim, TikTok(endpoints=Endpoints.at(sim.url), **(client or {})) as tiktok:
        yield sim, tiktok


def forms(sim: Simulator, name: str) -> list[str]:
    """Everything that people copy when they mean a user."""
    return [
        name,
        f"@{name}",
        f" @{name}\n",
        f"https://www.tiktok.com/@{name}",
        f"https://www.tiktok.com/@{name}/live?lang=en",
        f"www.tiktok.com/@{name}/video/7123",
        f"{sim.url}/@{name}/live/",
        f"https://vm.tiktok.com/{name}/",
        f"https://vt.tiktok.com/{name}",
        f"https://www.tiktok.com/t/{name}/",
        f"{sim.url}/t/{name}",
    ]


async def test_a_user_is_meant_by_every_form_in_every_lookup() -> None:
    async with simulated() as (sim, tiktok):
        room_id = sim.rooms["ana"]
        for form in forms(sim, "ana"):
            assert (await tiktok.user_info(form)).username == "ana"
            assert (await tiktok.live_room(form)).room_id == room_id
            assert (await tiktok.room_info(form)).id == room_id
            assert await tiktok.is_live(form) is True
            assert len(await tiktok.gift_list(form, max_age=0)) == len(GIFTS)


async def test_a_room_is_meant_by_its_id_as_a_number_or_in_digits() -> None:
    async with simulated(client={"session": SESSION}) as (sim, tiktok):
        for form in (sim.rooms["ana"], str(sim.rooms["ana"])):
            assert (await tiktok.live_room(form)).user.username == "ana"
            assert (await tiktok.room_info(form)).owner.username == "ana"
            assert await tiktok.is_live(form) is True
            assert (await tiktok.audience(form)).total > 0
            assert len(await tiktok.gift_list(form, max_age=0)) == len(GIFTS)


async def test_digits_are_a_user_id_in_user_info() -> None:
    async with simulated() as (_, tiktok):
        user = await tiktok.user_info("ana")
        assert await tiktok.user_info(int(user.id)) == await tiktok.user_info(str(user.id)) == user


async def test_a_share_link_that_leads_nowhere_is_an_invalid_target() -> None:
    async with simulated() as (_, tiktok):
        for lookup in (tiktok.user_info, tiktok.live_room, tiktok.is_live, tiktok.wait_until_live):
            with pytest.raises(InvalidTarget, match="does not lead to a user"):
                await lookup("https://vm.tiktok.com/ZMgone/")


async def test_a_profile_has_names_and_counts() -> None:
    async with simulated(plans=(RoomPlan(user="ana", nickname="Ana 🌸"),)) as (sim, tiktok):
        user = await tiktok.user_info("@ana")
        person = sim.world.hosts["ana"].person
        assert (user.id, user.nickname, user.sec_uid, user.bio) == (person.id, "Ana 🌸", person.sec_uid, person.bio)
        assert (user.follower_count, user.following_count) == (person.follower_count, person.following_count)
        assert user.room_id == sim.rooms["ana"]
        assert user.avatar is not None
        with pytest.raises(UserNotFound, match="@nobody"):
            await tiktok.user_info("nobody")
        with pytest.raises(PrivateAccount):
            await tiktok.user_info("private0")


async def test_a_live_room_has_the_user_the_live_and_where_the_video_is() -> None:
    plan = RoomPlan(user="ana", title="Evening tea", viewers=300)
    async with simulated(plans=(plan,)) as (sim, tiktok):
        room = await tiktok.live_room("ana")
        assert (room.room_id, room.title, room.status) == (sim.rooms["ana"], "Evening tea", 2)
        assert room.user.follower_count == sim.world.hosts["ana"].person.follower_count
        assert 200 < room.viewers < 400
        assert room.started_at == sim.world.hosts["ana"].broadcast.started_at_ms // 1000
        assert "pull_data" in room.stream_data
        assert room.cover is not None
        by_id = await tiktok.live_room(sim.rooms["ana"])
        assert (by_id.room_id, by_id.title, by_id.status) == (room.room_id, room.title, room.status)
        assert by_id.started_at == room.started_at
        assert "pull_data" in by_id.stream_data
        with pytest.raises(UserOffline):
            await tiktok.live_room("offline0")


async def test_many_rooms_are_asked_for_at_once_and_unknown_ones_stay_unknown() -> None:
    async with simulated(users=tuple(f"user{number}" for number in range(120))) as (sim, tiktok):
        await sim.control("user7", "end")
        rooms = list(sim.rooms.values())
        found = await tiktok.are_live([*rooms, 5, str(rooms[0])])
        assert found == {**dict.fromkeys(rooms, True), sim.rooms["user7"]: False, 5: None}
        assert await tiktok.are_live([]) == {}
        assert await tiktok.is_live(rooms[7]) is False
        assert await tiktok.is_live(7_100_000_000_000_000_000) is None


@pytest.mark.parametrize("room", [0, -1, True, 2**64, "ana", "", "12"])
async def test_what_is_no_room_id_is_refused_before_anything_is_asked(room: Any) -> None:
    async with TikTok(endpoints=Endpoints.at("http://127.0.0.1:1")) as tiktok:
        with pytest.raises(InvalidTarget):
            await tiktok.are_live([7_300_000_000_000_000_001, room])


async def test_a_room_that_is_over_or_closed_to_visitors_says_which() -> None:
    plans = (RoomPlan(user="old", access="age_restricted"), RoomPlan(user="shy", access="private"))
    async with simulated(plans=plans) as (sim, tiktok):
        for target in ("old", sim.rooms["old"]):
            with pytest.raises(AgeRestricted):
                await tiktok.room_info(target)
        with pytest.raises(LoginRequired):
            await tiktok.room_info(sim.rooms["shy"])
        await sim.control("ana", "end")
        for target in ("ana", sim.rooms["ana"]):
            with pytest.raises(LiveEndedError):
                await tiktok.room_info(target)
        for user, error in (("offline0", UserOffline), ("nobody", UserNotFound)):
            with pytest.raises(error):
                await tiktok.room_info(user)


async def test_a_session_opens_what_is_closed_to_visitors() -> None:
    plans = (RoomPlan(user="old", access="age_restricted"), RoomPlan(user="shy", access="private"))
    async with simulated(plans=plans, client={"session": SESSION}) as (_, tiktok):
        for user in ("old", "shy"):
            assert (await tiktok.room_info(user)).owner.username == user


async def test_prices_are_in_us_cents_and_in_each_currency() -> None:
    async with simulated() as (_, tiktok):
        prices = await tiktok.price_list()
        assert (prices.currency, prices.currencies) == ("USD", ("USD", "EUR"))
        item = next(item for item in prices.items if item.diamonds == 70)
        assert (item.usd_cents, item.description) == (99, "70 Coins")
        assert [(price.currency, price.price, price.decimals, price.text) for price in item.local] == [
            ("USD", 99, 2, "$0.99"),
            ("EUR", 92, 2, "€0.92"),
        ]


async def test_the_audience_needs_a_session_that_is_known() -> None:
    plan = RoomPlan(user="ana", viewers=400)
    async with simulated(plans=(plan,)) as (sim, tiktok):
        with pytest.raises(LoginRequired, match="the audience of room"):
            await tiktok.audience("ana")
        async with TikTok(endpoints=Endpoints.at(sim.url), session="not-this-one") as stranger:
            with pytest.raises(LoginRequired):
                await stranger.audience("ana")
        async with TikTok(endpoints=Endpoints.at(sim.url), session=SESSION) as member:
            found = await member.audience("ana")
            assert [one.rank for one in found.members[:3]] == [1, 2, 3]
            assert found.members[0].score > found.members[1].score
            assert found.members[0].user.username
            assert found.total == found.anonymous + len(found.members)
            with pytest.raises(UserOffline):
                await member.audience("offline0")


async def test_the_signer_tells_its_limits() -> None:
    async with simulated() as (_, tiktok):
        limits = await tiktok.signer_limits()
        assert limits.minute.max
        assert limits.minute.remaining == limits.minute.max
        assert limits.day.reset_at.endswith("Z")


async def test_gifts_are_known_to_later_clients_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKCAST_CACHE_DIR", str(tmp_path))
    async with simulated() as (sim, tiktok):
        gifts = await tiktok.gift_list("ana")
        assert [(gift.id, gift.name, gift.diamonds) for gift in gifts] == [
            (kind.id, kind.name, kind.diamonds) for kind in GIFTS
        ]
    async with TikTok(endpoints=Endpoints.at(sim.url)) as later:
        assert await later.gift_list("@ana") == gifts
        assert await later.gift_list("@ana", max_age=0) == gifts
        with pytest.raises(NetworkError):
            await later.gift_list("@ana", language="pt")


async def test_gift_events_carry_name_and_price_without_any_list() -> None:
    async with simulated(rate=200.0) as (_, tiktok), tiktok.track("ana") as live:
        async for event in live.events(GiftEvent):
            kind = next(kind for kind in GIFTS if kind.id == event.gift.id)
            assert (event.gift.name, event.gift.diamonds) == (kind.name, kind.diamonds)
            break
        assert live.gifts is None


async def test_a_live_knows_its_gifts_when_that_is_wanted() -> None:
    async with simulated() as (_, tiktok), tiktok.track("ana", gift_list=True) as live:
        assert live.gifts is not None
        assert [gift.id for gift in live.gifts] == [kind.id for kind in GIFTS]


@pytest.mark.parametrize("answer", [Reply("down", 500), Reply.json({"data": {"gifts": 7}}), Reply("\x00{")])
async def test_a_live_that_cannot_get_its_gifts_or_its_facts_goes_on_without(answer: Reply) -> None:
    async with simulated() as (sim, _), open_site() as broken:
        broken.routes |= {"/webcast/gift/list/": answer, "/webcast/room/info/": answer}
        endpoints = Endpoints(web=sim.url, webcast=f"{broken.url}/webcast", push=Endpoints.at(sim.url).push)
        async with TikTok(endpoints=endpoints) as tiktok, tiktok.track("ana", gift_list=True) as live:
            assert (live.gifts, live.info) == (None, None)
            gift = await anext(live.events(GiftEvent))
            assert gift.gift.name in {kind.name for kind in GIFTS}


async def test_pictures_of_events_and_lookups_are_fetched_in_the_size_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKCAST_CACHE_DIR", str(tmp_path))
    async with simulated() as (sim, tiktok):
        async with tiktok.track("ana") as live:
            user = (await anext(live.events(ChatEvent))).user
        avatar = Image(urls=user.avatars, key=user.avatar_key)
        small, large = await tiktok.fetch_image(avatar, size=50), await tiktok.fetch_image(user.avatars, size=100)
        assert [picture.data[16:24].hex() for picture in (small, large)] == ["0000004800000048", "0000006400000064"]
        room = await tiktok.room_info("ana")
        assert room.cover is not None
        assert (await tiktok.fetch_image(room.cover)).media_type == "image/png"
        gift = (await tiktok.gift_list("ana"))[0]
        assert gift.image is not None
        assert (await tiktok.fetch_image(gift.image.urls[0])).ending == "png"
    async with TikTok(endpoints=Endpoints.at(sim.url)) as later:
        assert (await later.fetch_image(avatar, size=100)).data == large.data
        with pytest.raises(LookupFailed):
            await later.fetch_image("http://localhost/a.png")


async def test_models_are_what_they_are_called() -> None:
    async with simulated() as (_, tiktok):
        assert type(await tiktok.live_room("ana")) is LiveRoom
        assert type(await tiktok.user_info("ana")) is UserInfo


async def test_a_room_opens_with_its_page_its_details_and_its_socket_and_no_other_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="tikcast.net")
    async with simulated(client={"connect": ("direct",), "log_requests": True}) as (sim, tiktok):
        async with tiktok.track("ana") as live:
            await anext(live.events(ChatEvent))
        lines = [record.getMessage() for record in caplog.records if record.name == "tikcast.net.http"]
    paths = [line.split()[1].removeprefix(sim.url).partition("?")[0].rstrip(":") for line in lines]
    assert paths == ["/@ana/live", "/webcast/room/info/"]


async def test_one_request_tells_that_a_user_is_live(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="tikcast.net")
    async with simulated(client={"log_requests": True}) as (sim, tiktok):
        assert await tiktok.is_live("ana") is True
        assert await tiktok.is_live(sim.rooms["ana"]) is True
    assert len([record for record in caplog.records if record.name == "tikcast.net.http"]) == 2
