"""Lookups of rooms and users at a local server."""

from __future__ import annotations

import pytest

from tests._net.conftest import MakeClient
from tests._net.site import CAPTCHA, CHALLENGE, Reply, Site, api_live, live_page, profile_page
from tikcast import TikTok
from tikcast.errors import (
    AccountSuspended,
    AgeRestricted,
    Blocked,
    Captcha,
    FollowersOnly,
    InvalidTarget,
    IPBlocked,
    LiveEndedError,
    LoginRequired,
    LookupFailed,
    PaymentRequired,
    PrivateAccount,
    RateLimited,
    RegionRestricted,
    SubscribersOnly,
    TikcastError,
    UserNotFound,
    UserOffline,
)

PAGE = "/@ana/live"
API = "/api-live/user/room/"
PROFILE = "/@ana"
INFO = "/webcast/room/info/"
BY_USER = "/webcast/room/info_by_user/"
ALIVE = "/webcast/room/check_alive/"
ROOM = 7300000000000000001

NEVER_LIVE = Reply('<script id="SIGI_STATE" type="application/json">{"UserPage":{}}</script>')
EXISTS = Reply(profile_page({"userInfo": {"user": {"uniqueId": "ana"}}}))
NOT_FOUND = Reply.json({"statusCode": 19881007, "message": "user_not_found", "data": {}})


async def test_a_live_page_has_room_host_and_title(site: Site, tiktok: TikTok) -> None:
    site.routes[PAGE] = Reply(live_page("ana", str(ROOM), title="Чай"))
    found = await tiktok.live_room("ana")
    assert (found.room_id, found.user.username, found.title) == (ROOM, "ana", "Чай")
    assert found.user.follower_count == 7
    assert site.paths() == [PAGE]


async def test_the_older_form_of_the_page_is_read_too(site: Site, tiktok: TikTok) -> None:
    state = live_page("ana", str(ROOM)).partition(">")[2].partition(">")[2].removesuffix("</script>")
    site.routes[PAGE] = Reply(
        f"""<script id="sigi-persisted-data">window['SIGI_STATE']={state};window['X']={{}};</script>"""
    )
    assert (await tiktok.live_room("ana")).room_id == ROOM


@pytest.mark.parametrize("page", [CAPTCHA, CHALLENGE, Reply("hm"), NEVER_LIVE, Reply("", 429)])
async def test_the_api_is_requested_when_the_page_has_no_room(site: Site, tiktok: TikTok, page: Reply) -> None:
    site.routes |= {PAGE: page, API: api_live("ana", str(ROOM))}
    assert (await tiktok.live_room("ana")).room_id == ROOM
    assert site.paths() == [PAGE, API]


async def test_the_room_of_a_profile_counts_when_check_alive_confirms_it(site: Site, tiktok: TikTok) -> None:
    profile = profile_page({"statusCode": 0, "userInfo": {"user": {"roomId": str(ROOM)}}})
    alive = Reply.json({"data": [{"alive": True, "room_id_str": str(ROOM)}], "status_code": 0})
    site.routes |= {
        PAGE: CAPTCHA,
        API: NOT_FOUND,
        PROFILE: Reply(profile),
        ALIVE: alive,
    }
    assert (await tiktok.live_room("ana")).room_id == ROOM


