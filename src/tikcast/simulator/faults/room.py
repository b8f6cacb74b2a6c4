"""Faults of the live stream as a whole: what its host, or TikTok, does to it."""

from __future__ import annotations

from tikcast.simulator.faults.hooks import ROOM, RoomChange, ms
from tikcast.simulator.faults.parameters import flag, number
from tikcast.simulator.faults.parameters import seconds as duration


@ROOM.fault("pause", "the host pauses")
def pause() -> list[RoomChange]:
    """Pause the live stream."""
    return [RoomChange(action="pause")]


@ROOM.fault("resume", "the host goes on")
def resume() -> list[RoomChange]:
    """Let a paused live stream go on."""
    return [RoomChange(action="resume")]


@ROOM.fault("end", "the host ends the live")
def end() -> list[RoomChange]:
    """End the live stream."""
    return [RoomChange(action="end")]


@ROOM.fault("suspend", "moderation ends the live")
def suspend() -> list[RoomChange]:
    """End the live stream, as moderation does."""
    return [RoomChange(action="suspend")]


@ROOM.fault(
    "lost_end",
    "the live ends and no message says so; heartbeats are still answered",
    admits=flag("whether the room, which is over, still lets clients in; they get no message", default=True),
)
def lost_end(*, admits: bool) -> list[RoomChange]:
    """End the live stream without a message."""
    return [RoomChange(action="end", announced=False, admits=admits)]


@ROOM.fault("subscribers_only", "only subscribers may watch from now on")
def subscribers_only() -> list[RoomChange]:
    """Let only members in."""
    return [RoomChange(access="subscribers_only")]


@ROOM.fault("followers_only", "only followers may watch from now on")
def followers_only() -> list[RoomChange]:
    """Let only members in."""
    return [RoomChange(access="followers_only")]


@ROOM.fault("paid_event", "only people with a ticket may watch from now on")
def paid_event() -> list[RoomChange]:
    """Let only members in."""
    return [RoomChange(access="paid_event")]


@ROOM.fault("region_blocked", "nobody of the client's region may watch from now on")
def region_blocked() -> list[RoomChange]:
    """Let nobody in."""
    return [RoomChange(access="region_blocked")]


@ROOM.fault("suspended_account", "the host's account is suspended, and its live with it")
def suspended_account() -> list[RoomChange]:
    """Suspend the live stream, and hide the account."""
    return [RoomChange(access="suspended_account"), RoomChange(action="suspend", optional=True)]


@ROOM.fault(
    "restart",
    "the host ends the live and opens a new room",
    seconds=duration("between the two", 0.0),
)
def restart(*, seconds: float) -> list[RoomChange]:
    """End the live stream, and start another one."""
    return [
        RoomChange(action="end", optional=True),
        RoomChange(action="go_live", after_ms=ms(seconds), optional=True),
    ]


@ROOM.fault(
    "heartbeat_interval",
    "the server wants heartbeats at another pace, and tells so with each response and handshake",
    seconds=number("between two heartbeats", 5, least=1, most=300),
)
def heartbeat_interval(*, seconds: int) -> list[RoomChange]:
    """Ask all clients for heartbeats at another interval."""
    return [RoomChange(heartbeat_ms=ms(seconds))]
