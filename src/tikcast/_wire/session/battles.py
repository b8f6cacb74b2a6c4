"""Whole battles: start, scores and end come in separate messages with the same battle id."""

from __future__ import annotations

import msgspec

from tikcast._wire.convert.battle import FINISHED, winner
from tikcast.events._base import User
from tikcast.events.battle import BattleScore, BattlesEvent, BattleTeam, MicBattleEvent

MOST_BATTLES = 256
MOST_HOSTS = 64


class Battle(msgspec.Struct, gc=False):
    """What is known of one battle so far."""

    users: tuple[User, ...] = ()
    teams: tuple[BattleTeam, ...] = ()
    scores: tuple[BattleScore, ...] = ()


class Battles:
    """The battles of a session. One id is one battle, although it has messages in each host's room."""

    def __init__(self) -> None:
        self._battles: dict[int, Battle] = {}

    def complete(self, event: MicBattleEvent) -> MicBattleEvent:
        """The event with hosts, teams and scores from earlier messages, and the winner at the end."""
        battle = self._battle(event.battle_id)
        battle.users = event.users or battle.users
        battle.teams = event.teams or battle.teams
        battle.scores = event.scores or battle.scores
        won = winner(battle.scores, event.teams) if event.action == FINISHED else None
        return msgspec.structs.replace(
            event, users=battle.users, teams=battle.teams, scores=battle.scores, winner_id=won
        )

    def score(self, event: BattlesEvent) -> None:
        """Keep a score. Points only grow: a late message with fewer points changes nothing."""
        if not event.battles:
            return
        battle = self._battle(event.battle_id)
        points = {score.host_id: score.points for score in battle.scores}
        for side in event.battles:
            now = sum(group.points for group in side.groups)
            points[side.host_id] = max(now, points.get(side.host_id, now))
        hosts = list(points.items())[-MOST_HOSTS:]
        battle.scores = tuple([BattleScore(host_id=host_id, points=count) for host_id, count in hosts])

    def _battle(self, battle_id: int) -> Battle:
        battle = self._battles.pop(battle_id, None) or Battle()
        self._battles[battle_id] = battle
        if len(self._battles) > MOST_BATTLES:
            del self._battles[next(iter(self._battles))]
        return battle
