"""What TikTok's answers about users and rooms mean. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import msgspec

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
    if is_captcha(answer.text):
        raise Captcha(host=answer.host)
    if answer.header("x-tt-system-error") == "3":
        raise Captcha("it answers with a browser challenge", host=answer.host)


def live_page(answer: Answer, *, username: str) -> FoundRoom | Verdict:
    """What a live page says. Raises `Captcha` or `Blocked` when it is none."""
    state = live_page_state(answer.text)
    if state is None:
        return _without_data(answer)
    found = live_room_user_info(state)
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
    data = child(body, "data")
    if code != 0 or data is None:
        raise LookupFailed(f"@{username}", f"TikTok answered with code {code}")
    return _room(data, username=username, sure=True)


def profile_page(answer: Answer, *, username: str) -> UserInfo | Verdict:
    """What a profile page says of its user. Raises `Captcha` or `Blocked` when it is none."""
    detail = profile_page_state(answer.text)
    if detail is None:
        return _without_data(answer)
    code, info = _code(detail, "statusCode"), child(detail, "userInfo")
    verdict = _PROFILE_VERDICTS.get(code)
    if verdict is not None:
        return verdict
    user = child(info, "user")
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
    data = child(webcast_data(answer, subject=subject), "data") or {}
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
    user = child(found, "user") or {}
    live = child(found, "liveRoom") or {}
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


_CAPTCHA_MARKS: Final = ("tiktok-verify-page", "captcha_container", "verifycenter/captcha")


def live_page_state(html: str) -> Mapping[str, object] | None:
    """The SIGI_STATE object of a live page, in either of its forms; None when there is none."""
    text = _script(html, "SIGI_STATE")
    if text is None:
        text = (_script(html, "sigi-persisted-data") or "").partition("=")[2]
    return _first_object(text)


def profile_page_state(html: str) -> Mapping[str, object] | None:
    """The `webapp.user-detail` object of a profile page; None when there is none."""
    state = _first_object(_script(html, "__UNIVERSAL_DATA_FOR_REHYDRATION__") or "")
    return child(child(state, "__DEFAULT_SCOPE__"), "webapp.user-detail")


def live_room_user_info(state: Mapping[str, object]) -> Mapping[str, object] | None:
    """The `{user, stats, liveRoom}` of a SIGI_STATE; None when the user has never been live."""
    room = child(state, "LiveRoom") or child(state, "liveRoom")
    return child(room, "liveRoomUserInfo")


def is_captcha(html: str) -> bool:
    """Whether a page asks its visitor to prove to be human."""
    return any(mark in html for mark in _CAPTCHA_MARKS)


def child(value: Mapping[str, object] | None, key: str) -> Mapping[str, object] | None:
    """The object at `key`, None when there is none."""
    found = value.get(key) if value is not None else None
    return found if isinstance(found, Mapping) else None


def _script(html: str, name: str) -> str | None:
    """The text of the script tag with this id.

    Plain searches, since a pattern over a hostile page of megabytes can take hours.
    """
    marks = (html.find(f"id={quote}{name}{quote}") for quote in ('"', "'"))
    mark = next((at for at in marks if at >= 0), -1)
    start = html.find(">", mark) + 1
    end = html.find("</script", start)
    return html[start:end] if mark >= 0 and start > 0 and end >= 0 else None


def _first_object(text: str) -> Mapping[str, object] | None:
    """The JSON object that `text` starts with; code may follow it."""
    value = first_json(text)
    return value if isinstance(value, Mapping) else None


# Control characters may stand in a text as they are.
_DECODER: Final = json.JSONDecoder(strict=False)


def read_json(data: bytes) -> object:
    """What `data` is, None when it is no JSON. Broken letters become U+FFFD."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        value, rest = _begin(data.decode("utf-8", errors="replace"))
        return None if rest.strip() else value


def first_json(text: str) -> object:
    """The JSON value that `text` starts with, None for none; anything may follow."""
    return _begin(text)[0]


def _begin(text: str) -> tuple[object, str]:
    text = text.lstrip()
    try:
        value, end = _DECODER.raw_decode(text)
        return (_mended(value) if "\\ud" in text.lower() else value), text[end:]
    except (ValueError, RecursionError):
        return None, ""


def _mended(value: object) -> object:
    """The same without halves of letters, which nobody can write into a file."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value
