"""Sources that fail or are wrong, over raw sockets: pages, lookups, the cookie, the feed, the signer."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.simulator.raw import HttpAnswer, http, reply, upgrade, websocket
from tikcast.simulator import RoomPlan, Simulator

NOBODYS_ROOM = 6012954214400000001
GUEST, SESSION, MEMBER = "", "sessionid=sim-session", "sessionid=sim-member"
ORDER = json.dumps({
    "region": "va", "aid": 1768, "needFid": False, "service": "https://www.tiktok.com",
    "migrate_info": {"ticket": "", "source": "node"}, "cbUrlProtocol": "https", "union": True,
})  # fmt: skip


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=("ana", "bob"), seed=3, rate=20.0) as running:
        yield running


async def get(sim: Simulator, path: str, **headers: str) -> HttpAnswer:
    lines = "".join(f"\n{name.replace('_', '-')}: {value}" for name, value in headers.items() if value)
    return await http(sim.url, f"GET {path} HTTP/1.1\nHost: {{host}}{lines}")


async def post(sim: Simulator, path: str, body: str) -> HttpAnswer:
    return await http(sim.url, f"POST {path} HTTP/1.1\nHost: {{host}}\nContent-Type: application/json", body=body)


def js(answer: HttpAnswer) -> Any:
    return json.loads(answer.body)


def state(answer: HttpAnswer) -> Any:
    found = re.search(rb'type="application/json">(.*?)</script>', answer.body, re.DOTALL)
    assert found
    return json.loads(found.group(1))


async def on_page(sim: Simulator, user: str = "ana", **headers: str) -> Any:
    return state(await get(sim, f"/@{user}/live", **headers))["LiveRoom"]["liveRoomUserInfo"]


async def by_api(sim: Simulator, user: str = "ana", **headers: str) -> Any:
    return js(await get(sim, f"/api-live/user/room/?uniqueId={user}", **headers))["data"]


async def details(sim: Simulator, **headers: str) -> Any:
    return js(await get(sim, f"/webcast/room/info/?room_id={sim.rooms['ana']}", **headers))


async def alive(sim: Simulator, *rooms: int) -> dict[str, bool]:
    found = js(await get(sim, f"/webcast/room/check_alive/?room_ids={','.join(map(str, rooms))}"))
    assert found["status_code"] == 0
    return {room["room_id_str"]: room["alive"] for room in found["data"]}


async def refused(sim: Simulator, **headers: str) -> str:
    """The reason for which the WebSocket of ana's room is refused, empty when it opens."""
    head = upgrade(sim.rooms["ana"])
    cookie = headers.get("cookie")
    async with websocket(sim.url, head.replace("ttwid=1", f"ttwid=1; {cookie}") if cookie else head) as socket:
        return "" if socket.answer.status == 101 else socket.answer.header("Handshake-Msg")


def sets_cookie(answer: HttpAnswer) -> bool:
    return answer.header("set-cookie").startswith("ttwid=1%7C")


async def follow(sim: Simulator, path: str) -> list[HttpAnswer]:
    answers = [await get(sim, path)]
    while location := answers[-1].header("location"):
        parts = urlsplit(location)
        assert parts.netloc == urlsplit(sim.url).netloc
        answers.append(await get(sim, f"{parts.path}?{parts.query}"))
    return answers


async def test_check_alive_can_lie_about_every_room(sim: Simulator) -> None:
    room = sim.rooms["ana"]
    assert await alive(sim, room, NOBODYS_ROOM) == {str(room): True}
    await sim.control("ana", "end")
    await sim.fault("ana", "lying_alive", times=2)
    assert await alive(sim, room, NOBODYS_ROOM) == {str(room): True, str(NOBODYS_ROOM): True}
    assert await alive(sim, NOBODYS_ROOM) == {str(NOBODYS_ROOM): True}
    assert await alive(sim, room, NOBODYS_ROOM) == {str(room): False}


async def test_only_requests_of_check_alive_use_up_its_lie(sim: Simulator) -> None:
    await sim.fault("ana", "lying_alive")
    assert (await details(sim))["data"]["status"] == 2
    assert await alive(sim, sim.rooms["bob"], NOBODYS_ROOM) == {str(sim.rooms["bob"]): True}
    assert NOBODYS_ROOM in map(int, await alive(sim, sim.rooms["ana"], NOBODYS_ROOM))


