"""The texts that name a user or a room: a name, a page, a share link, or a room id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from tikcast.errors import InvalidTarget

_NAME: Final = re.compile(r"[\w.\-]{1,64}")
_SHARE_HOSTS: Final = frozenset({"vm.tiktok.com", "vt.tiktok.com"})
_SHORTEST_ROOM_ID: Final = 15
_MAX_ID: Final = 2**64


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A user by name, or a room by id: one of the two is set."""

    username: str | None = None
    room_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareLink:
    """A link that only TikTok can resolve. `code`: its last part."""

    url: str
    code: str


def parse_target(target: str | int, *, web_host: str = "www.tiktok.com") -> Target | ShareLink:
    """The user, room or share link that `target` names; pages of `web_host` count as TikTok's.

    Raises `InvalidTarget` for a target that names neither a user nor a room.
    """
    if isinstance(target, int):
        return _room(target, shown=str(target))
    if not isinstance(target, str):
        raise InvalidTarget(_shown(repr(target)), "it is neither a text nor a number")
    text = target.strip()
    if text.isdecimal() and len(text) >= _SHORTEST_ROOM_ID:
        return _room(_number(text), shown=text)
    if text.lstrip("/").startswith("@"):  # a page without its host
        return _user(text.strip("/").partition("/")[0], shown=text)
    if "/" in text:
        return _from_url(text, web_host=web_host)
    return _user(text, shown=text)


def parse_room_id(room: str | int) -> int:
    """A room id, as a number or in digits. Raises `InvalidTarget` for anything else."""
    target = parse_target(room)
    if isinstance(target, Target) and target.room_id is not None:
        return target.room_id
    raise InvalidTarget(_shown(str(room)), "it is not a room id")


def is_tiktok(host: str) -> bool:
    """Whether `host` belongs to TikTok."""
    return host == "tiktok.com" or host.endswith(".tiktok.com")


def _from_url(text: str, *, web_host: str) -> Target | ShareLink:
    parts = _split(text if "://" in text else f"https://{text}", shown=text)
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not (is_tiktok(host) or host == web_host):
        raise InvalidTarget(_shown(text), "it is not a page of TikTok")
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    name = next((segment for segment in segments if segment.startswith("@")), None)
    if name is not None:
        return _user(name, shown=text)
    if segments[:2] == ["share", "live"] and segments[-1].isdecimal():
        return _room(_number(segments[-1]), shown=text)
    if segments and (host in _SHARE_HOSTS or segments[0] == "t") and _NAME.fullmatch(segments[-1]):
        return ShareLink(url=f"https://{host}/{'/'.join(segments)}/", code=segments[-1])
    raise InvalidTarget(_shown(text), "this page does not belong to a user")


def _split(url: str, *, shown: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise InvalidTarget(_shown(shown), "it is not a URL") from None


def _user(text: str, *, shown: str) -> Target:
    name = text.removeprefix("@")
    if not _NAME.fullmatch(name):
        raise InvalidTarget(_shown(shown))
    return Target(username=name)


def _room(number: int, *, shown: str) -> Target:
    if isinstance(number, bool) or not 0 < number < _MAX_ID:
        raise InvalidTarget(_shown(shown), "a room id is a positive number of 64 bits")
    return Target(room_id=number)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= len(str(_MAX_ID)) else _MAX_ID


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
