"""The accounts of the simulated TikTok: hosts, users who never go live, private accounts; and who may watch whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tikcast.simulator.people.people import Person, host
from tikcast.simulator.web.requests import cookie_of
from tikcast.simulator.world import Host, World

_ALWAYS: Final = "tiktok"
_FOR_MEMBERS: Final = ("subscribers_only", "followers_only", "paid_event")
_SESSION_COOKIES: Final = ("sessionid", "sessionid_ss", "sid_tt")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A user. `host` is None for a user who never goes live. `suspended`: TikTok shows nothing of the account."""

    person: Person
    host: Host | None = None
    private: bool = False
    suspended: bool = False

    @property
    def live(self) -> bool:
        """Whether the user is live now."""
        return self.host is not None and self.host.live

    @property
    def room_id(self) -> str:
        """The id of the newest room in decimal; empty for a user who never went live."""
        return str(self.host.room.room_id) if self.host else ""


def visible_account(world: World, user: str, *, headers: Mapping[str, str]) -> Account | None:
    """The account as the sender of these headers sees it: a private account is visible only after a login.

    A suspended account is visible to nobody.
    """
    account = find_account(world, user)
    if account is not None and account.suspended:
        return None
    if account is None or not account.private:
        return account
    return replace(account, private=False) if logged_in(world, headers) else replace(account, host=None)


def find_account(world: World, user: str) -> Account | None:
    """The account with that user name, in upper or lower case, or with that user id."""
    name = user.removeprefix("@").lower()
    owner = world.host_of(name)
    if owner:
        return _account(owner)
    config = world.config
    known = {other.lower(): other for other in (_ALWAYS, *config.offline, *config.private)}
    if name in known:
        private = known[name] in config.private
        return Account(person=host(config.seed, known[name]), private=private)
    return _by_id(world, name) if name.isascii() and name.isdecimal() else None


def session_of(headers: Mapping[str, str]) -> str:
    """The session id in a request's cookies, empty without one. Header names are lower case."""
    header = headers.get("cookie", "")
    return next((value for name in _SESSION_COOKIES if (value := cookie_of(header, name))), "")


def logged_in(world: World, headers: Mapping[str, str]) -> bool:
    """Whether a request has one of the simulator's sessions, or of its members."""
    return session_of(headers) in {*world.config.sessions, *world.config.members}


def may_watch(world: World, owner: Host, *, session: str) -> bool:
    """Whether a live stream is public, or open to the user with that session."""
    if owner.access == "public":
        return True
    if owner.access in {"age_restricted", "private"}:
        return session in {*world.config.sessions, *world.config.members}
    return owner.access in _FOR_MEMBERS and session in world.config.members


def _by_id(world: World, digits: str) -> Account | None:
    owners = (owner for owner in world.hosts.values() if str(owner.person.id) == digits)
    owner = next(owners, None)
    return _account(owner) if owner else None


def _account(owner: Host) -> Account:
    access = owner.access
    return Account(
        person=owner.person, host=owner, private=access == "private", suspended=access == "suspended_account"
    )
