"""Addresses that a signer of the user's own signs."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests._net.conftest import MakeClient, MakeNetwork
from tests._net.site import Reply, Site
from tikcast.errors import ConfigError, SignerError
from tikcast.signer import UrlSigner

INFO, FEED, GIFTS = "/webcast/room/info/", "/webcast/feed/", "/webcast/gift/list/"
ROOM = Reply.json({"status_code": 0, "data": {"id_str": "73", "status": 2, "title": "Tea"}})
NO_ITEMS = Reply.json({"status_code": 0, "data": [], "extra": {"has_more": False, "max_time": 1}})


class Signing:
    """Adds a signature, and remembers what it signed."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def sign_url(self, url: str, *, user_agent: str) -> str:
        self.asked.append((url, user_agent))
        return f"{url}&X-Bogus=signed"


class Answering:
    """Gives one answer, or raises it."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    async def sign_url(self, url: str, *, user_agent: str) -> str:
        if isinstance(self._answer, Exception):
            raise self._answer
        return str(self._answer)


async def test_room_info_and_feed_are_requested_with_the_signature(site: Site, make_client: MakeClient) -> None:
    site.routes |= {INFO: ROOM, FEED: NO_ITEMS, GIFTS: Reply.json({"status_code": 0, "data": {"gifts": []}})}
    signing = Signing()
    own: UrlSigner = signing
    tiktok = make_client(url_signer=own)
    await tiktok.room_info(730000000000000000)
    await tiktok.feed().next()
    await tiktok.gift_list(730000000000000000)
    signed = {seen.path: seen.query.get("X-Bogus") for seen in site.seen}
    assert signed == {INFO: "signed", FEED: "signed", GIFTS: None}
    assert [urlsplit(url).path for url, _ in signing.asked] == [INFO, FEED]
    assert {agent for _, agent in signing.asked} == {site.seen[0].headers["User-Agent"]}


async def test_without_a_signer_of_addresses_none_is_signed(site: Site, make_client: MakeClient) -> None:
    site.routes[INFO] = ROOM
    await make_client().room_info(730000000000000000)
    assert "X-Bogus" not in site.seen[0].query


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (KeyError("x"), "url_signer failed with KeyError"),
        (SignerError("not today"), "not today"),
        ("https://evil.example/webcast/room/info/?x=1", "url_signer changed the host or the path"),
        ("", "url_signer changed the host or the path"),
        ("http://[", "url_signer failed with ValueError"),
    ],
)
async def test_a_signer_that_fails_or_names_another_address_is_a_signer_error(
    site: Site, make_network: MakeNetwork, answer: object, reason: str
) -> None:
    network = make_network(url_signer=Answering(answer))
    with pytest.raises(SignerError, match=reason):
        await network.lookups.room_info(73)
    assert site.seen == []


def test_what_cannot_sign_is_refused_at_once(make_client: MakeClient) -> None:
    with pytest.raises(ConfigError, match="url_signer: it has no sign_url"):
        make_client(url_signer=object())
