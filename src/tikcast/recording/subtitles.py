"""Chat as subtitles. Times are milliseconds of the video."""

from __future__ import annotations

import unicodedata
from collections import deque
from dataclasses import dataclass
from typing import Final

from tikcast.events import ChatEvent, Event, GiftEvent, QuestionEvent, SubscribeEvent, User

SHOWN_MS: Final = 6_000
_LINES: Final = 4
_MAX_TEXT: Final = 300
_SEPARATOR: Final = "\u2060"
"""Invisible. It separates characters that would be markup together."""

_JOINERS: Final = "\u200c\u200d"
_COLOURS: Final = ("&H9DE6FF&", "&HFFD89B&", "&HA8F5B4&", "&HE6B4FF&", "&HB4C8FF&", "&HFFF0A8&")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The text of one event. `user_id` selects the colour."""

    who: str
    what: str
    user_id: int = 0


def line_of(event: Event) -> Line | None:
    """The line of an event that viewers see as text; None for other events."""
    match event:
        case ChatEvent(user=user, comment=comment) if comment:
            return _line(user, comment)
        case QuestionEvent(user=user, question=question) if question:
            return _line(user, f"? {question}")
        case GiftEvent(user=user, new_gifts=count, gift=gift) if count:
            return _line(user, f"+{count} {gift.name or 'gift'}")
        case SubscribeEvent(user=user):
            return _line(user, "subscribed")
        case _:
            return None


class SrtWriter:
    """Writes SubRip. A cue shows the last few lines, and ends where the next one begins."""

    def __init__(self) -> None:
        self._shown: deque[tuple[int, str]] = deque(maxlen=_LINES)
        self._since = 0
        self._number = 0

    def add(self, line: Line, *, at_ms: int) -> str:
        """The cues that are complete with this line. A late line counts as if it came with the newest."""
        at_ms = max(at_ms, self._since)
        done = self._until(at_ms)
        self._shown.append((at_ms, f"{_srt(line.who)}: {_srt(line.what)}"))
        return done

    def end(self) -> str:
        """The cues that are left."""
        return self._until(self._since + 2 * SHOWN_MS)

    def _until(self, at_ms: int) -> str:
        """The cues up to a position. A new one begins when the oldest line is no longer shown."""
        cues = ""
        while self._shown and self._since < at_ms:
            leaves = self._shown[0][0] + SHOWN_MS
            until = min(leaves, at_ms)
            cues += self._cue(until)
            self._since = until
            if leaves <= until:
                self._shown.popleft()
        self._since = max(self._since, at_ms)
        return cues

    def _cue(self, until: int) -> str:
        if until <= self._since:
            return ""
        self._number += 1
        text = "\n".join(text for _, text in self._shown)
        return f"{self._number}\n{_time(self._since, ',')} --> {_time(until, ',')}\n{text}\n\n"


def ass_header(*, width: int, height: int) -> str:
    """The header of an ASS file for video of this size; 0: unknown."""
    width, height = (width, height) if width and height else (720, 1280)
    size = max(12, min(width, height) // 24)
    return (
        "[Script Info]\nScriptType: v4.00+\nWrapStyle: 0\nScaledBorderAndShadow: yes\n"
        f"PlayResX: {width}\nPlayResY: {height}\n\n"
        "[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, "
        "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
        f"Style: Chat,Arial,{size},&H00FFFFFF,&H00000000,&H80000000,0,1,2,0,1,{size},{width // 5},{height // 10},1\n\n"
        "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    )


def ass_line(line: Line, *, at_ms: int) -> str:
    """A line of an ASS file. Players stack lines that are shown together."""
    colour = _COLOURS[line.user_id % len(_COLOURS)]
    text = f"{{\\b1\\1c{colour}}}{_ass(line.who)}{{\\r}}  {_ass(line.what)}"
    return f"Dialogue: 0,{_centi(at_ms)},{_centi(at_ms + SHOWN_MS)},Chat,,0,0,0,,{text}\n"


def _line(user: User, what: str) -> Line:
    return Line(who=user.nickname or user.username or "somebody", what=what, user_id=int(user.id))


def _clean(text: str) -> str:
    """One line without control characters."""
    return "".join(map(_safe, text[:_MAX_TEXT])).strip() or "…"


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character


def _srt(text: str) -> str:
    """Text without what a player takes for a tag, an override or a time."""
    joined = _clean(text).replace("<", f"<{_SEPARATOR}").replace("{", f"{{{_SEPARATOR}")
    return joined.replace("-->", f"--{_SEPARATOR}>")


def _ass(text: str) -> str:
    """Text without what a renderer takes for an override or a line break."""
    return _clean(text).replace("\\", f"\\{_SEPARATOR}").replace("{", "\\{").replace("}", "\\}")


def _time(at_ms: int, mark: str) -> str:
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{ms:03}"


def _centi(at_ms: int) -> str:
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms // 10:02}"
