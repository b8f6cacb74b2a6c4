"""What a user may name to be tracked: a name, a page, a share link, or a room id."""

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
    """What `target` names; pages of `web_host` count as TikTok's.

    Raises `InvalidTarget` for what names neither a user nor a room.
    """
    if isinstance(target, int):
        return _room(target, shown=str(target))
    if not isinstance(target, str):
        raise InvalidTarget(_shown(repr(target)), "it is neither a text nor a number")
    text = target.strip()
    if text.isdecimal() and len(text) >= _SHORTEST_ROOM_ID:
        return _room(_number(text), shown=text)
    if text.lstrip("/").startswith("@"):  # a page without its host is a name with something behind it
        return _user(text.strip("/").partition("/")[0], shown=text)
    if "/" in text:
        return _from_url(text, web_host=web_host)
    return _user(text, shown=text)


def parse_room_id(room: str | int) -> int:
    """A room id, as a number or in digits. Raises `InvalidTarget` for anything else."""
    found = parse_target(room)
    if isinstance(found, Target) and found.room_id is not None:
        return found.room_id
    raise InvalidTarget(_shown(str(room)), "it is no room id")


def is_tiktok(host: str) -> bool:
    """Whether `host` belongs to TikTok."""
    return host == "tiktok.com" or host.endswith(".tiktok.com")


def _from_url(text: str, *, web_host: str) -> Target | ShareLink:
    parts = _split(text if "://" in text else f"https://{text}", shown=text)
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not (is_tiktok(host) or host == web_host):
        raise InvalidTarget(_shown(text), "it is no page of TikTok")
    steps = [unquote(step) for step in parts.path.split("/") if step]
    name = next((step for step in steps if step.startswith("@")), None)
    if name is not None:
        return _user(name, shown=text)
    if steps[:2] == ["share", "live"] and steps[-1].isdecimal():
        return _room(_number(steps[-1]), shown=text)
    if steps and (host in _SHARE_HOSTS or steps[0] == "t") and _NAME.fullmatch(steps[-1]):
        return ShareLink(url=f"https://{host}/{'/'.join(steps)}/", code=steps[-1])
    raise InvalidTarget(_shown(text), "this page belongs to no user")


def _split(url: str, *, shown: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise InvalidTarget(_shown(shown), "it is no URL") from None


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
