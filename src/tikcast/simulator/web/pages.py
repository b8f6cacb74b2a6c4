"""The web pages that clients read, which also set a visitor's ttwid, and share links."""

from __future__ import annotations

from typing import Final

import msgspec

from tikcast.simulator.people.accounts import Account, find_account, may_watch, session_of, visible_account
from tikcast.simulator.video.streams import Addresses, Json, pull_data
from tikcast.simulator.web.requests import WebAnswer, WebRequest, html_answer, mint_ttwid, set_ttwid
from tikcast.simulator.web.room_info import ENDED, LIVE, live_room_user, paid_event
from tikcast.simulator.world import Host, World

_NOT_FOUND: Final = 10221
_PRIVATE: Final = 10222
_WITHOUT_VIDEO: Final = ("subscribers_only", "followers_only", "paid_event")


def live_page(world: World, request: WebRequest, *, user: str, now_ms: int) -> WebAnswer:
    """`/@user/live`: the page with SIGI_STATE, without LiveRoom for an unknown user."""
    state: Json = {"AppContext": {"appContext": {"language": "en", "region": "US"}}}
    account = visible_account(world, user, headers=request.headers)
    if account and account.host and account.host.access == "region_blocked":
        return page_with_cookie(world, request, inside="<p>Page not available</p>", now_ms=now_ms)
    if account:
        info = live_room_info(world, account, request=request, now_ms=now_ms)
        state["LiveRoom"] = {"loadingState": {"getUserInfo": 0}, "liveRoomStatus": 0, "liveRoomUserInfo": info}
    return _page(world, request, script="SIGI_STATE", data=state, now_ms=now_ms)


def profile_page(world: World, request: WebRequest, *, user: str, now_ms: int) -> WebAnswer:
    """`/@user`: the profile, by name or by user id."""
    account = visible_account(world, user, headers=request.headers)
    code = _NOT_FOUND if account is None else _PRIVATE if account.private else 0
    known = find_account(world, user)
    words = "This account has been suspended" if known and known.suspended else ""
    detail: Json = {"statusCode": code, "statusMsg": words, "needFix": True}
    if account:
        detail["userInfo"] = _profile(world, account)
    scope: Json = {"webapp.app-context": {"language": "en", "region": "US"}, "webapp.user-detail": detail}
    data: Json = {"__DEFAULT_SCOPE__": scope}
    return _page(world, request, script="__UNIVERSAL_DATA_FOR_REHYDRATION__", data=data, now_ms=now_ms)


def live_room_info(world: World, account: Account, *, request: WebRequest, now_ms: int) -> Json:
    """The user, the counts and the live stream, as in the page and in the room lookup."""
    person = account.person
    stats: Json = {"followingCount": person.following_count, "followerCount": person.follower_count}
    info: Json = {"user": live_room_user(account, user_messages=world.user_messages), "stats": stats}
    if account.host:
        open_to_visitor = may_watch(world, account.host, session=session_of(request.headers))
        hidden = account.host.access in _WITHOUT_VIDEO and not open_to_visitor
        base = f"http://{request.authority}"
        info["liveRoom"] = _live_room(account.host, base=base, video=not hidden, now_ms=now_ms)
    return info


def _live_room(owner: Host, *, base: str, video: bool, now_ms: int) -> Json:
    live = not owner.room.over
    has_addresses = live and video and owner.video.fault != "unnamed"
    addresses = Addresses(f"{base}/media", room_id=owner.room.room_id, token=owner.video.token)
    streams: Json = {"pull_data": pull_data(addresses)} if has_addresses else {}
    return {
        "coverUrl": f"{base}/media/image/cover~c5_720x720.jpeg",
        "squareCoverImg": f"{base}/media/image/cover~c5_720x720.jpeg",
        "title": owner.broadcast.title,
        "startTime": owner.broadcast.started_at_ms // 1000,
        "status": LIVE if live else ENDED,
        "paidEvent": paid_event(owner),
        "liveSubOnly": int(owner.access == "subscribers_only"),
        "liveRoomMode": 0,
        "hashTagId": 5,
        "gameTagId": 0,
        "liveRoomStats": {"userCount": owner.broadcast.totals.viewers(now_ms) if live else 0},
        "streamData": streams,
        "hevcStreamData": {},
        "streamId": str(owner.room.room_id),
        "multiStreamScene": 0,
        "multiStreamSource": 1,
    }


def _profile(world: World, account: Account) -> Json:
    person = account.person
    user = live_room_user(account, user_messages=world.user_messages)
    user |= {
        "privateAccount": account.private,
        # The upper half of an id is the time of its creation in seconds.
        "createTime": person.id >> 32,
        "shortId": "",
        "ftc": False,
        "relation": 0,
        "openFavorite": False,
        "bioLink": {"link": "", "risk": 0},
        "commentSetting": 0,
        "duetSetting": 0,
        "stitchSetting": 0,
        "isADVirtual": False,
        "roomId": account.room_id if account.live else "",
    }
    hearts = person.follower_count * 9
    stats: Json = {
        "followerCount": person.follower_count,
        "followingCount": person.following_count,
        "heart": hearts,
        "heartCount": hearts,
        "videoCount": person.id % 300,
        "diggCount": 0,
        "needFix": False,
    }
    return {"user": user, "stats": stats, "itemList": []}


def _page(world: World, request: WebRequest, *, script: str, data: Json, now_ms: int) -> WebAnswer:
    # Names in the data must not end the script.
    text = msgspec.json.encode(data).decode().replace("<", "\\u003c")
    inside = f'<div id="app"></div><script id="{script}" type="application/json">{text}</script>'
    return page_with_cookie(world, request, inside=inside, now_ms=now_ms)


def page_with_cookie(world: World, request: WebRequest, *, inside: str, now_ms: int) -> WebAnswer:
    """A page with this body, which sets a visitor's cookie."""
    body = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>TikTok</title></head><body>'
        f"{inside}</body></html>"
    )
    return html_answer(body, headers=cookie_headers(world, request, now_ms=now_ms))


def cookie_headers(world: World, request: WebRequest, *, now_ms: int) -> dict[str, str]:
    """The header that sets a new visitor's ttwid."""
    ttwid = mint_ttwid(world.config.seed, request.path, now_ms, at_ms=now_ms)
    return {"set-cookie": set_ttwid(ttwid)}


def follow(world: World, request: WebRequest, *, code: str, now_ms: int) -> WebAnswer:
    """`/t/{code}`, where the code is a user's name: a redirect to the live page, or for an unknown one to `/`."""
    del now_ms
    account = find_account(world, code)
    path = f"/@{account.person.username}/live?_r=1&_t={code}" if account else "/?_r=1"
    return WebAnswer(
        status=301,
        content_type="text/html; charset=utf-8",
        headers={"location": f"http://{request.authority}{path}", "cache-control": "no-store"},
    )
