"""The JSON API of the web site and of webcast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tikcast.simulator.people.accounts import logged_in, may_watch, session_of, visible_account
from tikcast.simulator.people.people import RoomVisitors
from tikcast.simulator.video.streams import Json
from tikcast.simulator.web.pages import live_room_info
from tikcast.simulator.web.requests import Answer, Request, json_answer, unknown_user
from tikcast.simulator.web.room_info import gift_list, room_info, user_data
from tikcast.simulator.world import Host, World

_CLOSED_DOORS: Final = {
    "age_restricted": ("This live is for people of 18 and older", 4003110),
    "private": ("User doesn't login", 20003),
}


def room_of_user(world: World, request: Request, *, now_ms: int) -> Answer:
    """`/api-live/user/room`: who is live where."""
    account = visible_account(world, request.query.get("uniqueId", ""), headers=request.headers)
    if account is None:
        return unknown_user()
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
    account = visible_account(world, request.query.get("unique_id", ""), headers=request.headers)
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
    return _found(
        room_info(owner, user_messages=world.user_messages, base=_base(request), now_ms=now_ms), now_ms=now_ms
    )


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


_A_PAGE: Final = 6
_AUDIENCE: Final = 30
_PACKETS: Final = ((30, 45), (70, 99), (350, 499), (700, 999), (1400, 1999), (3500, 4999), (7000, 9999))
"""Coins, and their price in US cents."""

_EUROS: Final = 0.93


def feed(world: World, request: Request, *, now_ms: int) -> Answer:
    """`feed`: lives that the visitor may watch, the newest first, about six a page.

    `max_time` is when the last one of a page began; the next page goes on from there.
    """
    lives = _lives(world, session=session_of(request.headers))
    before = _number(request.query.get("max_time", "")) or 1 << 62
    left = [owner for owner in lives if owner.broadcast.started_at_ms < before]
    page = [owner for owner in left if owner.broadcast.started_at_ms >= _last_start(left[:_A_PAGE])]
    base = f"http://{request.authority}"
    items: list[Json] = [
        _recommended(room_info(owner, user_messages=world.user_messages, base=base, now_ms=now_ms), owner=owner)
        for owner in page
    ]
    extra: Json = {
        "banner": {"banners": [], "banners_type": 0, "switch_type": 0, "title": "", "total": 0},
        "cost": 0,
        "has_more": len(page) < len(left),
        "hashtag_text": "",
        "is_backup": 0,
        "log_pb": {"impr_id": "", "session_id": 0},
        "max_time": _last_start(page),
        "min_time": 0,
        "now": now_ms,
        "style": 0,
        "total": len(items),
        "unread_extra": "",
    }
    return json_answer({"data": items, "extra": extra, "status_code": 0})


def prices(world: World, request: Request, *, now_ms: int) -> Answer:
    """`wallet_api/fs/diamond`: what coins cost, in dollars and in euros."""
    del world, request
    extra: Json = {
        "channel": "tiktok_web",
        "currency_list": ["USD", "EUR"],
        "default_currency": "USD",
        "is_default": True,
        "max_customized_diamond_cnt": 2_500_000,
        "min_customized_diamond_cnt": 30,
        "now": now_ms,
        "recommended_packet_id": 3,
    }
    items = [_packet(number, coins, cents=cents) for number, (coins, cents) in enumerate(_PACKETS, start=1)]
    return json_answer({"data": items, "extra": extra, "status_code": 0})


def audience(world: World, request: Request, *, now_ms: int) -> Answer:
    """`ranklist/online_audience`: who watches, for people who are logged in."""
    if not logged_in(world, request.headers):
        data: Json = {"message": "User doesn't login", "prompts": "Please log in"}
        return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 20003})
    owner = world.owner_of(_number(request.query.get("room_id", "")))
    watching = owner.broadcast.totals.viewers(now_ms) if owner and not owner.room.over else 0
    ranks = _ranks(world, owner, watching=watching) if owner else []
    data = {
        "anchor_show_contribution": True,
        "anonymous": max(0, watching - len(ranks)),
        "currency": "Coins",
        "ranks": ranks,
        "rule_url": "",
        "total": watching,
    }
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 0})


def _lives(world: World, *, session: str) -> list[Host]:
    open_ones = [
        owner for owner in world.hosts.values() if not owner.room.over and may_watch(world, owner, session=session)
    ]
    return sorted(open_ones, key=lambda owner: owner.broadcast.started_at_ms, reverse=True)


def _last_start(page: Sequence[Host]) -> int:
    return page[-1].broadcast.started_at_ms if page else 0


def _recommended(room: Json, *, owner: Host) -> Json:
    return {
        "data": room,
        "debug_info": "",
        "flare_info": {"is_flare": False, "task_id": ""},
        "is_pseudo_living": False,
        "is_recommend_card": False,
        "live_reason": "",
        "rid": str(owner.room.room_id),
        "type": 1,
    }


def _packet(number: int, coins: int, *, cents: int) -> Json:
    euros = round(cents * _EUROS)
    return {
        "coupon_id": "0",
        "currency_price": [
            _price("USD", cents, shown=f"${cents / 100:.2f}"),
            _price("EUR", euros, shown=f"€{euros / 100:.2f}"),
        ],
        "describe": f"{coins} Coins",
        "diamond_count": coins,
        "discount_price": 0,
        "exchange_price": cents,
        "giving_count": 0,
        "iap_id": f"tiktok.webcast.{coins}",
        "id": number,
        "price": cents,
    }


def _price(currency: str, price: int, *, shown: str) -> Json:
    return {
        "currency": currency,
        "keep_dot": 2,
        "original_price": price,
        "price": price,
        "price_dot": 2,
        "price_show_form": shown,
    }


def _ranks(world: World, owner: Host, *, watching: int) -> list[Json]:
    """The most generous first, with the scores that the room's own messages give them."""
    visitors = RoomVisitors(world.config.seed, owner.plan.user)
    people = [visitors.person(index) for index in visitors.top(min(_AUDIENCE, watching))]
    return [
        {
            "gap_description": "",
            "rank": rank,
            "score": 900 // rank,
            "user": user_data(person, user_messages=world.user_messages),
            "user_restriction_level": 0,
        }
        for rank, person in enumerate(people, start=1)
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
