"""The JSON API of the web site and of webcast: rooms, gifts, recommendations, prices and viewers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tikcast.simulator.people.accounts import find_account, logged_in, may_watch, session_of, visible_account
from tikcast.simulator.people.people import RoomVisitors
from tikcast.simulator.room.state import Access
from tikcast.simulator.video.streams import Json
from tikcast.simulator.web.pages import live_room_info
from tikcast.simulator.web.requests import WebAnswer, WebRequest, decimal, json_answer, unknown_user
from tikcast.simulator.web.room_info import gift_list, room_info, user_data
from tikcast.simulator.world import Host, World

_PAGE_SIZE: Final = 6
_AUDIENCE_SIZE: Final = 30
_PACKETS: Final = ((30, 45), (70, 99), (350, 499), (700, 999), (1400, 1999), (3500, 4999), (7000, 9999))
"""Coins, and their price in US cents."""

_EUROS: Final = 0.93

# TikTok gives few reasons a number (2026-09); for the others there are only its words.
_ACCESS_ERRORS: Final[Mapping[Access, tuple[str, int]]] = {
    "age_restricted": ("This live is for people of 18 and older", 4003110),
    "private": ("User doesn't login", 20003),
    "subscribers_only": ("This LIVE is only available to subscribers", 0),
    "followers_only": ("Follow the creator to watch their LIVE. It is for followers only", 0),
    "paid_event": ("This LIVE is a paid event. Get a ticket to watch it", 0),
    "region_blocked": ("This LIVE isn't available in your region", 0),
    "suspended_account": ("This account has been suspended", 0),
}
_NOT_IN_REGION: Final = 10101


def room_of_user(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`/api-live/user/room`: a user's room."""
    account = visible_account(world, request.query.get("uniqueId", ""), headers=request.headers)
    if account is None:
        return unknown_user()
    if account.host and account.host.access == "region_blocked":
        return json_answer({"data": {}, "message": "", "statusCode": _NOT_IN_REGION})
    info = live_room_info(world, account, request=request, now_ms=now_ms)
    return json_answer({"data": info, "extra": {"now": now_ms}, "message": "", "statusCode": 0})


def check_alive(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`room/check_alive`: many rooms at once; rooms that never existed are missing in the answer."""
    ids = [room_id for text in request.query.get("room_ids", "").split(",") if (room_id := decimal(text))]
    data = [
        {"alive": owner.live and owner.room.room_id == room_id, "room_id": room_id, "room_id_str": str(room_id)}
        for room_id in ids
        if (owner := world.owner_of(room_id))
    ]
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 0})


def info_of_room(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`room/info`: a room by its id."""
    room_id = decimal(request.query.get("room_id", ""))
    owner = world.owner_of(room_id)
    if owner is None:
        return _failure("Room does not exist", code=30003, now_ms=now_ms)
    if owner.room.room_id != room_id:
        return _success({"id": room_id, "id_str": str(room_id), "status": 4, "title": ""}, now_ms=now_ms)
    return _room(world, request, owner=owner, now_ms=now_ms)


def info_by_user(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`room/info_by_user`: a room by its host's name."""
    name = request.query.get("unique_id", "")
    account = visible_account(world, name, headers=request.headers)
    suspended = find_account(world, name)
    if suspended and suspended.suspended:
        return _failure(_ACCESS_ERRORS["suspended_account"][0], code=30003, now_ms=now_ms)
    if account is None or account.host is None:
        return _failure("User is not live", code=30003, now_ms=now_ms)
    return _room(world, request, owner=account.host, now_ms=now_ms)


def gifts(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`gift/list`: the gifts that viewers can send."""
    del world, request
    return json_answer({"data": gift_list(), "extra": {"log_id": "", "now": now_ms}, "status_code": 0})


def _room(world: World, request: WebRequest, *, owner: Host, now_ms: int) -> WebAnswer:
    if not may_watch(world, owner, session=session_of(request.headers)):
        message, code = _ACCESS_ERRORS[owner.access]
        return _failure(message, code=code, now_ms=now_ms, prompts=message)
    return _success(
        room_info(owner, user_messages=world.user_messages, base=_base(request), now_ms=now_ms), now_ms=now_ms
    )


def _success(data: Mapping[str, object], *, now_ms: int) -> WebAnswer:
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 0})


def _failure(message: str, *, code: int, now_ms: int, prompts: str = "") -> WebAnswer:
    data: Json = {"message": message}
    if prompts:
        data["prompts"] = prompts
    return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": code})


def _base(request: WebRequest) -> str:
    return f"http://{request.authority}"


def feed(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`feed`: live streams that the visitor may watch, the newest first, about six a page.

    `max_time` is the start of the last one of a page; the next page begins there.
    """
    hosts = _live_hosts(world, session=session_of(request.headers))
    before = decimal(request.query.get("max_time", "")) or 1 << 62
    left = [owner for owner in hosts if owner.broadcast.started_at_ms < before]
    page = [owner for owner in left if owner.broadcast.started_at_ms >= _last_start(left[:_PAGE_SIZE])]
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


def prices(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`wallet_api/fs/diamond`: the prices of coins, in dollars and in euros."""
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


def audience(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`ranklist/online_audience`: the viewers, for users who are logged in."""
    if not logged_in(world, request.headers):
        data: Json = {"message": "User doesn't login", "prompts": "Please log in"}
        return json_answer({"data": data, "extra": {"now": now_ms}, "status_code": 20003})
    owner = world.owner_of(decimal(request.query.get("room_id", "")))
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


def _live_hosts(world: World, *, session: str) -> list[Host]:
    live = [owner for owner in world.hosts.values() if owner.live and may_watch(world, owner, session=session)]
    return sorted(live, key=lambda owner: owner.broadcast.started_at_ms, reverse=True)


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
    """The viewers with the most gifts first, with the same scores as in the room's messages."""
    visitors = RoomVisitors(world.config.seed, owner.plan.user)
    people = [visitors.person(index) for index in visitors.top(min(_AUDIENCE_SIZE, watching))]
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
