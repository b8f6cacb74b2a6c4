"""Battles: the hosts, the scores and the winner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, numeric
from tikcast._wire.convert.records import image, user
from tikcast._wire.convert.user import best_picture, expires_at
from tikcast.events._base import ID, User
from tikcast.events.battle import (
    BattleGroup,
    BattleHost,
    BattleScore,
    BattlesEvent,
    BattleTeam,
    MicBattleEvent,
)

# LinkMicBattleStatus of a battle that is over; the fact is TikTok's.
FINISHED = 5


def mic_battle(m: fast.WebcastLinkMicBattle, head: Head) -> MicBattleEvent:
    """A battle opens or ends."""
    teams = tuple([_team(item) for item in m.host_data2v2])
    scores = _scores(m, teams)
    return MicBattleEvent(
        **head.fields(m.common),
        battle_id=ID(m.battle_id),
        action=m.action,
        users=tuple(_hosts(m)),
        teams=teams,
        scores=scores,
        winner_id=winner(scores, teams) if m.action == FINISHED else None,
    )


def _hosts(m: fast.WebcastLinkMicBattle) -> Iterable[User]:
    for side in m.host_team:
        for group in side.host_group:
            for host in group.host:
                yield _host(host)


def _host(m: fast.Host) -> User:
    urls = tuple([url for blob in m.images for url in image(blob).urls])
    avatar = best_picture(urls)
    return User(
        id=ID(m.id),
        username=m.name,
        nickname=m.profile_id,
        avatar=avatar,
        avatars=urls,
        avatar_expires_at=expires_at(avatar),
    )


def _team(m: fast.Host2v2Data) -> BattleTeam:
    hosts = tuple([ID(host.host_id) or numeric(host.host_id_str) for host in m.hostdata])
    return BattleTeam(team_id=ID(m.team_number), host_ids=hosts, points=m.total_points)


def _scores(m: fast.WebcastLinkMicBattle, teams: Sequence[BattleTeam]) -> tuple[BattleScore, ...]:
    if m.details:
        return tuple([BattleScore(host_id=ID(item.id), points=item.summary.points) for item in m.details])
    hosts = [host for team in m.host_data2v2 for host in team.hostdata]
    if teams and hosts:
        return tuple([BattleScore(host_id=ID(host.host_id), points=host.points) for host in hosts])
    return ()


def winner(scores: Sequence[BattleScore], teams: Sequence[BattleTeam]) -> ID | None:
    """The host or team with the most points; teams count if there are any. None in a draw or without scores."""
    table = [(team.points, team.team_id) for team in teams] or [(score.points, score.host_id) for score in scores]
    table.sort(reverse=True)
    if not table or (len(table) > 1 and table[0][0] == table[1][0]):
        return None
    return table[0][1]


def armies(m: fast.WebcastLinkMicArmies, head: Head) -> BattlesEvent:
    """The score of a running battle."""
    return BattlesEvent(
        **head.fields(m.common),
        battle_id=ID(m.battle_id),
        status=m.battle_status,
        battles=tuple([_side(item) for item in m.battle_items]),
    )


def _side(m: fast.LinkMicArmiesItems) -> BattleHost:
    return BattleHost(host_id=ID(m.host_user_id), groups=tuple([_group(item) for item in m.battle_groups]))


def _group(m: fast.LinkMicArmiesGroup) -> BattleGroup:
    return BattleGroup(points=m.points, users=tuple([user(blob) for blob in m.users]))