@pytest.mark.parametrize(
    ("page", "api", "profile", "error"),
    [
        (NEVER_LIVE, NOT_FOUND, Reply("", 404), UserNotFound),
        (NEVER_LIVE, NOT_FOUND, Reply(profile_page({"statusCode": 10223})), UserNotFound),
        (NEVER_LIVE, NOT_FOUND, EXISTS, UserOffline),
        (NEVER_LIVE, NOT_FOUND, CAPTCHA, Captcha),
        (Reply("", 404), NOT_FOUND, Reply("", 404), UserNotFound),
        (CAPTCHA, NOT_FOUND, Reply(profile_page({"statusCode": 10221})), UserNotFound),
        (CAPTCHA, NOT_FOUND, Reply(profile_page({"statusCode": 10222})), PrivateAccount),
        (CAPTCHA, NOT_FOUND, CAPTCHA, Captcha),
        (CHALLENGE, Reply("no json"), CAPTCHA, Captcha),
        (Reply("<html>"), Reply("no json"), Reply("<html>"), Blocked),
        (Reply("", 403), Reply("", 403), Reply("", 403), IPBlocked),
        (Reply("", 429), Reply("", 429), Reply("", 429), RateLimited),
        (Reply("", 502), Reply("", 502), Reply("", 502), LookupFailed),
        (NEVER_LIVE, api_live("ana", "", status=0), None, UserOffline),
        (NEVER_LIVE, api_live("ana", ""), EXISTS, LookupFailed),
        (Reply(live_page("ana", "")), api_live("ana", ""), EXISTS, LookupFailed),
        (Reply(live_page("ana", "")), api_live("ana", "", status=4), EXISTS, UserOffline),
        (NEVER_LIVE, api_live("ana", "0", status=4), None, UserOffline),
        (NEVER_LIVE, api_live("ana", str(ROOM), status=4), None, UserOffline),
        (Reply(live_page("ana", "", status=4)), api_live("ana", "", status=4), None, UserOffline),
        (Reply(live_page("ana", str(ROOM), status=4)), api_live("ana", str(ROOM), status=4), None, UserOffline),
        (Reply(live_page("ana", "", status=4)), CAPTCHA, EXISTS, UserOffline),
        (Reply(live_page("ana", "", status=4)), CAPTCHA, CAPTCHA, Captcha),
        (Reply(live_page("ana", "", status=4)), CAPTCHA, Reply(profile_page({"statusCode": 10222})), PrivateAccount),
        (NEVER_LIVE, Reply.json({"statusCode": 10101}), Reply("", 500), RegionRestricted),
        (NEVER_LIVE, Reply.json({"statusCode": 7}), Reply("", 500), LookupFailed),
        (CAPTCHA, NOT_FOUND, EXISTS, UserOffline),
        (CAPTCHA, CAPTCHA, EXISTS, Captcha),
    ],
)
async def test_each_reason_for_no_room_has_its_error(
    site: Site,
    tiktok: TikTok,
    page: Reply,
    api: Reply | None,
    profile: Reply | None,
    error: type[TikcastError],
) -> None:
    routes = {PAGE: page, API: api, PROFILE: profile}
    site.routes |= {path: reply for path, reply in routes.items() if reply}
    with pytest.raises(error) as caught:
        await tiktok.live_room("ana")
    assert type(caught.value) is error
    assert site.paths() == [path for path, reply in routes.items() if reply]


@pytest.mark.parametrize(
    ("info", "alive", "error"),
    [
        ({"data": {"id_str": str(ROOM), "status": 4}}, False, UserOffline),
        ({"data": {"message": "room has finished"}, "status_code": 30003}, False, UserOffline),
        ({"status_code": 7}, False, Captcha),
        ({"status_code": 7}, None, Captcha),
    ],
)
async def test_a_profile_with_an_ended_room_means_offline_only_if_room_info_confirms_it(
    site: Site, tiktok: TikTok, info: object, alive: bool | None, error: type[TikcastError]
) -> None:
    profile = profile_page({"userInfo": {"user": {"roomId": str(ROOM)}}})
    site.routes |= {
        PAGE: CAPTCHA,
        API: CAPTCHA,
        PROFILE: Reply(profile),
        INFO: Reply.json(info),
        ALIVE: Reply.json({"data": [] if alive is None else [{"alive": alive, "room_id": ROOM}]}),
    }
    with pytest.raises(error):
        await tiktok.live_room("ana")


async def test_rate_limits_name_the_wait(site: Site, tiktok: TikTok) -> None:
    busy = Reply("", 429, [("Retry-After", "17")])
    site.routes |= {PAGE: busy, API: busy, PROFILE: busy}
    with pytest.raises(RateLimited) as caught:
        await tiktok.live_room("ana")
    assert (caught.value.retry_after, caught.value.scope) == (17.0, "web")


async def test_requests_are_those_of_one_consistent_browser(site: Site, make_client: MakeClient) -> None:
    tiktok = make_client(language="de", region="AT")
    site.routes |= {PAGE: NEVER_LIVE, API: api_live("ana", str(ROOM))}
    await tiktok.live_room("ana")
    page, api = site.seen
    for seen in (page, api):
        assert seen.headers["Accept-Language"] == "de-AT,de;q=0.9,en;q=0.8"
        assert "Upgrade" not in seen.headers
    assert api.headers["Origin"] == "https://www.tiktok.com"
    assert api.query["uniqueId"] == "ana"
    assert api.query["browser_language"] == "de-AT"
    assert api.query["tz_name"] == "Europe/Vienna"
    assert f"Mozilla/{api.query['browser_version']}" == api.headers["User-Agent"]
    assert page.headers["User-Agent"] == api.headers["User-Agent"]
    assert 19 <= len(api.query["device_id"]) <= 20
    assert api.query["user_is_login"] == "false"


