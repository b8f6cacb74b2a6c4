"""Read TikTok's answers about users and rooms: pages, JSON and what they mean. Pure functions."""

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
"""Why an answer has no room: the user does not exist, the user is not live, the account is private."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRoom:
    """A live room and its host, as far as the answer contained them."""

    room_id: int
    username: str | None = None
    user: UserInfo | None = None
    title: str = ""
    page: Mapping[str, object] | None = field(default=None, repr=False, compare=False)
    """The object `{user, stats, liveRoom}` of the answer, None for none."""


def check_status(answer: Answer, *, scope: str) -> None:
    """Raise the error for a status: `IPBlocked`, `RateLimited`, or `LookupFailed` for a server error."""
    if answer.status == 429:
        wait = answer.header("retry-after")
        raise RateLimited(float(wait) if wait.isdecimal() and len(wait) < 10 else None, scope)
    if answer.status == 403:
        raise IPBlocked("it refuses this address", host=answer.host, status=403)
    if answer.status >= 500:
        raise LookupFailed(answer.host, f"it answered with status {answer.status}", advice="try again later")


def check_page(answer: Answer) -> None:
    """Raise the error for a page that TikTok sends instead of the requested one: `Captcha`, `IPBlocked` and so on."""
    check_status(answer, scope="web")
    if is_captcha(answer.text):
        raise Captcha(host=answer.host)
    if answer.header("x-tt-system-error") == "3":
        raise Captcha("it answers with a browser challenge", host=answer.host)


def live_page(answer: Answer, *, username: str) -> FoundRoom | Verdict:
    """The room in a live page, or why it has none. Raises `Captcha` or `Blocked` for another page."""
    state = live_page_state(answer.text)
    if state is None:
        return _without_data(answer)
    data = live_room_user_info(state)
    if data is None:
        return "missing"
    return _room(data, username=username, strict=False)


def live_room(room: FoundRoom) -> LiveRoom:
    """A found room with all that its answer contained. Raises `LookupFailed` for an answer that cannot be read."""
    if room.page is None:
        user = room.user or UserInfo(username=room.username or "")
        return LiveRoom(room_id=ID(room.room_id), user=user, title=room.title, status=LIVE)
    with readable(f"@{room.username}"):
        return LiveRoom.from_page(room.page)


def api_live(answer: Answer, *, username: str) -> FoundRoom | Verdict:
    """The room in an answer of api-live, or why it has none. Raises `Blocked`, `RateLimited`, or `LookupFailed`."""
    body = json_object(answer, scope="web")
    code, message = _code(body, "statusCode"), body.get("message")
    if code in _NO_SUCH_USER or message == "user_not_found":
        return "missing"
    data = child(body, "data")
    if code != 0 or data is None:
        raise LookupFailed(f"@{username}", f"TikTok answered with code {code}")
    return _room(data, username=username, strict=True)


def profile_page(answer: Answer, *, username: str) -> UserInfo | Verdict:
    """The user in a profile page, or why it has none. Raises `Captcha` or `Blocked` for another page."""
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
    """The body of a webcast answer. Raises the error for its status code."""
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
    """Whether each room in an answer of check_alive is live."""
    subject = "whether rooms are live"
    body = webcast_data(answer, subject=subject)
    with readable(subject):
        rooms = Fields(body, path="body").children("data")
        return {int(room.id("room_id_str", "room_id")): room.flag("alive") for room in rooms}


def json_object(answer: Answer, *, scope: str) -> Mapping[str, object]:
    """The JSON object of an answer. Raises `Blocked` for any other answer, since TikTok refuses in that way."""
    check_status(answer, scope=scope)
    value = read_json(answer.body)
    if isinstance(value, Mapping):
        return value
    check_page(answer)
    raise Blocked("its answer is not JSON", host=answer.host, status=answer.status)


@contextmanager
def readable(subject: str) -> Iterator[None]:
    """Turn a `ShapeError` inside the block into a `LookupFailed`."""
    try:
        yield
    except ShapeError as error:
        raise LookupFailed(subject, str(error)) from error


_NO_SUCH_USER: Final = frozenset({19881007, 404000})
_PROFILE_VERDICTS: Final[dict[int, Verdict]] = {10221: "missing", 10222: "private"}


def _without_data(answer: Answer) -> Verdict:
    """The meaning of a page without its data. Raises `Blocked` unless the user does not exist."""
    if answer.status == 404:
        return "missing"
    check_page(answer)
    raise Blocked("its page contains no data", host=answer.host, status=answer.status)


def _room(data: Mapping[str, object], *, username: str, strict: bool) -> FoundRoom | Verdict:
    """The room of `{user, stats, liveRoom}`. `strict`: a status must say that it is live."""
    user = child(data, "user") or {}
    live = child(data, "liveRoom") or {}
    with readable(f"@{username}"):
        info = UserInfo.from_page(user, data.get("stats"))
    statuses = {_code(user, "status"), _code(live, "status")}
    on = LIVE in statuses if strict else _code(user, "status") != OFFLINE
    if info.room_id <= 0 or not on:
        return "offline"
    title = live.get("title")
    return FoundRoom(
        room_id=info.room_id,
        username=info.username or username,
        user=info,
        title=title if isinstance(title, str) else "",
        page=data,
    )


def _code(body: Mapping[str, object], key: str) -> int:
    """A status code, 0 when missing, -1 when it is not a number."""
    try:
        return Fields({key: body.get(key)}, path="body").number(key)
    except ShapeError:
        return -1


_CAPTCHA_TEXTS: Final = ("tiktok-verify-page", "captcha_container", "verifycenter/captcha")


def live_page_state(html: str) -> Mapping[str, object] | None:
    """The SIGI_STATE object of a live page in either of its forms, None for none."""
    text = _script(html, "SIGI_STATE")
    if text is None:
        text = (_script(html, "sigi-persisted-data") or "").partition("=")[2]
    return _first_object(text)


def profile_page_state(html: str) -> Mapping[str, object] | None:
    """The `webapp.user-detail` object of a profile page, None for none."""
    state = _first_object(_script(html, "__UNIVERSAL_DATA_FOR_REHYDRATION__") or "")
    return child(child(state, "__DEFAULT_SCOPE__"), "webapp.user-detail")


def live_room_user_info(state: Mapping[str, object]) -> Mapping[str, object] | None:
    """The `{user, stats, liveRoom}` of a SIGI_STATE; None when the user has never been live."""
    room = child(state, "LiveRoom") or child(state, "liveRoom")
    return child(room, "liveRoomUserInfo")


def is_captcha(html: str) -> bool:
    """Whether a page is a captcha."""
    return any(text in html for text in _CAPTCHA_TEXTS)


def child(value: Mapping[str, object] | None, key: str) -> Mapping[str, object] | None:
    """The object at `key`, None for none."""
    inner = value.get(key) if value is not None else None
    return inner if isinstance(inner, Mapping) else None


def _script(html: str, name: str) -> str | None:
    """The text of the script tag with this id.

    This searches for plain texts, since a regular expression can take hours for a hostile page of megabytes.
    """
    places = (html.find(f"id={quote}{name}{quote}") for quote in ('"', "'"))
    place = next((place for place in places if place >= 0), -1)
    start = html.find(">", place) + 1
    end = html.find("</script", start)
    return html[start:end] if place >= 0 and start > 0 and end >= 0 else None


def _first_object(text: str) -> Mapping[str, object] | None:
    """The JSON object at the start of `text`, which code may follow; None for none."""
    value = first_json(text)
    return value if isinstance(value, Mapping) else None


# Control characters are allowed in texts.
_DECODER: Final = json.JSONDecoder(strict=False)


def read_json(data: bytes) -> object:
    """The value of the JSON text `data`, None when it is not JSON. Invalid UTF-8 and surrogates become U+FFFD.

    One broken text in an answer, such as a nickname, must not make the whole answer unreadable.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        value, more = _parse_start(data.decode("utf-8", errors="replace"))
        return None if more.strip() else value


def first_json(text: str) -> object:
    """The JSON value at the start of `text`, which any text may follow; None for none."""
    return _parse_start(text)[0]


def _parse_start(text: str) -> tuple[object, str]:
    text = text.lstrip()
    try:
        value, end = _DECODER.raw_decode(text)
        return (_without_surrogates(value) if "\\ud" in text.lower() else value), text[end:]
    except (ValueError, RecursionError):
        return None, ""


def _without_surrogates(value: object) -> object:
    """`value` without lone surrogates, which cannot be encoded as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
