"""Pictures from TikTok's servers: which of their URLs are requested, and which answers are accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from tikcast._net.store import file_name
from tikcast._net.targets import is_tiktok
from tikcast.errors import LookupFailed, TikcastError
from tikcast.models import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tikcast._net.config import Settings
    from tikcast._net.http import Http
    from tikcast._net.store import Store

_SUBJECT: Final = "the picture"
_KEPT: Final = 7 * 86400.0
_DOMAINS: Final = (
    "tiktokcdn.com", "tiktokcdn-us.com", "tiktokcdn-eu.com", "tiktokcdn-in.com", "ttwstatic.com",
    "ibyteimg.com", "byteimg.com", "muscdn.com",
)  # fmt: skip
"""The domains of TikTok's picture servers. Messages may also contain URLs of other hosts, even of a private network."""

_SIZE: Final = re.compile(r"(?<!\d)(\d{2,4})[x:](\d{2,4})(?!\d)")
_REDUCED: Final = ("tplv-tiktok-shrink", "compress_quality")


class Images:
    """The pictures of one client. They are requested without cookies and kept in `store`."""

    def __init__(self, http: Http, settings: Settings, *, store: Store) -> None:
        self._http = http
        self._settings = settings
        self._store = store

    async def fetch(self, urls: Sequence[str], *, size: int | None = None) -> Picture:
        """The picture at `urls`, if possible in the smallest form of at least `size` pixels.

        Raises `LookupFailed` when no URL belongs to TikTok, else the error of the preferred URL.
        """
        failure: TikcastError | None = None
        for url in by_size([url for url in urls if self._address(url)], size=size):
            try:
                return await self._stored(url) or await self._request(url)
            except TikcastError as error:
                failure = failure or error
        advice = "give an image of an event or of a lookup"
        raise failure or LookupFailed(_SUBJECT, "no URL of it is on TikTok's servers", advice=advice)

    async def _stored(self, url: str) -> Picture | None:
        data = await self._store.get(self._name(url), max_age=_KEPT)
        media_type = media_type_of(data) if data else None
        return Picture(data=data, media_type=media_type, url=url) if data and media_type else None

    async def _request(self, url: str) -> Picture:
        answer = await self._http.get(
            self._address(url), kind="image", cookies="none", limit=self._settings.options.limits.image
        )
        if answer.status != 200:
            advice = "its URL may have expired: use that of a newer message"
            raise LookupFailed(_SUBJECT, f"{answer.host} answered with status {answer.status}", advice=advice)
        media_type = media_type_of(answer.body)
        if media_type is None:
            raise LookupFailed(_SUBJECT, f"the answer of {answer.host} is not a picture")
        await self._store.put(self._name(url), answer.body)
        return Picture(data=answer.body, media_type=media_type, url=url)

    def _name(self, url: str) -> str:
        """The name of a picture in the store: its URL without the signature, which changes every day."""
        path = urlsplit(url).path
        return file_name("image", path if "~" in path else url, self._settings.endpoints.web)

    def _address(self, url: str) -> str:
        """The address to request for `url`, "" when it does not belong to TikTok.

        A server that replaces all of TikTok also replaces its picture servers.
        """
        parts = _split(url)
        web = self._settings.endpoints.web
        if parts is None or parts.scheme not in {"http", "https"}:
            return ""
        if parts.netloc in {_netloc(web), _netloc(self._settings.endpoints.webcast)}:
            return url
        if not _is_picture_server(parts):
            return ""
        if is_tiktok(urlsplit(web).hostname or ""):
            return url
        return f"{web}/media/image{parts._replace(scheme='', netloc='', fragment='').geturl()}"


def by_size(urls: Sequence[str], *, size: int | None) -> list[str]:
    """`urls`, the preferred one first: the smallest of at least `size` pixels, then the largest of the others.

    URLs without a size are last. `size` None keeps the order, but with reduced forms last.
    """
    if size is None:
        return sorted(urls, key=lambda url: any(text in url for text in _REDUCED))
    return sorted(urls, key=lambda url: _rank(_pixels(url), size))


def media_type_of(data: bytes) -> str | None:
    """The media type of a picture by its first bytes, None for anything that a browser does not show."""
    for prefix, media_type in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
    ):
        if data.startswith(prefix):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    return None


_BRANDS: Final = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic",
}  # fmt: skip


def _rank(pixels: int, size: int) -> tuple[int, int]:
    if not pixels:
        return 2, 0
    return (0, pixels) if pixels >= size else (1, -pixels)


def _pixels(url: str) -> int:
    """The shorter side in pixels that a URL contains, 0 for none."""
    parts = _split(url)
    size = _SIZE.search(parts.path.rpartition("~")[2]) if parts else None
    return min(int(size[1]), int(size[2])) if size else 0


def _is_picture_server(parts: SplitResult) -> bool:
    host = (parts.hostname or "").lower()
    ours = is_tiktok(host) or any(f".{host}".endswith(f".{domain}") for domain in _DOMAINS)
    return ours and parts.port in {None, 80, 443}


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _netloc(url: str) -> str:
    return urlsplit(url).netloc
