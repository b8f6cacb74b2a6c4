"""Pictures: which URL is requested, which hosts are allowed, and which answers are accepted."""

from pathlib import Path

import pytest

from tests._net.conftest import MakeClient
from tests._net.site import Reply, Seen, Site
from tikcast import TikTok
from tikcast._net.images import by_size, media_type_of
from tikcast.errors import LookupFailed, NetworkError
from tikcast.options import Endpoints, Limits

CDN = "https://p16-sign-va.tiktokcdn.com"
SHRUNK = f"{CDN}/tos/abc~tplv-tiktok-shrink:72:72.webp?x-expires=1&x-signature=a"
SMALL = f"{CDN}/tos/abc~c5_100x100.webp?x-expires=1&x-signature=b"
LARGE = f"{CDN}/tos/abc~c5_720x720.jpeg?x-expires=1&x-signature=c"
UNSIZED = f"{CDN}/img/rose.png~tplv-obj.image"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def place(url: str) -> str:
    """The path of a picture at a server that replaces TikTok."""
    return "/media/image" + url.removeprefix(CDN).partition("?")[0]


@pytest.mark.parametrize(
    ("size", "order"),
    [
        (None, [SMALL, LARGE, UNSIZED, SHRUNK]),
        (50, [SHRUNK, SMALL, LARGE, UNSIZED]),
        (100, [SMALL, LARGE, SHRUNK, UNSIZED]),
        (101, [LARGE, SMALL, SHRUNK, UNSIZED]),
        (5000, [LARGE, SMALL, SHRUNK, UNSIZED]),
    ],
)
def test_the_smallest_form_that_is_large_enough_is_preferred(size: int | None, order: list[str]) -> None:
    assert by_size([SHRUNK, SMALL, LARGE, UNSIZED], size=size) == order


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"\0\0\0\x1cftypheic", "image/heic"),
        (b"\0\0\0\x1cftypisom", None),
        (b"<svg onload=alert(1)>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_media_type_follows_from_the_bytes(data: bytes, media_type: str | None) -> None:
    assert media_type_of(data) == media_type


async def test_the_preferred_url_is_requested_without_cookies_and_its_picture_stored(
    site: Site, make_client: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.routes[place(SMALL)] = Reply(PNG)
    monkeypatch.setenv("TIKCAST_CACHE_DIR", str(tmp_path))
    tiktok = make_client(session="secret")
    found = await tiktok.fetch_image([SHRUNK, SMALL], size=100)
    assert (found.data, found.media_type, found.ending, found.url) == (PNG, "image/png", "png", SMALL)
    assert repr(found) == "Picture(image/png, 108 bytes)"
    assert site.seen[0].cookies == {}
    assert site.seen[0].headers["Sec-Fetch-Dest"] == "image"
    newer = SMALL.replace("x-expires=1&x-signature=b", "x-expires=2&x-signature=z").replace("p16-", "p77-")
    assert (await make_client().fetch_image([newer], size=100)).data == PNG
    assert len(site.seen) == 1


async def test_pictures_that_differ_only_in_the_query_are_stored_separately(site: Site, tiktok: TikTok) -> None:
    site.routes["/media/image/obj"] = lambda seen: Reply(PNG + seen.query["id"].encode())
    pictures = [await tiktok.fetch_image([f"{CDN}/obj?id={number}"]) for number in (1, 2)]
    assert pictures[0].data != pictures[1].data


async def test_the_next_url_is_requested_when_one_fails(site: Site, make_client: MakeClient) -> None:
    site.routes |= {place(SMALL): Reply("gone", 403), place(LARGE): Reply("<html>"), place(SHRUNK): Reply(PNG)}
    assert (await make_client().fetch_image([SMALL, LARGE, SHRUNK], size=100)).url == SHRUNK


async def test_the_failure_of_the_preferred_url_is_raised_when_all_fail(site: Site, make_client: MakeClient) -> None:
    site.routes |= {place(SMALL): Reply("gone", 403), place(LARGE): Reply("<html>")}
    with pytest.raises(LookupFailed, match=r"status 403; its URL may have expired"):
        await make_client().fetch_image([SMALL, LARGE], size=100)
    with pytest.raises(LookupFailed, match="is not a picture"):
        await make_client().fetch_image([LARGE])


async def test_a_picture_that_is_too_large_is_refused(site: Site, make_client: MakeClient) -> None:
    site.routes[place(SMALL)] = Reply(PNG * 100)
    with pytest.raises(NetworkError, match=r"more than 1000 bytes; raise Limits\.image"):
        await make_client(limits=Limits(image=1000)).fetch_image([SMALL])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://p16-sign-va.tiktokcdn.com/a~c5_100x100.webp",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:8080/a.png",
        "https://tiktokcdn.com.evil.example/a.png",
        "https://eviltiktokcdn.com/a.png",
        "https://p16.tiktokcdn.com@evil.example/a.png",
        "https://p16.tiktokcdn.com:22/a.png",
        "https://[broken/a.png",
        "https://p16.tiktokcdn.com:port/a.png",
    ],
)
async def test_only_tiktoks_servers_are_requested(site: Site, make_client: MakeClient, url: str) -> None:
    for endpoints in (Endpoints.at(site.url), Endpoints()):
        with pytest.raises(LookupFailed, match="no URL of it is on TikTok's servers"):
            await make_client(endpoints=endpoints).fetch_image([url])
    assert site.seen == []


async def test_an_image_without_urls_is_an_error(make_client: MakeClient) -> None:
    with pytest.raises(LookupFailed):
        await make_client().fetch_image([])


async def test_a_server_that_replaces_tiktok_serves_the_pictures_too(site: Site, make_client: MakeClient) -> None:
    site.routes["/anywhere/cover.png"] = Reply(PNG)
    assert (await make_client().fetch_image([f"{site.url}/anywhere/cover.png"])).data == PNG
    with pytest.raises(LookupFailed):
        await make_client().fetch_image([f"http://127.0.0.1:{site.port + 1}/anywhere/cover.png"])


async def test_a_redirect_is_not_followed(site: Site, make_client: MakeClient) -> None:
    def away(seen: Seen) -> Reply:
        return Reply("", 302, [("Location", "http://127.0.0.1:1/secret")])

    site.routes[place(SMALL)] = away
    with pytest.raises(LookupFailed, match="status 302"):
        await make_client().fetch_image([SMALL])
