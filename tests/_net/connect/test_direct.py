"""Connecting without a signer."""

from __future__ import annotations

import asyncio

import pytest

from tests._net.conftest import MakeNetwork
from tests._net.site import CAPTCHA, WS_PATH, Reply, Seen, Site
from tikcast._net.network import Network
from tikcast.errors import Blocked, Captcha, ConnectFailed, DeviceBlocked
from tikcast.options import Identity

GIVE = Reply("<html>", headers=[("Set-Cookie", "ttwid=1|minted; Path=/; HttpOnly")])
NOTHING = Reply("<html>")
BLOCK = Reply("", 200, [("Handshake-Msg", "DEVICE_BLOCKED"), ("Handshake-Status", "415")])


def sockets(site: Site) -> list[Seen]:
    return [seen for seen in site.seen if seen.path == WS_PATH]


async def test_an_anonymous_cookie_is_requested_and_used_for_the_socket(site: Site, network: Network) -> None:
    site.routes["/@ana"] = GIVE
    room = await network.connector.connect_room(73, username="ana", methods=("direct",))
    assert (room.method, room.first_response) == ("direct", None)
    assert site.paths() == ["/@ana/live", "/@ana", WS_PATH]
    upgrade = site.seen[2]
    assert upgrade.cookies == {"ttwid": "1|minted"}
    assert (upgrade.query["room_id"], upgrade.query["ws_direct"]) == ("73", "1")
    assert 100 <= int(upgrade.query["last_rtt"]) <= 200
    assert "Sec-WebSocket-Protocol" not in upgrade.headers
    await room.socket.close()


async def test_pages_are_requested_in_turn_until_one_sets_the_cookie(site: Site, network: Network) -> None:
    site.routes |= {"/@ana/live": NOTHING, "/@ana": CAPTCHA, "/@tiktok": GIVE}
    room = await network.connector.connect_room(73, username="ana", methods=("direct",))
    assert site.paths()[:-1] == ["/@ana/live", "/@ana", "/live", "/@ana/live", "/@tiktok"]
    await room.socket.close()


@pytest.mark.parametrize(("page", "error"), [(NOTHING, Blocked), (CAPTCHA, Captcha)])
async def test_after_eight_requests_the_error_says_what_the_pages_were(
    site: Site, network: Network, page: Reply, error: type[Blocked]
) -> None:
    site.routes["/@tiktok"] = page
    with pytest.raises(ConnectFailed) as caught:
        await network.connector.connect_room(73, methods=("direct",))
    # The site does not understand the POST requests of the other sources.
    assert site.paths() == ["/@tiktok", "/live"] * 2
    assert [type(cause) for cause in caught.value.causes] == [error]
    assert caught.value.stage == "identity"
    failures = caught.value.causes[0].causes  # type: ignore[attr-defined]
    assert len(failures) + (error is Captcha) == 8


async def test_many_connections_use_one_cookie(site: Site, network: Network) -> None:
    site.routes["/@tiktok"] = GIVE
    for _ in range(3):
        room = await network.connector.connect_room(73, methods=("direct",))
        await room.socket.close()
    assert site.paths() == ["/@tiktok", WS_PATH, WS_PATH, WS_PATH]


FRESH = Reply("", headers=[("Set-Cookie", "ttwid=2|fresh")])


async def test_after_a_blocked_device_the_next_connection_has_another_identity(site: Site, network: Network) -> None:
    site.routes["/@tiktok"] = [GIVE, FRESH]
    site.refusal = BLOCK
    with pytest.raises(ConnectFailed) as caught:
        await network.connector.connect_room(73, methods=("direct",))
    assert isinstance(caught.value.causes[0], DeviceBlocked)
    site.refusal = None
    room = await network.connector.connect_room(73, methods=("direct",))
    assert [seen.cookies["ttwid"] for seen in sockets(site)] == ["1|minted", "2|fresh"]
    pages = [seen for seen in site.seen if seen.path == "/@tiktok"]
    for page, upgrade in zip(pages, sockets(site), strict=True):
        assert page.headers["User-Agent"] == upgrade.headers["User-Agent"]
        assert page.headers["User-Agent"].removeprefix("Mozilla/") == upgrade.query["browser_version"]
    assert len({seen.headers["User-Agent"] for seen in sockets(site)}) == 2
    await room.socket.close()


async def test_a_chosen_identity_keeps_its_user_agent(site: Site, make_network: MakeNetwork) -> None:
    site.routes["/@tiktok"] = [GIVE, FRESH]
    site.refusal = BLOCK
    network = make_network(identity=Identity(platform="linux"))
    for _ in range(2):
        with pytest.raises(ConnectFailed):
            await network.connector.connect_room(73, methods=("direct",))
    assert len({seen.headers["User-Agent"] for seen in site.seen}) == 1
    assert [seen.cookies["ttwid"] for seen in sockets(site)] == ["1|minted", "2|fresh"]


async def test_connections_that_are_blocked_together_change_the_identity_once(site: Site, network: Network) -> None:
    site.routes["/@tiktok"] = [GIVE, FRESH]
    room = await network.connector.connect_room(73, methods=("direct",))
    await room.socket.close()
    site.refusal = BLOCK
    tries = (network.connector.connect_room(room_id, methods=("direct",)) for room_id in (73, 74, 75))
    failures = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(failure, ConnectFailed) for failure in failures)
    with pytest.raises(ConnectFailed):
        await network.connector.connect_room(73, methods=("direct",))
    assert [seen.cookies["ttwid"] for seen in sockets(site)] == [*["1|minted"] * 4, "2|fresh"]


async def test_a_cookie_that_the_server_refuses_is_requested_again(site: Site, network: Network) -> None:
    site.routes["/@tiktok"] = [GIVE, FRESH]
    site.refusal = Reply("", 200, [("Handshake-Msg", "http: named cookie not present")])
    for _ in range(2):
        with pytest.raises(ConnectFailed):
            await network.connector.connect_room(73, methods=("direct",))
    assert [seen.cookies["ttwid"] for seen in sockets(site)] == ["1|minted", "2|fresh"]


async def test_the_cookie_is_requested_without_the_login_and_the_socket_opens_with_both(
    site: Site, make_network: MakeNetwork
) -> None:
    site.routes["/@tiktok"] = GIVE
    network = make_network(session={"sessionid": "s3cret", "tt-target-idc": "eu-ttp2"})
    room = await network.connector.connect_room(73, methods=("direct",))
    page, upgrade = site.seen
    assert "sessionid" not in page.cookies
    assert upgrade.cookies["sessionid_ss"] == "s3cret"
    assert upgrade.cookies["tt-target-idc"] == "eu-ttp2"
    await room.socket.close()


async def test_a_connection_continues_where_another_one_stopped(site: Site, network: Network) -> None:
    site.routes["/@tiktok"] = GIVE
    room = await network.connector.connect_room(73, cursor="c-1", internal_ext=b"x:1", methods=("direct",))
    query = sockets(site)[0].query
    assert (query["cursor"], query["internal_ext"]) == ("c-1", "x:1")
    await room.socket.close()
