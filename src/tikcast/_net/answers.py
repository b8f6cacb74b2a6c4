"""Read TikTok's answers about users and rooms: pages, JSON and what they mean. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

import msgspec

from tikcast._net.liveness import CANARY, Evidence, FoundRoom
from tikcast._net.refusals import ACCESS, Refused, is_suspended, prompted, reason_of, withheld, words_of
from tikcast.errors import (
    Blocked,
    Captcha,
    IPBlocked,
    LiveEndedError,
    LookupFailed,
    RateLimited,
)
from tikcast.events._base import ID
from tikcast.models import LiveRoom, ShapeError, UserInfo
from tikcast.models._fields import Fields

if TYPE_CHECKING:
    from tikcast._net.http import Answer
    from tikcast.models.status import Says, Source

LIVE: Final = 2
PAUSED: Final = 3
OFFLINE: Final = 4


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
    if answer.header("x-tt-system-error") == "3" or any(mark in answer.text for mark in _CHALLENGE_TEXTS):
        raise Captcha("it answers with a browser challenge", host=answer.host)


def live_page(answer: Answer, *, username: str) -> Evidence:
    """What a live page says. Raises `Captcha` or `Blocked` for another page.

    A page without the room of its user says that the user never was live, and does not say that there is none.
    """
    state = live_page_state(answer.text)
    if state is None:
        _require_missing(answer)
        return Evidence(source="live_page", says="missing", detail="the page does not exist")
    data = live_room_user_info(state)
    if data is None:
        return Evidence(source="live_page", says="never_live", detail="the page contains no live stream")
    return _about_user(data, source="live_page", username=username)


def live_room(room: FoundRoom) -> LiveRoom:
    """A found room with all that its answer contained. Raises `LookupFailed` for an answer that cannot be read."""
    status = PAUSED if room.paused else LIVE
    if room.page is None:
        user = room.user or UserInfo(username=room.username or "")
        return LiveRoom(room_id=ID(room.room_id), user=user, title=room.title, status=status)
    with readable(f"@{room.username}"):
        read = LiveRoom.from_page(room.page)
    on = read.status in {LIVE, PAUSED}
    return read if on else msgspec.structs.replace(read, status=status)


def api_live(answer: Answer, *, username: str, session: bool = False) -> Evidence:
    """What an answer of api-live says. Raises `Blocked`, `RateLimited`, or `LookupFailed`."""
    data = _api_live_data(answer, username=username, session=session)
    if data is None:
        return Evidence(source="api_live", says="missing", detail="user_not_found")
    return _about_user(data, source="api_live", username=username)


def api_live_user(answer: Answer, *, username: str, session: bool = False) -> UserInfo:
    """The user in an answer of api-live. Raises as `api_live` does, and `LookupFailed` for an answer without a user."""
    data = _api_live_data(answer, username=username, session=session) or {}
    if not child(data, "user"):
        raise LookupFailed(f"@{username}", "api-live does not contain this user")
    with readable(f"@{username}"):
        return UserInfo.from_page(data.get("user"), data.get("stats"))


def profile_page(answer: Answer, *, username: str, session: bool = False) -> UserInfo | Literal["missing", "private"]:
    """The user in a profile page, or why it has none. Raises `Captcha` or `Blocked` for another page."""
    detail = profile_page_state(answer.text)
    if detail is None:
        _require_missing(answer)
        return "missing"
    code, info = _code(detail, "statusCode"), child(detail, "userInfo")
    verdict, words = _PROFILE_VERDICTS.get(code), words_of(detail.get("statusMsg"))
    if verdict is not None and not is_suspended(words):
        return verdict
    user = child(info, "user")
    if info is None or user is None or verdict is not None:
        raise reason_of(Refused(subject=f"@{username}", code=code, words=words, session=session))
    with readable(f"@{username}"):
        return UserInfo.from_page(user, info.get("stats"))


def profile(answer: Answer, *, username: str, session: bool = False) -> Evidence:
    """What a profile page says. Raises as `profile_page` does. A profile can name a room that is over."""
    user = profile_page(answer, username=username, session=session)
    if not isinstance(user, UserInfo):
        detail = "there is no such user" if user == "missing" else "the account is private"
        return Evidence(source="profile", says=user, detail=detail)
    if user.room_id <= 0:
        return Evidence(source="profile", says="no_room", detail="the user exists, no room")
    found = FoundRoom(room_id=user.room_id, username=user.username or username, user=user)
    return Evidence(source="profile", says="unclear", room_id=user.room_id, detail=f"room {user.room_id}", found=found)


def webcast_data(
    answer: Answer,
    *,
    subject: str,
    session: bool = False,
    room_id: int = 0,
    facts: Mapping[str, object] | None = None,
) -> Mapping[str, object]:
    """The body of a webcast answer. Raises the error for its status code.

    `session`: one was sent along. `room_id`: the room that it is about. `facts`: what is known about the room.
    """
    body = json_object(answer, scope="webcast")
    code = _code(body, "status_code")
    if code != 0:
        refused = _refused(body, subject=subject, session=session, room_id=room_id)
        raise reason_of(refused, facts=facts)
    return body


def room_data(
    answer: Answer,
    *,
    subject: str,
    room_id: int,
    session: bool = False,
    facts: Mapping[str, object] | None = None,
) -> Mapping[str, object]:
    """The room of a room/info answer. Raises `LiveEndedError`, `AgeRestricted` and so on, as `webcast_data` does."""
    data = _room(answer, subject=subject, session=session, room_id=room_id, facts=facts)
    if _code(data, "status") == OFFLINE:
        raise LiveEndedError(room_id or _named(data))
    return data


def room_evidence(answer: Answer, *, room_id: int, session: bool = False) -> Evidence:
    """What an answer of room/info says about a room. Raises `Blocked`, `RateLimited`, or `LookupFailed`."""
    try:
        data = _room(answer, subject=f"room {room_id}", session=session, room_id=room_id)
    except LiveEndedError:
        return Evidence(source="room_info", says="offline", room_id=room_id, detail="finished")
    except ACCESS as error:
        return Evidence(source="room_info", says="restricted", room_id=room_id, detail=error.reason, error=error)
    status, named = _code(data, "status"), _named(data)
    if named not in {0, room_id}:
        return Evidence(source="room_info", says="unclear", room_id=room_id, detail=f"it describes room {named}")
    says = _STATUS_WORDS.get(status, "unclear")
    return Evidence(source="room_info", says=says, room_id=room_id, detail=f"status {status}")


def alive_rooms(answer: Answer) -> dict[int, bool | None]:
    """Whether each room in an answer of check_alive is live; None in place of True if the canary room is live too."""
    subject = "whether rooms are live"
    body = webcast_data(answer, subject=subject)
    with readable(subject):
        rooms = Fields(body, path="body").children("data")
        alive: dict[int, bool | None] = {int(room.id("room_id_str", "room_id")): room.flag("alive") for room in rooms}
    if alive.pop(CANARY, False):
        return {room_id: None if on else False for room_id, on in alive.items()}
    return alive


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
_PROFILE_VERDICTS: Final[dict[int, Literal["missing", "private"]]] = {
    10221: "missing",
    10222: "private",
    10223: "missing",
}
_STATUS_WORDS: Final[dict[int, Says]] = {LIVE: "live", PAUSED: "paused", OFFLINE: "offline"}


def _require_missing(answer: Answer) -> None:
    """Raise the error for a page without its data, unless its status says that it does not exist."""
    if answer.status == 404:
        return
    check_page(answer)
    if urlsplit(answer.url).path.startswith("/login"):
        advice = "give a session cookie, wait some minutes, or use another address (proxy=…)"
        raise Blocked("it sends visitors to the login", host=answer.host, status=answer.status, advice=advice)
    raise Blocked("its page contains no data", host=answer.host, status=answer.status)


def _api_live_data(answer: Answer, *, username: str, session: bool) -> Mapping[str, object] | None:
    """The data of an answer of api-live, None for a user whom it does not know."""
    body = json_object(answer, scope="web")
    code, message = _code(body, "statusCode"), body.get("message")
    if code in _NO_SUCH_USER or message == "user_not_found":
        return None
    data = child(body, "data")
    if code != 0 or data is None:
        raise reason_of(Refused(subject=f"@{username}", code=code, words=words_of(message), session=session))
    return data


def _about_user(data: Mapping[str, object], *, source: Source, username: str) -> Evidence:
    """What `{user, stats, liveRoom}` says about its user.

    The status of the user and that of the live stream must not contradict each other: 2 is live, 3 paused (which goes
    on), 4 over. A room id without such a status, and the status of a live stream without a room id, settle nothing.
    """
    user, live = child(data, "user") or {}, child(data, "liveRoom") or {}
    with readable(f"@{username}"):
        info = UserInfo.from_page(user, data.get("stats"))
    statuses = {status for part in (user, live) if (status := _code(part, "status"))}
    says = _said(statuses, room_id=info.room_id, known=bool(user))
    room_id = max(info.room_id, 0)
    shown = " and ".join(str(status) for status in sorted(statuses)) or "none"
    detail = f"status {shown}, {f'room {room_id}' if room_id else 'no room'}"
    found = None
    if room_id:
        title = live.get("title")
        found = FoundRoom(
            room_id=room_id,
            username=info.username or username,
            user=info,
            title=title if isinstance(title, str) else "",
            paused=says == "paused",
            page=data,
        )
    return Evidence(source=source, says=says, room_id=room_id, detail=detail, found=found)


def _said(statuses: set[int], *, room_id: int, known: bool) -> Says:
    if statuses and statuses <= {LIVE, PAUSED}:
        return "paused" if PAUSED in statuses else "live"
    if statuses == {OFFLINE}:
        return "offline"
    if room_id > 0 or statuses & {LIVE, PAUSED} or not known:
        return "unclear"
    return "no_room"


def _room(
    answer: Answer, *, subject: str, session: bool, room_id: int, facts: Mapping[str, object] | None = None
) -> Mapping[str, object]:
    """The room of a room/info answer, also one that is over. Raises the error for an answer without it."""
    body = webcast_data(answer, subject=subject, session=session, room_id=room_id, facts=facts)
    data = child(body, "data") or {}
    refused = _refused(body, subject=subject, session=session, room_id=room_id)
    if data.get("prompts"):
        raise prompted(refused)
    if not data.keys() & {"id", "id_str", "status", "owner", "title"}:
        raise withheld(refused, facts={**(facts or {}), **data})
    return data


def _named(data: Mapping[str, object]) -> int:
    """The id of a room in its details, 0 for none."""
    return max(_code(data, "id_str"), _code(data, "id"), 0)


def _refused(body: Mapping[str, object], *, subject: str, session: bool, room_id: int) -> Refused:
    data = child(body, "data") or {}
    words = words_of(data.get("prompts"), data.get("message"), body.get("message"))
    return Refused(subject=subject, code=_code(body, "status_code"), words=words, session=session, room_id=room_id)


def _code(body: Mapping[str, object], key: str) -> int:
    """A status code, 0 when missing, -1 when it is not a number."""
    try:
        return Fields({key: body.get(key)}, path="body").number(key)
    except ShapeError:
        return -1


_CAPTCHA_TEXTS: Final = ("tiktok-verify-page", "captcha_container", "verifycenter/captcha")

_CHALLENGE_TEXTS: Final = ("_wafchallengeid", "slardar_us_waf")
"""What the page of a browser challenge contains (seen 2026)."""


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
