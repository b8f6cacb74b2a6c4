"""Lookups when sources fail, contradict each other, or are out of date."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests._net.conftest import MakeClient
from tests._net.site import CAPTCHA, Reply, Seen, Site, api_live, live_page, profile_page, silent_server
from tikcast import Endpoints, TikTok, Timeouts
from tikcast._net.liveness import CANARY
from tikcast.errors import (
    AccountSuspended,
    AgeRestricted,
    Blocked,
    Captcha,
    IPBlocked,
    LiveEndedError,
    LoginRequired,
    LookupFailed,
    NetworkTimeout,
    PaymentRequired,
    PrivateAccount,
    SubscribersOnly,
    TikcastError,
    UserOffline,
)

PAGE, API, PROFILE = "/@ana/live", "/api-live/user/room/", "/@ana"
INFO, BY_USER, ALIVE = "/webcast/room/info/", "/webcast/room/info_by_user/", "/webcast/room/check_alive/"
ROOM, OLD, NEW = 7300000000000000001, 7300000000000000002, 7300000000000000003

FIREWALL = Reply(
    '<script>{"slardarClient":"SlardarWAF","bid":"slardar_us_waf"}</script><p class="_wafchallengeid"></p>'
)
NEVER_LIVE = Reply('<script id="SIGI_STATE" type="application/json">{"LiveRoom":{"loadingState":{}}}</script>')
EXISTS = Reply(profile_page({"userInfo": {"user": {"id": "6", "uniqueId": "ana", "nickname": "Ana"}}}))
OFFLINE_PAGE, OFFLINE_API = Reply(live_page("ana", "", status=4)), api_live("ana", "", status=4)
LIVE_PAGE, LIVE_API = Reply(live_page("ana", str(ROOM))), api_live("ana", str(ROOM))


def info(status: int, *, room_id: int = ROOM) -> Reply:
    return Reply.json({"data": {"id_str": str(room_id), "status": status, "title": "Tea"}, "status_code": 0})


def lying(seen: Seen) -> Reply:
    """check_alive that reports every room as live."""
    rooms = seen.query["room_ids"].split(",")
    return Reply.json({"data": [{"alive": True, "room_id_str": room} for room in rooms], "status_code": 0})


def honest(*live: int) -> Any:
    """check_alive that knows which rooms are live, and leaves out rooms that never existed."""

    def answer(seen: Seen) -> Reply:
        rooms = [int(room) for room in seen.query["room_ids"].split(",") if int(room) != CANARY]
        return Reply.json({"data": [{"alive": room in live, "room_id_str": str(room)} for room in rooms]})

    return answer


def statuses(user: object, live: object, *, room_id: int = ROOM) -> dict[str, object]:
    return {
        "user": {"id": "6", "uniqueId": "ana", "roomId": str(room_id), "status": user},
        "stats": {},
        "liveRoom": {"title": "Tea", "status": live},
    }


def page_of(data: object) -> Reply:
    state = json.dumps({"LiveRoom": {"liveRoomUserInfo": data}})
    return Reply(f'<script id="SIGI_STATE" type="application/json">{state}</script>')


def api_of(data: object) -> Reply:
    return Reply.json({"statusCode": 0, "message": "", "data": data})


@pytest.mark.parametrize(
    ("routes", "live", "asked"),
    [
        ({PAGE: LIVE_PAGE}, True, [PAGE]),
        ({PAGE: OFFLINE_PAGE, API: OFFLINE_API}, False, [PAGE, API]),
        ({PAGE: OFFLINE_PAGE, API: LIVE_API, INFO: info(2)}, True, [PAGE, API, INFO]),
        ({PAGE: OFFLINE_PAGE, API: LIVE_API, INFO: info(3)}, True, [PAGE, API, INFO]),
        ({PAGE: OFFLINE_PAGE, API: LIVE_API, INFO: info(4)}, False, [PAGE, API, INFO]),
        ({PAGE: OFFLINE_PAGE, API: LIVE_API, ALIVE: lying}, None, [PAGE, API, INFO, ALIVE]),
        ({PAGE: OFFLINE_PAGE, API: LIVE_API, ALIVE: honest(ROOM)}, True, [PAGE, API, INFO, ALIVE]),
        ({PAGE: OFFLINE_PAGE, API: LIVE_API, ALIVE: honest()}, None, [PAGE, API, INFO, ALIVE]),
        ({PAGE: OFFLINE_PAGE, API: FIREWALL, PROFILE: FIREWALL}, None, [PAGE, API, PROFILE]),
        ({PAGE: Reply(live_page("ana", "")), API: LIVE_API}, True, [PAGE, API]),
        ({PAGE: NEVER_LIVE, API: LIVE_API}, True, [PAGE, API]),
        ({PAGE: page_of(statuses(3, 3))}, True, [PAGE]),
        ({PAGE: FIREWALL, API: api_of(statuses(3, 3))}, True, [PAGE, API]),
        ({PAGE: FIREWALL, API: api_of(statuses("2", 3))}, True, [PAGE, API]),
        ({PAGE: FIREWALL, API: api_of(statuses(2, 4)), INFO: info(2)}, True, [PAGE, API, INFO]),
        ({PAGE: page_of(statuses(2, 4)), INFO: info(4), API: OFFLINE_API}, False, [PAGE, INFO, API]),
        ({PAGE: page_of(statuses(None, None)), INFO: info(2)}, True, [PAGE, INFO]),
    ],
)
async def test_whether_a_user_is_live_is_asked_until_it_is_settled(
    site: Site, tiktok: TikTok, routes: dict[str, Any], live: bool | None, asked: list[str]
) -> None:
    site.routes |= routes
    assert await tiktok.is_live("ana") is live
    assert site.paths() == asked


async def test_is_live_raises_the_first_failure_when_no_source_answers(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: FIREWALL, API: Reply("", 502), PROFILE: FIREWALL}
    with pytest.raises(Captcha, match="browser challenge") as caught:
        await tiktok.is_live("ana")
    assert [type(cause) for cause in caught.value.causes] == [LookupFailed, Captcha]
    assert [cause["error"] for cause in caught.value.facts()["causes"]] == ["LookupFailed", "Captcha"]  # type: ignore[attr-defined]


async def test_an_error_keeps_the_failures_of_the_other_sources(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: CAPTCHA, API: OFFLINE_API}
    with pytest.raises(UserOffline) as caught:
        await tiktok.live_room("ana")
    assert [type(cause) for cause in caught.value.causes] == [Captcha]


async def test_a_contradiction_is_an_error_that_names_what_the_sources_say(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: OFFLINE_PAGE, API: LIVE_API, INFO: Reply("", 403), ALIVE: lying}
    with pytest.raises(LookupFailed) as caught:
        await tiktok.live_room("ana")
    assert "do not settle it (api-live says live (room 7300000000000000001); the live page says offline)" in str(
        caught.value
    )
    assert [type(cause) for cause in caught.value.causes] == [IPBlocked]


async def test_a_source_that_does_not_answer_in_time_is_skipped_and_a_second_one_ends_the_lookup(site: Site) -> None:
    timeouts = Timeouts(request=0.3)
    async with silent_server() as (port, _):
        web = f"http://127.0.0.1:{port}"
        async with TikTok(endpoints=Endpoints(web=web), timeouts=timeouts) as tiktok:
            with pytest.raises(NetworkTimeout) as caught:
                await tiktok.live_room("ana")
    assert [type(cause) for cause in caught.value.causes] == [NetworkTimeout]


async def test_names_are_asked_in_lower_case(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: OFFLINE_PAGE, API: LIVE_API, INFO: info(2), PROFILE: EXISTS, BY_USER: info(2)}
    assert await tiktok.is_live("@AnA") is True
    assert (await tiktok.user_info("ANA")).username == "ana"
    assert (await tiktok.room_info("Ana")).id == ROOM
    assert {seen.query.get("uniqueId", "ana") for seen in site.seen} == {"ana"}
    assert {path for path in site.paths() if path.startswith("/@")} == {PAGE, PROFILE}


async def test_a_stale_page_does_not_hide_the_room_that_is_live(site: Site, tiktok: TikTok) -> None:
    def details(seen: Seen) -> Reply:
        old = seen.query["room_id"] == str(OLD)
        return info(4 if old else 2, room_id=OLD if old else NEW)

    site.routes |= {
        PAGE: Reply(live_page("ana", str(OLD))),
        API: api_live("ana", str(NEW)),
        INFO: details,
        BY_USER: info(4, room_id=OLD),
    }
    assert (await tiktok.room_info("ana")).id == NEW
    site.routes[API] = OFFLINE_API
    with pytest.raises(LiveEndedError):
        await tiktok.room_info("ana")


@pytest.mark.parametrize(
    ("routes", "live"),
    [
        ({INFO: info(2)}, True),
        ({INFO: info(3)}, True),
        ({INFO: info(4), ALIVE: lying}, False),
        ({INFO: info(2, room_id=OLD), ALIVE: honest()}, False),
        ({INFO: Reply("", 403), ALIVE: honest(ROOM)}, True),
        ({INFO: Reply("", 403), ALIVE: honest()}, False),
        ({INFO: Reply("", 403), ALIVE: lying}, None),
        ({INFO: Reply.json({"data": {}}), ALIVE: Reply.json({"data": []})}, None),
        ({INFO: Reply.json({"data": {"prompts": "18"}, "status_code": 4003110}), ALIVE: honest(ROOM)}, True),
        ({INFO: Reply.json({"data": {"message": "LIVE has ended"}, "status_code": 30003})}, False),
    ],
)
async def test_room_info_decides_about_a_room_and_check_alive_only_without_it(
    site: Site, tiktok: TikTok, routes: dict[str, Any], live: bool | None
) -> None:
    site.routes |= routes
    assert await tiktok.is_live(ROOM) is live


async def test_rooms_that_are_all_reported_as_live_are_confirmed_by_room_info(site: Site, tiktok: TikTok) -> None:
    rooms = list(range(ROOM, ROOM + 25))
    site.routes |= {ALIVE: lying, INFO: lambda seen: info(4 if seen.query["room_id"] == str(ROOM) else 2, room_id=0)}
    alive = await tiktok.are_live(rooms)
    assert [alive[room] for room in rooms] == [False, *[True] * 19, *[None] * 5]
    assert site.paths().count(INFO) == 20
    assert site.seen[0].query["room_ids"].split(",")[-1] == str(CANARY)


async def test_an_old_room_in_the_profile_is_not_live_because_check_alive_says_so(site: Site, tiktok: TikTok) -> None:
    profile = Reply(profile_page({"userInfo": {"user": {"uniqueId": "ana", "roomId": str(OLD)}}}))
    site.routes |= {PAGE: FIREWALL, API: FIREWALL, PROFILE: profile, ALIVE: lying, INFO: info(4, room_id=OLD)}
    assert await tiktok.is_live("ana") is False
    site.routes[INFO] = Reply("", 403)
    assert await tiktok.is_live("ana") is None
    with pytest.raises(Captcha):
        await tiktok.live_room("ana")


async def test_a_user_is_known_from_api_live_when_the_profile_fails(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PROFILE: CAPTCHA, API: OFFLINE_API}
    assert ((await tiktok.user_info("ana")).id, site.paths()) == (6, [PROFILE, API])
    site.routes[API] = Reply.json({"statusCode": 19881007, "message": "user_not_found"})
    with pytest.raises(Captcha) as caught:
        await tiktok.user_info("ana")
    assert [type(cause) for cause in caught.value.causes] == [LookupFailed]


async def test_room_info_of_a_user_comes_from_the_page_when_all_else_fails(site: Site, tiktok: TikTok) -> None:
    page = statuses(2, 2)
    page["liveRoom"] = {"title": "Tea", "status": 2, "streamData": {"pull_data": {}}, "liveRoomStats": {"userCount": 5}}
    site.routes |= {BY_USER: Reply("", 403), INFO: Reply.json({"data": {}, "status_code": 0}), PAGE: page_of(page)}
    room = await tiktok.room_info("ana")
    assert (room.id, room.title, room.viewers, room.owner.username) == (ROOM, "Tea", 5, "ana")
    assert room.stream_url == {"live_core_sdk_data": {"pull_data": {}}}
    assert site.paths() == [BY_USER, PAGE, INFO]


@pytest.mark.parametrize(
    ("facts", "error"),
    [({"liveSubOnly": 1}, SubscribersOnly), ({"paidEvent": {"event_id": 3, "paid_type": 1}}, PaymentRequired)],
)
async def test_the_page_names_the_reason_that_room_info_withholds(
    site: Site, tiktok: TikTok, facts: dict[str, object], error: type[TikcastError]
) -> None:
    page = statuses(2, 2)
    page["liveRoom"] = {"title": "Tea", "status": 2, **facts}
    site.routes |= {BY_USER: Reply.json({"data": {}}), INFO: Reply.json({"data": {}}), PAGE: page_of(page)}
    with pytest.raises(error):
        await tiktok.room_info("ana")


@pytest.mark.parametrize("empty", [[], None, {}])
async def test_a_live_room_without_video_addresses_is_read(site: Site, tiktok: TikTok, empty: object) -> None:
    page = statuses(2, 3)
    page["liveRoom"] = {"status": 3, "streamData": empty, "hevcStreamData": empty}
    site.routes[PAGE] = page_of(page)
    room = await tiktok.live_room("ana")
    assert (room.room_id, room.paused, room.stream_data) == (ROOM, True, {})


async def test_a_page_that_leads_to_the_login_is_a_block_that_may_pass(site: Site, tiktok: TikTok) -> None:
    login = Reply("", 302, [("Location", "/login?redirect_url=x")])
    site.routes |= {PAGE: login, PROFILE: login, API: FIREWALL, "/login": Reply("<html>Log in</html>")}
    with pytest.raises(Blocked, match="sends visitors to the login; give a session cookie") as caught:
        await tiktok.live_room("ana")
    assert [type(cause) for cause in caught.value.causes] == [Captcha, Blocked]


async def test_a_suspended_account_is_not_a_missing_one(site: Site, tiktok: TikTok) -> None:
    profile = profile_page({"statusCode": 10221, "statusMsg": "This account has been\u2028suspended"})
    site.routes |= {PAGE: NEVER_LIVE, API: Reply.json({"statusCode": 19881007}), PROFILE: Reply(profile)}
    for lookup in (tiktok.user_info, tiktok.live_room, tiktok.is_live):
        with pytest.raises(AccountSuspended) as caught:
            await lookup("ana")
        assert caught.value.words == "This account has been suspended"


@pytest.mark.parametrize(
    ("body", "error", "sentence"),
    [
        (
            {"data": {"prompts": "You must be 18\x1b[2J\nor older"}, "status_code": 4003110},
            AgeRestricted,
            'it is age-restricted (TikTok: "You must be 18 [2J or older")',
        ),
        (
            {"data": {"message": "Params Error"}, "status_code": 10011},
            LookupFailed,
            'TikTok answered with code 10011 (TikTok: "Params Error")',
        ),
        (
            {"data": {}, "status_code": 0},
            LookupFailed,
            "TikTok withheld the details, and its answer does not contain the reason",
        ),
        ({"data": {}, "status_code": 20003}, LoginRequired, "TikTok shows it to logged-in accounts only"),
    ],
)
async def test_tiktoks_own_words_are_shown_on_one_line(
    site: Site, tiktok: TikTok, body: object, error: type[LookupFailed], sentence: str
) -> None:
    site.routes[INFO] = Reply.json(body)
    with pytest.raises(error) as caught:
        await tiktok.room_info(ROOM)
    assert sentence in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("code", [4003110, 20003])
@pytest.mark.parametrize(
    ("session", "advice"), [(None, "give the session cookie of"), ("s" * 32, "expired or not sufficient")]
)
async def test_a_session_that_does_not_help_is_reported_as_such(
    site: Site, make_client: MakeClient, session: str | None, advice: str, code: int
) -> None:
    site.routes |= {
        INFO: Reply.json({"data": {}, "status_code": code}),
        PROFILE: Reply(profile_page({"statusCode": 10222})),
    }
    tiktok = make_client(session=session)
    with pytest.raises((AgeRestricted, LoginRequired)) as caught:
        await tiktok.room_info(ROOM)
    assert advice in caught.value.advice
    with pytest.raises(PrivateAccount) as private:
        await tiktok.user_info("ana")
    assert advice in private.value.advice


@pytest.mark.parametrize(("session", "advice"), [(None, "UrlSigner"), ("s" * 32, "expired or not sufficient")])
async def test_an_empty_feed_asks_for_a_login(
    site: Site, make_client: MakeClient, session: str | None, advice: str
) -> None:
    site.routes["/webcast/feed/"] = Reply("")
    with pytest.raises(LoginRequired, match="the feed") as caught:
        await make_client(session=session).feed().next()
    assert advice in caught.value.advice


async def test_the_status_contains_what_each_source_said(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: OFFLINE_PAGE, API: FIREWALL, PROFILE: EXISTS}
    status = await tiktok.live_status("ana")
    assert (status.status, status.live, status.room_id, status.error) == ("offline", False, 0, None)
    assert [(one.source, one.says, one.detail) for one in status.evidence] == [
        ("live_page", "offline", "status 4, no room"),
        ("api_live", "failed", "TikTok blocked this client at 127.0.0.1: it answers with a browser challenge"),
        ("profile", "no_room", "the user exists, no room"),
    ]
    assert isinstance(status.evidence[1].error, Captcha)
    assert json.loads(json.dumps(status.to_dict()))["evidence"][1]["error"]["error"] == "Captcha"


async def test_every_source_is_asked_when_that_is_wanted(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: LIVE_PAGE, API: Reply("", 429), PROFILE: EXISTS, INFO: info(2), ALIVE: honest(ROOM)}
    status = await tiktok.live_status("ana", every=True)
    assert (status.status, status.room_id) == ("live", ROOM)
    assert [(one.source, one.says) for one in status.evidence] == [
        ("live_page", "live"),
        ("api_live", "failed"),
        ("profile", "no_room"),
        ("room_info", "live"),
        ("check_alive", "live"),
    ]
    assert [one.source for one in (await tiktok.live_status(ROOM, every=True)).evidence] == ["room_info", "check_alive"]


async def test_the_status_of_a_user_who_cannot_be_found_has_the_error(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PAGE: Reply("hm"), API: Reply("hm"), PROFILE: Reply("hm")}
    status = await tiktok.live_status("ana")
    assert (status.status, status.live, type(status.error)) == ("unknown", None, Blocked)
