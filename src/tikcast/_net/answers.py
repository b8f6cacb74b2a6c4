"""What TikTok's answers about users and rooms mean. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from tikcast._net import pages
from tikcast._net.loose import read_json
from tikcast.errors import (
    AgeRestricted,
    Blocked,
    Captcha,
    IPBlocked,
    LiveEndedError,
    LoginRequired,
    LookupFailed,
    RateLimited,
)
from tikcast.events._base import ID
from tikcast.models import LiveRoom, ShapeError, UserInfo
from tikcast.models._fields import Fields

if TYPE_CHECKING:
    from tikcast._net.http import Answer

LIVE: Final = 2
OFFLINE: Final = 4

Verdict = Literal["missing", "offline", "private"]
"""Why a source knows no room: no such user, a user who is not live, a private account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRoom:
    """A live room and who hosts it, as far as its source told."""

    room_id: int
    username: str | None = None
    user: UserInfo | None = None
    title: str = ""
    page: Mapping[str, object] | None = field(default=None, repr=False, compare=False)
    """`{user, stats, liveRoom}` as its source has it, None when it has no such thing."""


def check_status(answer: Answer, *, scope: str) -> None:
    """Raise what a status says: `IPBlocked`, `RateLimited`, or `LookupFailed` for trouble."""
    if answer.status == 429:
        wait = answer.header("retry-after")
        raise RateLimited(float(wait) if wait.isdecimal() and len(wait) < 10 else None, scope)
    if answer.status == 403:
        raise IPBlocked("it forbids this address", host=answer.host, status=403)
    if answer.status >= 500:
        raise LookupFailed(answer.host, f"it answered with status {answer.status}", advice="try again later")


def check_page(answer: Answer) -> None:
    """Raise what a page is when it is not the one asked for: `Captcha`, `IPBlocked` and so on."""
    check_status(answer, scope="web")
    if pages.is_captcha(answer.text):
        raise Captcha(host=answer.host)
    if answer.header("x-tt-system-error") == "3":
        raise Captcha("it answers with a browser challenge", host=answer.host)


def live_page(answer: Answer, *, username: str) -> FoundRoom | Verdict:
    """What a live page says. Raises `Captcha` or `Blocked` when it is none."""
    state = pages.live_page_state(answer.text)
    if state is None:
        return _without_data(answer)
    found = pages.live_room_user_info(state)
    if found is None:
        return "missing"
    return _room(found, username=username, sure=False)


def live_room(found: FoundRoom) -> LiveRoom:
    """All that the source of a found room told of it. Raises `LookupFailed` for what cannot be read."""
    if found.page is None:
        user = found.user or UserInfo(username=found.username or "")
        return LiveRoom(room_id=ID(found.room_id), user=user, title=found.title, status=LIVE)
    with readable(f"@{found.username}"):
        return LiveRoom.from_page(found.page)


def api_live(answer: Answer, *, username: str) -> FoundRoom | Verdict:
    """What api-live says. Raises `Blocked`, `RateLimited`, or `LookupFailed`."""
    body = json_object(answer, scope="web")
    code, message = _code(body, "statusCode"), body.get("message")
    if code in _NO_SUCH_USER or message == "user_not_found":
        return "missing"
    data = pages.child(body, "data")
    if code != 0 or data is None:
        raise LookupFailed(f"@{username}", f"TikTok answered with code {code}")
    return _room(data, username=username, sure=True)


def profile_page(answer: Answer, *, username: str) -> UserInfo | Verdict:
    """What a profile page says of its user. Raises `Captcha` or `Blocked` when it is none."""
    detail = pages.profile_page_state(answer.text)
    if detail is None:
        return _without_data(answer)
    code, info = _code(detail, "statusCode"), pages.child(detail, "userInfo")
    verdict = _PROFILE_VERDICTS.get(code)
    if verdict is not None:
        return verdict
    user = pages.child(info, "user")
    if info is None or user is None:
        raise LookupFailed(f"@{username}", f"its profile page answered with code {code}")
    with readable(f"@{username}"):
        return UserInfo.from_page(user, info.get("stats"))


def webcast_data(answer: Answer, *, subject: str) -> Mapping[str, object]:
    """The whole body of a webcast answer. Raises the error that its status code stands for."""
    body = json_object(answer, scope="webcast")
    code = _code(body, "status_code")
    if code == 4003110:
        raise AgeRestricted(subject)
    if code == 20003:
        raise LoginRequired(subject)
    if code != 0:
        raise LookupFailed(subject, f"TikTok answered with code {code}")
    return body


def room_data(answer: Answer, *, subject: str, room_id: int) -> Mapping[str, object]:
    """The room of a room/info answer. Raises `LiveEndedError`, `AgeRestricted` and so on."""
    data = pages.child(webcast_data(answer, subject=subject), "data") or {}
    if "prompts" in data or not data.keys() & {"id", "id_str", "status", "owner", "title"}:
        raise AgeRestricted(subject)
    if _code(data, "status") == OFFLINE:
        raise LiveEndedError(room_id or max(_code(data, "id_str"), _code(data, "id")))
    return data


def alive_rooms(answer: Answer) -> dict[int, bool]:
    """Which of the rooms that a check_alive answer names are alive."""
    subject = "whether rooms are live"
    body = webcast_data(answer, subject=subject)
    with readable(subject):
        rooms = Fields(body, path="body").children("data")
        return {int(room.id("room_id_str", "room_id")): room.flag("alive") for room in rooms}


def json_object(answer: Answer, *, scope: str) -> Mapping[str, object]:
    """The JSON object of an answer. Raises `Blocked` for anything else: TikTok's way to refuse."""
    check_status(answer, scope=scope)
    value = read_json(answer.body)
    if isinstance(value, Mapping):
        return value
    check_page(answer)
    raise Blocked("its answer is no JSON", host=answer.host, status=answer.status)


@contextmanager
def readable(subject: str) -> Iterator[None]:
    """What is read inside is of the shape that it should be, or it is a `LookupFailed`."""
    try:
        yield
    except ShapeError as error:
        raise LookupFailed(subject, str(error)) from error


_NO_SUCH_USER: Final = frozenset({19881007, 404000})
_PROFILE_VERDICTS: Final[dict[int, Verdict]] = {10221: "missing", 10222: "private"}


def _without_data(answer: Answer) -> Verdict:
    """What a page without its data says; most say that we are not wanted, and that is raised."""
    if answer.status == 404:
        return "missing"
    check_page(answer)
    raise Blocked("its page holds no data", host=answer.host, status=answer.status)


def _room(found: Mapping[str, object], *, username: str, sure: bool) -> FoundRoom | Verdict:
    """The room of `{user, stats, liveRoom}`; `sure`: a status has to say that it is live."""
    user = pages.child(found, "user") or {}
    live = pages.child(found, "liveRoom") or {}
    with readable(f"@{username}"):
        info = UserInfo.from_page(user, found.get("stats"))
    statuses = {_code(user, "status"), _code(live, "status")}
    on = LIVE in statuses if sure else _code(user, "status") != OFFLINE
    if info.room_id <= 0 or not on:
        return "offline"
    title = live.get("title")
    return FoundRoom(
        room_id=info.room_id,
        username=info.username or username,
        user=info,
        title=title if isinstance(title, str) else "",
        page=found,
    )


def _code(body: Mapping[str, object], key: str) -> int:
    """A status code, 0 when missing, -1 when it is no number."""
    try:
        return Fields({key: body.get(key)}, path="body").number(key)
    except ShapeError:
        return -1
