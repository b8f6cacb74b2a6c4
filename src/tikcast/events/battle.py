"""Battles between hosts."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import ID, NO_ID, Event, Record, User


class BattleScore(Record, frozen=True, kw_only=True):
    """The points of one host in a battle."""

    host_id: ID = NO_ID
    points: int = 0


class BattleTeam(Record, frozen=True, kw_only=True):
    """Hosts who fight together, with the sum of their points."""

    team_id: ID = NO_ID
    host_ids: tuple[ID, ...] = ()
    points: int = 0


class MicBattleEvent(Event, frozen=True, kw_only=True, tag="mic_battle"):
    """A battle starts (`action` 4) or ends (5); other actions: 1 invited, 2 refused, 3 cancelled, 6 ended early.

    `users` are the hosts. `battle_id` is the same in every host's room. `winner_id` is the host (or, between
    teams, the team) with the most points once the battle is over; None before, and in a draw.
    """

    type: ClassVar[str] = "mic_battle"

    battle_id: ID = NO_ID
    action: int = 0
    users: tuple[User, ...] = ()
    teams: tuple[BattleTeam, ...] = ()
    scores: tuple[BattleScore, ...] = ()
    winner_id: ID | None = None


class BattleGroup(Record, frozen=True, kw_only=True):
    """Points of one host, and the viewers who gave the most of them."""

    points: int = 0
    users: tuple[User, ...] = ()


class BattleHost(Record, frozen=True, kw_only=True):
    """One host's side of a battle."""

    host_id: ID = NO_ID
    groups: tuple[BattleGroup, ...] = ()


class BattlesEvent(Event, frozen=True, kw_only=True, tag="battles"):
    """The score of a battle changes. `status` 1: the battle goes on; 2: it is over."""

    type: ClassVar[str] = "battles"

    battle_id: ID = NO_ID
    status: int = 0
    battles: tuple[BattleHost, ...] = ()