@pytest.mark.parametrize(("where", "page", "api"), [("page", "", "room"), ("api", "room", ""), ("lookup", "", "")])
async def test_an_answer_can_name_no_room_for_a_live_user(sim: Simulator, where: str, page: str, api: str) -> None:
    await sim.fault("ana", "empty_room_id", where=where, times=9)
    room = str(sim.rooms["ana"])
    for found, expected in ((await on_page(sim), page), (await by_api(sim), api)):
        assert found["user"]["roomId"] == (room if expected else "")
        assert found["user"]["status"] == found["liveRoom"]["status"] == 2


@pytest.mark.parametrize(
    ("shows", "status", "names"), [("offline", 4, "nothing"), ("ended", 4, "room"), ("old_room", 2, "older")]
)
async def test_a_page_can_be_an_old_copy(sim: Simulator, shows: str, status: int, names: str) -> None:
    await sim.fault("ana", "stale_page", shows=shows)
    user, room = (await on_page(sim))["user"], str(sim.rooms["ana"])
    assert user["status"] == status
    assert {"": "nothing", room: "room"}.get(user["roomId"], "older") == names
    assert (await by_api(sim))["user"]["roomId"] == (await on_page(sim))["user"]["roomId"] == room


@pytest.mark.parametrize(
    ("kind", "header", "mark", "size"),
    [("page", "3", b"Please wait", 0), ("firewall", "", b"_wafchallengeid", 0), ("shell", "3", b"<html>", 1155)],
)
async def test_each_kind_of_challenge_page_has_no_data_and_no_cookie(
    sim: Simulator, kind: str, header: str, mark: bytes, size: int
) -> None:
    await sim.fault("ana", "challenge", kind=kind, where="page")
    answer = await get(sim, "/@ana/live")
    assert (answer.status, answer.header("x-tt-system-error")) == (200, header)
    assert mark in answer.body
    assert b"SIGI_STATE" not in answer.body
    assert not answer.header("set-cookie")
    assert size in {0, len(answer.body)}


@pytest.mark.parametrize(("cookie", "content"), [(GUEST, False), ("sessionid=old", False), (SESSION, True)])
async def test_the_feed_can_need_a_login(sim: Simulator, cookie: str, content: bool) -> None:
    path = "/webcast/feed/?aid=1988&channel=tiktok_web"
    await sim.fault("ana", "feed_login", times=2)
    answer = await get(sim, path, Cookie=cookie)
    assert (answer.status, bool(answer.body)) == (200, content)
    assert (await get(sim, await sign(sim, path))).body


async def sign(sim: Simulator, path: str) -> str:
    """The path of an address after the simulator's signer has signed it."""
    answer = await post(sim, "/signer/webcast/sign_url", json.dumps({"url": f"{sim.url}{path}", "userAgent": "x"}))
    signed = urlsplit(js(answer)["response"]["signedUrl"])
    return f"{signed.path}?{signed.query}"


async def test_every_address_of_the_cookie_sets_it(sim: Simulator) -> None:
    for path in ("/@ana/live", "/@ana", "/@tiktok"):
        assert sets_cookie(await get(sim, path))
    *redirects, page = await follow(sim, "/live")
    assert [answer.status for answer in (*redirects, page)] == [302, 302, 200]
    assert not any(answer.header("set-cookie") for answer in redirects)
    assert sets_cookie(page)
    registered = await post(sim, "/ttwid/union/register/", ORDER)
    assert sets_cookie(registered)
    assert js(registered)["status_code"] == 0
    (redirect,) = await follow(sim, urlsplit(js(registered)["redirect_url"]).path)
    assert sets_cookie(redirect)
    assert redirect.header("set-cookie") != registered.header("set-cookie")
    assert sets_cookie(await post(sim, "/ttwid/check/", ORDER))


@pytest.mark.parametrize("path", ["/ttwid/union/register/", "/ttwid/check/"])
async def test_the_services_of_the_cookie_take_only_a_complete_order(sim: Simulator, path: str) -> None:
    for body in ("{}", "[]", "no json", '{"aid": "1768", "service": "x"}'):
        answer = await post(sim, path, body)
        assert not answer.header("set-cookie")
        assert js(answer)["status_code"] == 1
    assert (await get(sim, path)).status == 405


URLS = ["live_page", "profile", "live", "register", "register_redirect", "check"]


@pytest.mark.parametrize("url", URLS)
async def test_a_single_address_can_be_the_only_one_that_sets_the_cookie(sim: Simulator, url: str) -> None:
    await sim.fault("ana", "cookie_only", url=url, times=99)
    registered = await post(sim, "/ttwid/union/register/", ORDER)
    answers = {
        "live_page": await get(sim, "/@ana/live"),
        "profile": await get(sim, "/@tiktok"),
        "live": (await follow(sim, "/live"))[-1],
        "register": registered,
        "register_redirect": await get(sim, urlsplit(js(registered)["redirect_url"]).path),
        "check": await post(sim, "/ttwid/check/", ORDER),
    }
    assert [name for name in URLS if answers[name].header("set-cookie")] == [url]
    assert sets_cookie(answers[url])
    assert state(answers["live_page"])["LiveRoom"]


