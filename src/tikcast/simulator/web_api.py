"""The JSON API of the web site and of webcast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tikcast.simulator.accounts import account_seen
from tikcast.simulator.http import Answer, Request, json_answer
from tikcast.simulator.pages import live_room_info
from tikcast.simulator.room_info import gift_list, room_info
from tikcast.simulator.sessions import may_watch, session_of
from tikcast.simulator.streams import Json
from tikcast.simulator.world import Host, World

_CLOSED_DOORS: Final = {
    "age_restricted": ("This live is for people of 18 and older", 4003110),
    "private": ("User doesn't login", 20003),
}


def room_of_user(world: World, request: Request, *, now_ms: int) -> Answer:
    """`/api-live/user/room`: who is live where."""
    account = account_seen(world, request.query.get("uniqueId", ""), headers=request.headers)
    if account is None:
        return json_answer({"data": {}, "message": "user_not_found", "statusCode": 19881007})
    info = live_room_info(world, account, base=_base(request), now_ms=now_ms)
    return json_answer({"data": info, "extra": {"now": now_ms}, "message": "", "statusCode": 0})


def check_alive(world: World, request: Request, *, now_ms: int) -> Answer:
    """`room/check_alive`: many rooms at once; those that never were are missing from the answer."""
    ids = [room_id for text in request.query.get("room_ids", "").split(",") if (room_id := _id(text))]
    data = [
        {"alive": room is not None and not room.over, "room_id": room_id, "room_id_str": str(room_id)}
        for room_id in ids
        if world.owner_of(room_id)
        for room in [world.room(room_id)]
    ]
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 0})


def info_of_room(world: World, request: Request, *, now_ms: int) -> Answer:
    """`room/info`: a room by its id."""
    room_id = _id(request.query.get("room_id", ""))
    owner = world.owner_of(room_id)
    if owner is None:
        return _failed("Room does not exist", code=30003, now_ms=now_ms)
    if owner.room.room_id != room_id:
        return _found({"id": room_id, "id_str": str(room_id), "status": 4, "title": ""}, now_ms=now_ms)
    return _room(world, request, owner=owner, now_ms=now_ms)


def info_by_user(world: World, request: Request, *, now_ms: int) -> Answer:
    """`room/info_by_user`: a room by its host's name."""
    account = account_seen(world, request.query.get("unique_id", ""), headers=request.headers)
    if account is None or account.host is None:
        return _failed("User is not live", code=30003, now_ms=now_ms)
    return _room(world, request, owner=account.host, now_ms=now_ms)


def gifts(world: World, request: Request, *, now_ms: int) -> Answer:
    """`gift/list`: what can be given."""
    del world, request
    return json_answer({"data": gift_list(), "extra": {"log_id": "", "now": now_ms}, "status_code": 0})


def _room(world: World, request: Request, *, owner: Host, now_ms: int) -> Answer:
    if not may_watch(world, owner, session=session_of(request.headers)):
        message, code = _CLOSED_DOORS[owner.plan.access]
        return _failed(message, code=code, now_ms=now_ms, prompts=message)
    return _found(room_info(owner, faces=world.faces, base=_base(request), now_ms=now_ms), now_ms=now_ms)


def _found(data: Mapping[str, object], *, now_ms: int) -> Answer:
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 0})


def _failed(message: str, *, code: int, now_ms: int, prompts: str = "") -> Answer:
    data: Json = {"message": message}
    if prompts:
        data["prompts"] = prompts
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": code})


def _base(request: Request) -> str:
    return f"http://{request.authority}"


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
