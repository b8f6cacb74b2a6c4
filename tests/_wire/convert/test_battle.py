"""Battles: who fights, with what score, who wins."""

import pytest

from tests._wire.building import ROOM, Message, deliver
from tests.wire_schema import WireMessage, build
from tikcast import BattlesEvent, Event, LiveSession, MicBattleEvent, decode_message
from tikcast._wire.convert.battle import winner
from tikcast.events import ID, BattleScore, BattleTeam

OPENED, FINISHED = 4, 5


def host(number: int) -> WireMessage:
    person = build("Host", id=number, profile_id=f"Host {number}", name=f"host{number}")
    person.images.add(url_list=[f"https://a/{number}~100x100.webp"])
    return build("LinkMicBattleHost", id=number, host_group=[build("HostGroup", host=[person])])


def battle(
    action: int, *hosts: int, message_id: int = 1, battle_id: int = 500, room: int = ROOM, **fields: object
) -> Message:
    message = build(
        "WebcastLinkMicBattle",
        common=build("Common", msg_id=message_id, room_id=room),
        battle_id=battle_id,
        action=action,
        host_team=[host(number) for number in hosts],
        **fields,
    )
    return "WebcastLinkMicBattle", message.SerializeToString()


def details(**points: int) -> list[WireMessage]:
    return [
        build(
            "LinkMicBattleDetails", id=int(name.strip("h")), summary=build("LinkMicBattleDetailsSummary", points=value)
        )
        for name, value in points.items()
    ]


def armies(message_id: int, *, battle_id: int = 500, room: int = ROOM, **points: int) -> Message:
    items = [
        build(
            "LinkMicArmiesItems",
            host_user_id=int(name.strip("h")),
            battle_groups=[build("LinkMicArmiesGroup", points=value, users=[build("User", id=8, nickname="Ana")])],
        )
        for name, value in points.items()
    ]
    message = build(
        "WebcastLinkMicArmies",
        common=build("Common", msg_id=message_id, room_id=room),
        battle_id=battle_id,
        battle_status=1,
        battle_items=items,
    )
    return "WebcastLinkMicArmies", message.SerializeToString()


def mic(events: list[Event]) -> list[MicBattleEvent]:
    return [event for event in events if isinstance(event, MicBattleEvent)]


def test_an_opening_battle_has_its_hosts_and_no_winner() -> None:
    event = decode_message(*battle(OPENED, 1, 2))
    assert isinstance(event, MicBattleEvent)
    assert (event.battle_id, event.action, event.winner_id) == (500, OPENED, None)
    assert [(user.id, user.username, user.nickname) for user in event.users] == [
        (1, "host1", "Host 1"),
        (2, "host2", "Host 2"),
    ]
    assert event.users[0].avatar == "https://a/1~100x100.webp"


def test_a_finished_battle_has_scores_and_a_winner() -> None:
    event = decode_message(*battle(FINISHED, 1, 2, details=details(h1=300, h2=700)))
    assert isinstance(event, MicBattleEvent)
    assert [(score.host_id, score.points) for score in event.scores] == [(1, 300), (2, 700)]
    assert event.winner_id == 2


def test_teams_win_together() -> None:
    teams = [
        build("Host2v2Data", team_number=1, total_points=900, hostdata=[build("HostData", host_id=1, points=900)]),
        build(
            "Host2v2Data",
            team_number=2,
            total_points=1000,
            hostdata=[build("HostData", host_id_str="7312", points=400)],
        ),
    ]
    event = decode_message(*battle(FINISHED, 1, 2, host_data2v2=teams))
    assert isinstance(event, MicBattleEvent)
    assert [(team.team_id, team.host_ids, team.points) for team in event.teams] == [(1, (1,), 900), (2, (7312,), 1000)]
    assert event.winner_id == 2