@pytest.mark.parametrize("where", ["live", "register", "check"])
async def test_each_new_address_of_the_cookie_can_fail_by_itself(sim: Simulator, where: str) -> None:
    await sim.fault("ana", "forbidden", where=where)
    answers = {
        "register": await post(sim, "/ttwid/union/register/", ORDER),
        "check": await post(sim, "/ttwid/check/", ORDER),
        "live": await get(sim, "/live"),
    }
    assert {name for name, answer in answers.items() if answer.status == 403} == {where}


FETCH, CONNECT = "/signer/webcast/fetch?room_id={room}", "/signer/webcast/rooms/{room}/connect?client=x"
LIMITS, NEW_LIMITS = "/signer/webcast/rate_limits", "/signer/accounts/me/rate_limits"


@pytest.mark.parametrize(
    ("fault", "answered", "missing"),
    [
        ("new_signer_api", (CONNECT, NEW_LIMITS), (FETCH, LIMITS)),
        ("old_signer_api", (FETCH, LIMITS), (CONNECT, NEW_LIMITS)),
    ],
)
async def test_the_signer_can_have_only_its_newer_or_its_older_addresses(
    sim: Simulator, fault: str, answered: tuple[str, str], missing: tuple[str, str]
) -> None:
    room = str(sim.rooms["ana"])
    both = [path.replace("{room}", room) for path in (*answered, *missing)]
    assert {(await get(sim, path)).status for path in both} == {200}
    await sim.fault("ana", fault, times=99)
    assert [(await get(sim, path)).status for path in both] == [200, 200, 404, 404]
    assert js(await get(sim, both[2])) == {"code": 404, "message": "Not Found"}


async def test_both_addresses_of_the_quota_answer_the_same(sim: Simulator) -> None:
    assert js(await get(sim, LIMITS)) == js(await get(sim, NEW_LIMITS))


async def test_the_newer_signer_keeps_names_for_enterprise_accounts(sim: Simulator) -> None:
    await sim.fault("ana", "new_signer_api", times=2)
    path = CONNECT.replace("{room}", str(sim.rooms["ana"]))
    assert (await get(sim, f"{path}&unique_id=ana")).status == 402
    assert reply((await get(sim, path)).body).is_first


async def test_the_newer_signer_takes_the_session_in_a_header() -> None:
    async with Simulator(plans=(RoomPlan(user="ana", access="age_restricted"),)) as sim:
        path = CONNECT.replace("{room}", str(sim.rooms["ana"]))
        assert (await get(sim, path)).status == 403
        assert (await get(sim, path, x_cookie_header="sessionid=old; tt-target-idc=useast1a")).status == 403
        signed = await get(sim, path, x_cookie_header="sessionid=sim-session; tt-target-idc=useast1a")
        params = "&".join(f"{name}={quote(value)}" for name, value in reply(signed.body).route_params.items())
        head = upgrade(sim.rooms["ana"]).replace("ws_direct=1", params)
        for cookie, status in (("ttwid=1", 200), ("ttwid=1; sessionid=sim-session", 101)):
            async with websocket(sim.url, head.replace("ttwid=1", cookie)) as socket:
                assert socket.answer.status == status


async def test_the_direct_address_can_need_a_signature(sim: Simulator) -> None:
    await sim.fault("ana", "signature_demanded", times=99)
    head = upgrade(sim.rooms["ana"])
    path = head.strip().split(" ")[1]
    assert await refused(sim) == "illegal secret key"
    signed = await sign(sim, path)
    async with websocket(sim.url, head.replace(path, signed)) as socket:
        assert socket.answer.status == 101
    for wrong in (signed.replace("aid=1988", "aid=1988&live_id=12"), f"{path}&_signature=_02B4Z6wo1234"):
        async with websocket(sim.url, head.replace(path, wrong)) as socket:
            assert socket.answer.header("Handshake-Msg") == "illegal secret key"


async def test_a_demanded_signature_does_not_concern_clients_of_the_signer(sim: Simulator) -> None:
    await sim.fault("ana", "signature_demanded", times=99)
    signed = reply((await get(sim, FETCH.replace("{room}", str(sim.rooms["ana"])))).body)
    params = "&".join(f"{name}={quote(value)}" for name, value in signed.route_params.items())
    async with websocket(sim.url, upgrade(sim.rooms["ana"]).replace("ws_direct=1", params)) as socket:
        assert socket.answer.status == 101


