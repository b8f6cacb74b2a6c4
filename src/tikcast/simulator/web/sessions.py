"""Who is logged in, and what that lets them see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tikcast.simulator.web.requests import cookie_of
from tikcast.simulator.world import Host, World

_COOKIES: Final = ("sessionid", "sessionid_ss", "sid_tt")


def session_of(headers: Mapping[str, str]) -> str:
    """The session id that a request carries, empty without one. Header names are lower case."""
    header = headers.get("cookie", "")
    return next((value for name in _COOKIES if (value := cookie_of(header, name))), "")


def logged_in(world: World, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from somebody whose session the simulator knows."""
    return session_of(headers) in world.config.sessions


def may_watch(world: World, owner: Host, *, session: str) -> bool:
    """Whether a live is for everybody, or the session is a known one."""
    return owner.plan.access == "public" or session in world.config.sessions