async def test_many_rooms_are_checked_in_few_requests_and_missing_ones_give_none(site: Site, tiktok: TikTok) -> None:
    site.routes["/webcast/room/check_alive/"] = lambda seen: Reply.json(
        {
            "status_code": 0,
            "data": [
                {"alive": int(room) % 2 == 0, "room_id": int(room), "room_id_str": room}
                for room in seen.query["room_ids"].split(",")
                if room != "7"
            ],
        }
    )
    told = await tiktok.are_live(range(1, 251))
    assert (told[2], told[3], told[7], len(told), len(site.seen)) == (True, False, None, 250, 3)


async def test_room_info_is_read(site: Site, tiktok: TikTok) -> None:
    site.routes[INFO] = Reply.json({"data": {"id_str": str(ROOM), "title": "Tea", "status": 2}, "status_code": 0})
    info = await tiktok.room_info(ROOM)
    assert (info.id, info.title) == (ROOM, "Tea")
    assert site.seen[0].query["room_id"] == str(ROOM)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"data": {"status": 4, "id_str": "1"}, "status_code": 0}, LiveEndedError),
        ({"data": {"message": "room has finished", "prompts": "LIVE has ended"}, "status_code": 30003}, LiveEndedError),
        ({"data": {"prompts": ""}, "status_code": 4003110}, AgeRestricted),
        ({"data": {"prompts": "over 18"}, "status_code": 4003110}, AgeRestricted),
        ({"data": {"prompts": "over 18", "status": 2}, "status_code": 0}, AgeRestricted),
        ({"data": {"prompts": "This LIVE is for subscribers only"}, "status_code": 4003112}, SubscribersOnly),
        ({"data": {"prompts": "Only friends can watch"}, "status_code": 0}, FollowersOnly),
        ({"data": {"message": "Only followers can watch"}, "status_code": 4003113}, FollowersOnly),
        ({"data": {"message": "Buy a ticket to watch"}, "status_code": 4003114}, PaymentRequired),
        ({"data": {"message": "Not available in your region"}, "status_code": 4003115}, RegionRestricted),
        ({"data": {"message": "This account is suspended"}, "status_code": 4003116}, AccountSuspended),
        ({"data": {"is_gated_room": True}, "status_code": 0}, SubscribersOnly),
        ({"data": {"stream_url_filtered_info": {"is_paid_event": 1}}, "status_code": 0}, PaymentRequired),
        ({"data": {"message": "login"}, "status_code": 20003}, LoginRequired),
        ({"data": {"log_id": "x"}, "status_code": 0}, LookupFailed),
        ({"data": {}, "status_code": 0}, LookupFailed),
        ({"data": None, "status_code": 0}, LookupFailed),
        ({"data": {}, "status_code": 10011}, LookupFailed),
        ({"data": {"message": "Params Error", "prompts": "Params Error"}, "status_code": 10011}, LookupFailed),
        ({"data": {"id": 1, "title": []}, "status_code": 0}, LookupFailed),
        (["no object"], Blocked),
    ],
)
async def test_each_answer_of_room_info_without_a_room_has_its_error(
    site: Site, tiktok: TikTok, body: object, error: type[TikcastError]
) -> None:
    site.routes |= {INFO: Reply.json(body), BY_USER: Reply.json(body)}
    with pytest.raises(error) as caught:
        await tiktok.room_info(ROOM)
    assert type(caught.value) is error
    site.routes[PAGE] = Reply(live_page("ana", str(ROOM)))
    if error in {LookupFailed, Blocked}:
        assert ((await tiktok.room_info("ana")).id, site.paths()[-1]) == (ROOM, INFO)
    else:
        with pytest.raises(error):
            await tiktok.room_info("ana")


async def test_the_error_for_a_wrong_type_in_room_info_has_its_path(site: Site, tiktok: TikTok) -> None:
    site.routes[INFO] = Reply.json({"data": {"id": 1, "owner": {"id": {}}}, "status_code": 0})
    with pytest.raises(LookupFailed, match=r"data\.owner\.id should be a number and is an object"):
        await tiktok.room_info(ROOM)


async def test_gifts_are_named_in_the_requested_language(site: Site, tiktok: TikTok) -> None:
    site.routes["/webcast/gift/list/"] = Reply.json(
        {"data": {"gifts": [{"id": 5655, "name": "Rose", "diamond_count": 1}]}, "status_code": 0}
    )
    gifts = await tiktok.gift_list(ROOM, language="pt")
    assert [(gift.id, gift.name, gift.diamonds) for gift in gifts] == [(5655, "Rose", 1)]
    assert site.seen[0].query["webcast_language"] == "pt"


