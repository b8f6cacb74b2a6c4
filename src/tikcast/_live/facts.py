"""Lookups of a room before connecting to it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tikcast.errors import LiveEndedError, TikcastError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from tikcast._net.liveness import FoundRoom
    from tikcast._net.network import Network
    from tikcast.models import GiftInfo, RoomInfo, UserInfo

logger = logging.getLogger("tikcast.live.facts")

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomFacts:
    """A room and what is known about it; None is what is unknown or was not asked for."""

    room_id: int
    username: str | None = None
    host: UserInfo | None = None
    info: RoomInfo | None = None
    gifts: Sequence[GiftInfo] | None = None


def facts_of(room: FoundRoom) -> RoomFacts:
    """What is known about a room from the lookup that found it."""
    return RoomFacts(room_id=room.room_id, username=room.username, host=room.user)


async def look_up(
    network: Network, target: str | int, *, known_room: FoundRoom | None, room_info: bool, gift_list: bool
) -> RoomFacts:
    """Find the room, unless it is the `known_room`, and look up its info and its gift list if they are wanted.

    Only the room itself must be found; an info or a gift list that fails is logged and left out.
    Raises `LookupFailed`, `Blocked`, `RateLimited` or `NetworkError` without a room, and
    `LiveEndedError` when its live stream is over, all with the stage "lookup".
    """
    try:
        room, info = await _room_with_info(network, target, known_room=known_room, wanted=room_info)
        gifts = await _or_none(network.catalogue.gifts(room.room_id), "gift list") if gift_list else None
    except TikcastError as error:
        error.stage = error.stage or "lookup"
        raise
    host = room.user or (info.owner if info else None)
    username = room.username or (host.username if host else None)
    return RoomFacts(room_id=room.room_id, username=username, host=host, info=info, gifts=gifts)


async def _room_with_info(
    network: Network, target: str | int, *, known_room: FoundRoom | None, wanted: bool
) -> tuple[FoundRoom, RoomInfo | None]:
    """The room and its info. Pages can name a room that is over while its host is live in another."""
    resolved = await network.lookups.resolve(target)
    room = known_room or await network.lookups.find_room(resolved)
    if not wanted:
        return room, None
    try:
        return room, await _or_none(network.lookups.room_info(room.room_id, known=room), "room info")
    except LiveEndedError:
        room = await network.lookups.find_room(resolved, other_than=room.room_id)
    return room, await _or_none(network.lookups.room_info(room.room_id, known=room), "room info")


async def _or_none(answer: Awaitable[T], what: str) -> T | None:
    try:
        return await answer
    except LiveEndedError:
        raise
    except TikcastError as error:
        logger.warning("No %s, connecting without it: %s", what, error)
        return None
