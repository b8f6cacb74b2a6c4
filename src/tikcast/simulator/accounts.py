"""Who exists on the simulated TikTok: hosts, people without a live, and private accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tikcast.simulator.people import Person, host
from tikcast.simulator.world import Host, World

_ALWAYS: Final = "tiktok"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A user. `host` is None for somebody who never goes live."""

    person: Person
    host: Host | None = None
    private: bool = False

    @property
    def live(self) -> bool:
        """Whether they are live now."""
        return self.host is not None and not self.host.room.over

    @property
    def room_id(self) -> str:
        """Their newest room in decimal; empty for somebody who never went live."""
        return str(self.host.room.room_id) if self.host else ""


def account_of(world: World, user: str) -> Account | None:
    """The account with that @name, in any case of letters, or with that user id."""
    name = user.removeprefix("@").lower()
    found = world.host_of(name)
    if found:
        return Account(person=found.person, host=found)
    config = world.config
    known = {other.lower(): other for other in (_ALWAYS, *config.offline, *config.private)}
    if name in known:
        private = known[name] in config.private
        return Account(person=host(config.seed, known[name]), private=private)
    return _by_id(world, name) if name.isascii() and name.isdecimal() else None


def _by_id(world: World, digits: str) -> Account | None:
    owners = (owner for owner in world.hosts.values() if str(owner.person.id) == digits)
    owner = next(owners, None)
    return Account(person=owner.person, host=owner) if owner else None
