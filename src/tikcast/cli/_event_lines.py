"""Events as text: one line per event, coloured on a terminal, with escaped text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias

from msgspec.structs import fields
from rich.console import Console
from rich.text import Text

from tikcast import events
from tikcast.cli._output import escape

Parts: TypeAlias = list[tuple[str, str]]
"""Parts of a line: text and style."""

_NAME: Final = "bold"
_FAINT: Final = "bright_black"
_UNPIN: Final = 2

# The colour of the event type; the rest of a line has the default colour.
_COLOURS: Final = {
    "chat": "cyan",
    "question": "cyan",
    "gift": "yellow",
    "subscribe": "yellow",
    "super_fan": "yellow",
    "like": "magenta",
    "follow": "green",
    "share": "green",
    "join": "green",
    "viewers": "blue",
    "connected": "green",
    "reconnecting": "yellow",
    "disconnected": "yellow",
    "gap": "yellow",
    "overflow": "red",
    "live_ended": "red",
    "undecoded": "red",
}


def make_console(*, stderr: bool = False) -> Console:
    """A console without markup and without line breaks."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def encode(console: Console, text: Text) -> bytes:
    """A line as bytes for stdout, in the colours of this console."""
    with console.capture() as capture:
        console.print(text)
    return capture.get().encode(sys.stdout.encoding or "utf-8", errors="replace")


def event_line(event: events.Event, *, user: str = "") -> Text:
    """One event on one line; `user` is the label if several live streams are shown."""
    label = event.type
    line = Text()
    line.append(f"{_clock(event)} ", style=_FAINT)
    if user:
        line.append(f"{escape(user, longest=24)} ", style=_FAINT)
    line.append(f"{label:<12} ", style=_COLOURS.get(label, _FAINT))
    for text, style in _content(event):
        line.append(escape(text), style=style or "default")
    if event.is_history:
        line.append("  (history)", style=_FAINT)
    line.rstrip()
    return line


def count(number: int, thing: str) -> str:
    """A number with its noun, such as "1 diamond" and "2 diamonds"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _clock(event: events.Event) -> str:
    moment = event.created_at_ms or event.received_at_ms
    try:
        return datetime.fromtimestamp(moment / 1000).astimezone().strftime("%H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return "--:--:--"


def _content(event: events.Event) -> Parts:
    describe = next((_DESCRIBE[kind] for kind in type(event).__mro__ if kind in _DESCRIBE), _any)
    return describe(event)


def _any(event: events.Event) -> Parts:
    """The first user and all texts of an event that has no function of its own."""
    values = [getattr(event, field.name) for field in fields(event)]
    user = next((value for value in values if isinstance(value, events.User)), None)
    texts = [value.text for value in values if isinstance(value, events.Text) and value.text]
    name: Parts = [_name(user), ("  ", "")] if user is not None else []
    return [*name, *((f"{text} ", _FAINT) for text in texts)]


def _name(user: events.User) -> tuple[str, str]:
    return user.nickname or (f"@{user.username}" if user.username else "somebody"), _NAME


def _chat(event: events.ChatEvent) -> Parts:
    return [_name(event.user), ("  ", ""), (event.comment, "")]


def _caption(event: events.CaptionEvent) -> Parts:
    return [(" ".join(piece.text for piece in event.content), _FAINT)]


def _pin(event: events.PinEvent) -> Parts:
    verb = "unpinned" if event.action == _UNPIN else "pinned"
    return [(f"{verb}  ", ""), *(_content(event.event) if event.event is not None else [])]


def _mic_battle(event: events.MicBattleEvent) -> Parts:
    names = " against ".join(user.nickname or user.username for user in event.users)
    return [(names, _NAME)]


def _battles(event: events.BattlesEvent) -> Parts:
    sums = (sum(group.points for group in host.groups) for host in event.battles)
    return [(" : ".join(map(str, sums)), "")]


def _question(event: events.QuestionEvent) -> Parts:
    return [_name(event.user), (" asks  ", ""), (event.question, "")]


def _gift(event: events.GiftEvent) -> Parts:
    gift = event.gift.name or f"gift {event.gift.id:d}"
    new = event.repeat_count if event.new_gifts is None else event.new_gifts
    diamonds = event.diamonds if event.new_diamonds is None else event.new_diamonds
    if not new:
        return [_name(event.user), (f"  {gift} ×{event.repeat_count}, streak over", _FAINT)]
    worth: Parts = [(f"  {count(diamonds, 'diamond')}", "yellow")] if diamonds else []
    return [_name(event.user), (f"  +{new} {gift}", ""), *worth]


def _like(event: events.LikeEvent) -> Parts:
    total = event.room_likes or event.total_likes
    return [_name(event.user), (f"  +{event.likes}", ""), (f"  {total} in total", _FAINT)]


def _user(event: events.UserEvent) -> Parts:
    return [_name(event.user)]


def _subscribe(event: events.SubscribeEvent) -> Parts:
    months = f"  month {event.months}" if event.months else ""
    return [_name(event.user), (months, "")]


def _super_fan(event: events.SuperFanEvent) -> Parts:
    return [_name(event.user), (f"  {event.text}", "")]


def _viewers(event: events.ViewersEvent) -> Parts:
    return [(f"{event.viewers} watching", ""), (f"  {event.total_viewers} so far", _FAINT)]


def _room(event: events.RoomEvent) -> Parts:
    return [(event.message or event.kind, "")]


def _control(event: events.ControlEvent) -> Parts:
    return [(f"the live stream is {event.action}", "")]


def _intro(event: events.IntroEvent) -> Parts:
    return [_name(event.user), (f"  {event.title}", "")]


def _unknown(event: events.UnknownEvent) -> Parts:
    return [(f"{event.method}, {len(event.payload)} bytes", _FAINT)]


def _undecoded(event: events.UndecodedEvent) -> Parts:
    return [(event.error, "")]


def _reconnecting(event: events.Reconnecting) -> Parts:
    return [(f"attempt {event.attempt} in {event.delay:.1f} s", ""), (f"  {event.reason}", _FAINT)]


def _gap(event: events.Gap) -> Parts:
    seconds = (event.to_ms - event.from_ms) / 1000
    return [(f"messages of {seconds:.1f} s may be missing, {event.recovered} recovered", "")]


def _reason(event: events.Disconnected | events.LiveEnded) -> Parts:
    return [(event.reason, "")]


def _overflow(event: events.Overflow) -> Parts:
    return [(f"{event.dropped} events were dropped, because the reader is too slow", "")]


_DESCRIBE: Final[dict[type, Callable[..., Parts]]] = {
    events.ChatEvent: _chat,
    events.CaptionEvent: _caption,
    events.PinEvent: _pin,
    events.MicBattleEvent: _mic_battle,
    events.BattlesEvent: _battles,
    events.QuestionEvent: _question,
    events.GiftEvent: _gift,
    events.LikeEvent: _like,
    events.UserEvent: _user,
    events.SubscribeEvent: _subscribe,
    events.SuperFanEvent: _super_fan,
    events.ViewersEvent: _viewers,
    events.RoomEvent: _room,
    events.ControlEvent: _control,
    events.IntroEvent: _intro,
    events.UnknownEvent: _unknown,
    events.UndecodedEvent: _undecoded,
    events.Reconnecting: _reconnecting,
    events.Gap: _gap,
    events.Disconnected: _reason,
    events.LiveEnded: _reason,
    events.Overflow: _overflow,
}
