"""The shape of an answer of TikTok: its fields and their types, without their contents. Pure.

What TikTok answers changes without notice. The shape shows what has changed, and contains nothing that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tikcast._net import answers

MOST_LINES: Final = 250
_DEEPEST: Final = 4
_MOST_KEYS: Final = 200
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_SCRIPT_ID: Final = re.compile(r"""<script[^<>]{0,200}?\bid=["']([A-Za-z0-9_.-]{1,60})["']""")
_MOST_SCRIPTS: Final = 40
_SMALLEST_SECRET_NUMBER: Final = 10
_DIGITS: Final = "0123456789"
# Numbers of these fields are codes: they say what happened and identify nobody.
_CODE: Final = re.compile(r"(status|code|type|prompt|reason|auth)", re.IGNORECASE)
_LARGEST_CODE: Final = 10**9
# Texts of these fields are shown if they are an identifier, such as `user_not_found`.
_WORD_FIELDS: Final = frozenset({"message", "status_msg", "statusMsg"})
_WORDS: Final = re.compile(r"[a-z]{1,20}(_[a-z]{1,20}){1,5}")


def shape(body: bytes) -> list[str]:
    """The fields in the body of an answer, one per line: `data.user.status: 4`, `data.user.roomId: text of 19`."""
    value = answers.read_json(body) if body.lstrip()[:1] in {b"{", b"["} else None
    lines = _value(value, path="", depth=0) if value is not None else _page(body.decode(errors="replace"))
    return [line for line, _ in zip(lines, range(MOST_LINES), strict=False)]


def _page(html: str) -> Iterator[str]:
    """The scripts of a page, and the shape of the data that tikcast reads in it."""
    if "<" not in html:
        if html.strip():
            yield f"(all): text of {len(html)}"
        return
    ids = [match[1] for match, _ in zip(_SCRIPT_ID.finditer(html), range(_MOST_SCRIPTS), strict=False)]
    yield f"page with scripts: {', '.join(ids) or 'none with an id'}"
    if answers.is_captcha(html):
        yield "page with a captcha"
    state = answers.live_page_state(html)
    if state is not None:
        yield f"SIGI_STATE with {', '.join(sorted(filter(_KEY.fullmatch, list(state)[:_MOST_KEYS])))}"
        yield from _value(answers.live_room_user_info(state), path="LiveRoom.liveRoomUserInfo", depth=1)
    detail = answers.profile_page_state(html)
    if detail is not None:
        yield from _value(detail, path="webapp.user-detail", depth=1)


def _value(value: object, *, path: str, depth: int, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping) and value and depth < _DEEPEST:
        for name, inner in list(value.items())[:_MOST_KEYS]:
            shown = name if isinstance(name, str) and _KEY.fullmatch(name) else "(key)"
            yield from _value(inner, path=f"{path}.{shown}".lstrip("."), depth=depth + 1, key=shown)
    elif isinstance(value, list) and value and depth < _DEEPEST:
        yield f"{path}: list of {len(value)}"
        yield from _value(value[0], path=f"{path}[0]", depth=depth + 1)
    else:
        yield f"{path or '(all)'}: {_content(value, key=key)}"


def _content(value: object, *, key: str) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int() if abs(value) < _SMALLEST_SECRET_NUMBER or (_CODE.search(key) and abs(value) < _LARGEST_CODE):
            return str(value)
        case int() | float():
            return "number"
        case str() if _WORDS.fullmatch(value) and key in _WORD_FIELDS:
            return repr(value)
        case str() if len(value) == 1 and value in _DIGITS:
            return f"text {value!r}"
        case str():
            return f"text of {len(value)}"
        case list():
            return f"list of {len(value)}"
        case Mapping():
            return f"object of {len(value)}"
    return type(value).__name__