@pytest.mark.parametrize(
    ("fault", "words", "facts"),
    [
        ("subscribers_only", "subscribers", {"liveSubOnly": 1}),
        ("followers_only", "Follow the creator", {"liveSubOnly": 0}),
        ("paid_event", "paid event", {"paid_type": 1}),
    ],
)
async def test_a_live_stream_can_be_for_members_only(
    sim: Simulator, fault: str, words: str, facts: dict[str, int]
) -> None:
    await sim.fault("ana", fault)
    for cookie, reason in (
        (GUEST, "login required"),
        (SESSION, "permission denied"),
        ("sessionid=old", "login required"),
    ):
        said = (await details(sim, Cookie=cookie))["data"]
        assert words in said["prompts"] == said["message"]
        assert "status" not in said
        assert await refused(sim, cookie=cookie) == reason
        for found in (await on_page(sim, Cookie=cookie), await by_api(sim, Cookie=cookie)):
            assert (found["user"]["status"], found["user"]["roomId"]) == (2, str(sim.rooms["ana"]))
            assert facts.items() <= (found["liveRoom"] | found["liveRoom"]["paidEvent"]).items()
            assert found["liveRoom"]["streamData"] == {}
    assert (await details(sim, Cookie=MEMBER))["data"]["status"] == 2
    assert (await on_page(sim, Cookie=MEMBER))["liveRoom"]["streamData"]
    assert await refused(sim, cookie=MEMBER) == ""
    await sim.heal("ana")
    assert (await details(sim))["data"]["stream_url"]
    assert await refused(sim) == ""


async def test_the_details_of_a_restricted_live_stream_say_how_it_is_restricted(sim: Simulator) -> None:
    await sim.fault("ana", "subscribers_only")
    gated = (await details(sim, Cookie=MEMBER))["data"]
    assert gated["is_gated_room"] is gated["stream_url_filtered_info"]["is_gated_room"] is True
    await sim.fault("ana", "paid_event")
    paid = (await details(sim, Cookie=MEMBER))["data"]
    assert (paid["is_gated_room"], paid["stream_url_filtered_info"]["is_paid_event"]) == (False, True)
    assert paid["paid_event"]["event_id"]


async def test_a_live_stream_can_be_closed_to_a_region(sim: Simulator) -> None:
    await sim.fault("ana", "region_blocked")
    for cookie in (GUEST, SESSION, MEMBER):
        page = await get(sim, "/@ana/live", Cookie=cookie)
        assert (page.status, b"Page not available" in page.body, b"SIGI_STATE" in page.body) == (200, True, False)
        api = await get(sim, "/api-live/user/room/?uniqueId=ana", Cookie=cookie)
        assert js(api) == {"data": {}, "message": "", "statusCode": 10101}
        assert "region" in (await details(sim, Cookie=cookie))["data"]["prompts"]
        assert await refused(sim, cookie=cookie)
    assert state(await get(sim, "/@ana"))["__DEFAULT_SCOPE__"]["webapp.user-detail"]["statusCode"] == 0


async def test_an_account_can_be_suspended(sim: Simulator) -> None:
    room = sim.rooms["ana"]
    await sim.fault("ana", "suspended_account")
    assert "LiveRoom" not in state(await get(sim, "/@ana/live"))
    assert js(await get(sim, "/api-live/user/room/?uniqueId=ana"))["statusCode"] == 19881007
    profile = state(await get(sim, "/@ana"))["__DEFAULT_SCOPE__"]["webapp.user-detail"]
    assert (profile["statusCode"], profile["statusMsg"]) == (10221, "This account has been suspended")
    assert "userInfo" not in profile
    by_name = js(await get(sim, "/webcast/room/info_by_user/?unique_id=ana"))
    assert (by_name["status_code"], by_name["data"]["message"]) == (30003, "This account has been suspended")
    assert await alive(sim, room) == {str(room): False}


@pytest.mark.parametrize("access", ["subscribers_only", "followers_only", "paid_event"])
async def test_a_plan_can_restrict_a_live_stream_from_its_start(access: Any) -> None:
    async with Simulator(plans=(RoomPlan(user="ana", access=access),), members=("mine",)) as sim:
        assert await refused(sim, cookie=MEMBER) == "login required"
        assert await refused(sim, cookie="sessionid=mine") == ""
        await sim.heal("ana")
        assert await refused(sim) == "login required"