@pytest.mark.parametrize("user", ["ana", "@ana", "https://www.tiktok.com/@ana/live?x=1"])
async def test_a_profile_is_found_by_name_or_page(site: Site, tiktok: TikTok, user: str) -> None:
    detail = {"userInfo": {"user": {"id": "6", "uniqueId": "ana"}, "stats": {"heartCount": 3}}}
    site.routes[PROFILE] = Reply(profile_page(detail))
    found = await tiktok.user_info(user)
    assert (found.id, found.username, found.likes) == (6, "ana", 3)


@pytest.mark.parametrize("user", [6800000000000000009, "6800000000000000009", "42"])
async def test_digits_are_a_user_id_in_user_info(site: Site, tiktok: TikTok, user: str | int) -> None:
    detail = {"userInfo": {"user": {"id": str(user), "uniqueId": "ana"}, "stats": {}}}
    site.routes[f"/@{user}"] = Reply(profile_page(detail))
    assert (await tiktok.user_info(user)).username == "ana"


async def test_a_private_profile_is_an_error_of_its_own(site: Site, tiktok: TikTok) -> None:
    site.routes[PROFILE] = Reply(profile_page({"statusCode": 10222, "userInfo": {}}))
    with pytest.raises(PrivateAccount):
        await tiktok.user_info("ana")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply("", 404), UserNotFound),
        (Reply(profile_page({"statusCode": 10221})), UserNotFound),
        (Reply(profile_page({"statusCode": 7, "userInfo": {}})), LookupFailed),
        (Reply(profile_page({"statusCode": "x"})), LookupFailed),
        (Reply(profile_page({"userInfo": {"user": {"id": []}}})), LookupFailed),
        (CAPTCHA, Captcha),
        (Reply("hm"), Blocked),
    ],
)
async def test_each_page_that_is_not_a_profile_has_its_error(
    site: Site, tiktok: TikTok, reply: Reply, error: type[TikcastError]
) -> None:
    site.routes[PROFILE] = reply
    with pytest.raises(error) as caught:
        await tiktok.user_info("ana")
    assert type(caught.value) is error


async def test_user_info_refuses_a_target_that_is_not_a_user(site: Site, tiktok: TikTok) -> None:
    for target in ("two words", "", True, -5, "https://www.tiktok.com/explore"):
        with pytest.raises(InvalidTarget):
            await tiktok.user_info(target)
    assert site.seen == []


async def test_user_info_follows_a_share_link(site: Site, tiktok: TikTok) -> None:
    site.routes["/t/ZMabc"] = Reply("", 302, [("Location", "/@ana?_t=1")])
    site.routes[PROFILE] = Reply(profile_page({"userInfo": {"user": {"uniqueId": "ana"}}}))
    assert (await tiktok.user_info("https://vm.tiktok.com/ZMabc/")).username == "ana"


async def test_the_error_for_a_gift_of_another_shape_has_its_path(site: Site, tiktok: TikTok) -> None:
    site.routes["/webcast/gift/list/"] = Reply.json({"data": {"gifts": [{"id": 1}, {"name": []}]}})
    with pytest.raises(LookupFailed, match=r"data\.gifts\[1\]\.name should be a text"):
        await tiktok.gift_list(ROOM)


async def test_a_share_link_is_followed_to_its_user(site: Site, tiktok: TikTok) -> None:
    site.routes["/t/ZMabc"] = Reply("", 302, [("Location", "/t/ZMdef/")])
    site.routes["/t/ZMdef/"] = Reply("", 301, [("Location", "https://www.tiktok.com/@ana/live?_t=1")])
    site.routes["/t/ZMdef"] = site.routes["/t/ZMdef/"]
    site.routes[PAGE] = Reply(live_page("ana", str(ROOM)))
    assert (await tiktok.live_room("https://vm.tiktok.com/ZMabc/")).user.username == "ana"
    assert site.paths() == ["/t/ZMabc", "/t/ZMdef/", PAGE]


@pytest.mark.parametrize("place", [None, "https://evil.example/@ana", "/t/ZMabc"])
async def test_a_share_link_that_does_not_lead_to_a_user_is_an_invalid_target(
    site: Site, tiktok: TikTok, place: str | None
) -> None:
    headers = [("Location", place)] if place else []
    site.routes["/t/ZMabc"] = Reply("", 302 if place else 200, headers)
    with pytest.raises(InvalidTarget):
        await tiktok.live_room("https://vm.tiktok.com/ZMabc")


async def test_a_hostile_page_gives_a_tikcast_error(site: Site, tiktok: TikTok) -> None:
    deep = "[" * 200_000
    site.routes |= {
        PAGE: Reply(f'<script id="SIGI_STATE">{deep}</script>'),
        API: Reply(deep),
        PROFILE: Reply('<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__">' + "<script" * 100_000),
    }
    with pytest.raises(Blocked):
        await tiktok.live_room("ana")