@pytest.mark.parametrize(
    ("points", "expected"), [([], None), ([5], 1), ([5, 5], None), ([5, 4], 1), ([4, 5, 5], None), ([0, 0], None)]
)
def test_the_most_points_win_and_a_draw_has_no_winner(points: list[int], expected: int | None) -> None:
    scores = [BattleScore(host_id=ID(index), points=value) for index, value in enumerate(points, start=1)]
    assert winner(scores, []) == expected
    teams = [BattleTeam(team_id=ID(index), points=value) for index, value in enumerate(points, start=1)]
    assert winner([BattleScore(host_id=ID(9), points=99)], teams) == (expected if teams else 9)


def test_a_running_score_has_hosts_groups_and_givers() -> None:
    event = decode_message(*armies(1, h1=10, h2=20))
    assert isinstance(event, BattlesEvent)
    assert (event.battle_id, event.status) == (500, 1)
    assert [(side.host_id, [group.points for group in side.groups]) for side in event.battles] == [(1, [10]), (2, [20])]
    assert event.battles[0].groups[0].users[0].nickname == "Ana"


def test_a_session_puts_opening_scores_and_end_together() -> None:
    session = LiveSession(ROOM)
    deliver(session, battle(OPENED, 1, 2, message_id=1), armies(2, h1=10, h2=20), armies(3, h1=90, h2=30))
    (end,) = mic(deliver(session, battle(FINISHED, message_id=4)))
    assert [user.id for user in end.users] == [1, 2]
    assert [(score.host_id, score.points) for score in end.scores] == [(1, 90), (2, 30)]
    assert end.winner_id == 1


def test_what_the_end_itself_says_goes_before_what_was_told_earlier() -> None:
    session = LiveSession(ROOM)
    deliver(session, battle(OPENED, 1, 2, message_id=1), armies(2, h1=10, h2=20))
    (end,) = mic(deliver(session, battle(FINISHED, 1, 2, message_id=4, details=details(h1=50, h2=40))))
    assert end.winner_id == 1


def test_a_score_that_comes_late_takes_no_points_back() -> None:
    session = LiveSession(ROOM)
    deliver(session, battle(OPENED, 1, 2, message_id=1), armies(3, h1=90, h2=30), armies(2, h1=10, h2=40))
    (end,) = mic(deliver(session, battle(FINISHED, message_id=4)))
    assert [(score.host_id, score.points) for score in end.scores] == [(1, 90), (2, 40)]
    assert end.winner_id == 1


def test_the_rooms_of_both_hosts_tell_of_one_battle_by_its_id() -> None:
    ends = []
    for room in (ROOM, ROOM + 1):
        session = LiveSession(room)
        told = [battle(OPENED, 1, 2, message_id=1, room=room), armies(2, h1=10, h2=20, room=room)]
        ends += mic(deliver(session, *told, battle(FINISHED, message_id=3, room=room)))[1:]
    one, other = ends
    assert (one.room_id, other.room_id) == (ROOM, ROOM + 1)
    assert one.battle_id == other.battle_id == 500
    assert (one.scores, one.winner_id) == (other.scores, 2)


def test_two_battles_are_kept_apart() -> None:
    session = LiveSession(ROOM)
    deliver(session, battle(OPENED, 1, 2, message_id=1), armies(2, battle_id=501, h1=10, h3=20))
    (end,) = mic(deliver(session, battle(FINISHED, message_id=3, battle_id=501)))
    assert end.users == ()
    assert end.winner_id == 3


def test_battles_are_remembered_in_bounded_number() -> None:
    session = LiveSession(ROOM)
    for number in range(1, 1001):
        deliver(session, battle(OPENED, 1, 2, message_id=number, battle_id=number))
    (old,) = mic(deliver(session, battle(FINISHED, message_id=2001, battle_id=1)))
    (recent,) = mic(deliver(session, battle(FINISHED, message_id=2002, battle_id=1000)))
    assert (len(old.users), len(recent.users)) == (0, 2)
