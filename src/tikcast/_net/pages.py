"""What TikTok's HTML pages hold. Pure functions of a page's text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tikcast._net.loose import first_json

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
