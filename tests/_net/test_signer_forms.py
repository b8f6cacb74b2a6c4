"""The two forms of a signer's API, and what reaches a signer."""

from __future__ import annotations

import pytest

from tests._net.conftest import MakeNetwork
from tests._net.site import WS_PATH, Reply, Seen, Site, signed_answer
from tikcast.errors import ConnectFailed, SignerError
from tikcast.models import SignerLimits

FETCH, CONNECT = "/signer/webcast/fetch", "/signer/webcast/rooms/73/connect"
OLD_LIMITS, NEW_LIMITS = "/signer/webcast/rate_limits", "/signer/accounts/me/rate_limits"
SIGNED = signed_answer(f"wss://x.tiktok.com{WS_PATH}")
MINUTE = Reply.json({"code": 200, "minute": {"max": 7, "remaining": 7, "reset_at": ""}})


async def connect(make_network: MakeNetwork, *, times: int = 1, **options: object) -> None:
    network = make_network(connect=("signed",), **options)
    for _ in range(times):
        room = await network.connector.connect_room(73, username="ana", cursor="c1")
        await room.socket.close()


def signatures(site: Site) -> list[Seen]:
    return [seen for seen in site.seen if seen.path in {FETCH, CONNECT}]


async def test_a_signer_with_only_the_newer_form_is_used_and_remembered(site: Site, make_network: MakeNetwork) -> None:
    site.routes |= {CONNECT: SIGNED, NEW_LIMITS: MINUTE}
    await connect(make_network, times=2, check_limits=True)
    assert [path for path in site.paths() if path != WS_PATH] == [OLD_LIMITS, NEW_LIMITS, FETCH, CONNECT, CONNECT]
    assert site.seen[3].query.items() >= {"client": "tikcast", "cursor": "c1", "client_enter": "true"}.items()
    assert site.seen[3].query.keys().isdisjoint({"room_id", "unique_id", "session_id"})


async def test_a_signer_with_only_the_older_form_is_asked_once_for_each(site: Site, make_network: MakeNetwork) -> None:
    site.routes |= {FETCH: SIGNED, OLD_LIMITS: MINUTE}
    await connect(make_network, times=2, check_limits=True)
    assert [path for path in site.paths() if path != WS_PATH] == [OLD_LIMITS, FETCH, FETCH]


async def test_a_signer_that_drops_a_form_later_gets_the_other_one(site: Site, make_network: MakeNetwork) -> None:
    site.routes |= {FETCH: [SIGNED, Reply("", 404)], CONNECT: [SIGNED, Reply("", 404)]}
    network = make_network(connect=("signed",))
    for _ in range(2):
        room = await network.connector.connect_room(73)
        await room.socket.close()
    site.routes |= {FETCH: SIGNED}
    room = await network.connector.connect_room(73)
    await room.socket.close()
    assert [seen.path for seen in signatures(site)] == [FETCH, FETCH, CONNECT, CONNECT, FETCH]


async def test_a_signer_without_either_form_is_refused_with_the_first_answer(
    site: Site, make_network: MakeNetwork
) -> None:
    site.routes |= {FETCH: Reply.json({"message": "The user is offline."}, status=404)}
    with pytest.raises(ConnectFailed) as caught:
        await connect(make_network)
    (cause,) = caught.value.causes
    assert isinstance(cause, SignerError)
    assert (cause.status, cause.reason) == (404, "The user is offline")
    assert [seen.path for seen in signatures(site)] == [FETCH, CONNECT]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 500, 503])
async def test_other_refusals_are_final_for_both_forms(site: Site, make_network: MakeNetwork, status: int) -> None:
    site.routes |= {FETCH: Reply("", status), CONNECT: SIGNED}
    with pytest.raises(ConnectFailed):
        await connect(make_network)
    assert [seen.path for seen in signatures(site)] == [FETCH]


@pytest.mark.parametrize("form", [FETCH, CONNECT])
async def test_the_newer_form_gets_a_session_in_a_header_and_the_older_one_in_its_query(
    site: Site, make_network: MakeNetwork, form: str
) -> None:
    site.routes[form] = SIGNED
    session = {"sessionid": "s3cret", "tt-target-idc": "useast1a"}
    await connect(make_network, session=session, send_session_to_signer=True)
    seen = signatures(site)[-1]
    assert seen.path == form
    if form == CONNECT:
        cookies = dict(pair.split("=") for pair in seen.headers["X-Cookie-Header"].split("; "))
        assert cookies.items() >= session.items()
        assert "s3cret" not in str(seen.query)
    else:
        assert (seen.query["session_id"], seen.query["tt_target_idc"]) == ("s3cret", "useast1a")
        assert "X-Cookie-Header" not in seen.headers


@pytest.mark.parametrize("form", [FETCH, CONNECT])
async def test_a_session_is_not_sent_without_the_option(site: Site, make_network: MakeNetwork, form: str) -> None:
    site.routes[form] = SIGNED
    await connect(make_network, session="s3cret")
    for seen in signatures(site):
        assert "s3cret" not in f"{seen.query} {list(seen.headers.raw_items())}"


@pytest.mark.parametrize("form", [FETCH, CONNECT])
@pytest.mark.parametrize("asked", [True, False])
async def test_the_name_of_the_user_is_sent_only_with_the_option(
    site: Site, make_network: MakeNetwork, form: str, asked: bool
) -> None:
    site.routes[form] = SIGNED
    await connect(make_network, send_username_to_signer=asked)
    assert signatures(site)[-1].query.get("unique_id") == ("ana" if asked else None)


async def test_a_signer_gets_plain_headers_also_after_requests_that_imitate_a_browser(
    site: Site, make_network: MakeNetwork
) -> None:
    site.routes |= {FETCH: SIGNED, OLD_LIMITS: MINUTE, "/@ana": Reply("<html>")}
    network = make_network(connect=("signed",), api_key="k3y", check_limits=True)
    for _ in range(3):
        await network.http.get(f"{site.url}/@ana", kind="page")
        room = await network.connector.connect_room(73)
        await room.socket.close()
    asked = [seen for seen in site.seen if seen.path in {FETCH, OLD_LIMITS}]
    assert len(asked) == 4
    for seen in asked:
        names = {name.lower() for name in seen.headers}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "x-api-key"}
        assert seen.headers["User-Agent"] == "tikcast"
    pages = [seen for seen in site.seen if seen.path == "/@ana"]
    assert all("Chrome" in seen.headers["User-Agent"] for seen in pages)


async def test_limits_of_the_newer_form_are_read(site: Site, make_network: MakeNetwork) -> None:
    site.routes[NEW_LIMITS] = MINUTE
    limits = await make_network().signer.limits()
    assert isinstance(limits, SignerLimits)
    assert limits.minute.max == 7
