"""`tikcast doctor`: shows which step of connecting fails, and what to do."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from tikcast import Live, Reconnect, TikTok, Timeouts
from tikcast._wire.protobuf.picking import COMPILED
from tikcast.cli._options import Connection
from tikcast.cli._output import as_json, escape
from tikcast.cli._run import DONE, FAILED, run
from tikcast.errors import AgeRestricted, ConnectFailed, LiveEndedError, TikcastError, happening

_STAGE_TEXTS = {
    "reader": "decode events fast",
    "lookup": "find the room",
    "identity": "get a visitor's cookie",
    "signature": "get a signature",
    "handshake": "open the WebSocket",
    "entering": "enter the room",
    "first_frame": "receive the first frame",
}
_STEPS = {
    "direct": ("identity", "handshake", "entering", "first_frame"),
    "signed": ("signature", "handshake", "entering", "first_frame"),
}
_TIMEOUTS = Timeouts(first_frame=20.0, stale=20.0)
_EXTRA_SECONDS = 2.0
_CONNECTION_EVENTS = frozenset({"connected", "disconnected", "reconnecting", "gap", "live_ended", "overflow"})


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one way to connect. `ok` is None for a step that was not reached, and for a missing optional part."""

    way: str
    stage: str
    ok: bool | None
    seconds: float | None = None
    detail: str = ""
    advice: str = ""


def doctor(user: str, /, *, connection: Connection = Connection()) -> int:
    """Try every step of connecting to a live stream, with every way to connect, and show which one fails.

    Args:
        user: A user who is live now, a page URL, a share link, or a room id.
    """
    return run(_doctor(user, connection=connection))


async def _doctor(user: str, *, connection: Connection) -> int:
    steps = []
    async with aclosing(examine(user, connection=connection)) as examination:
        async for step in examination:
            steps.append(step)
            print(as_json(step) if connection.json else _line(step), flush=True)
    works = sorted({step.way for step in steps if step.stage == "first_frame" and step.ok})
    if not connection.json:
        print(f"\nConnecting works: {' and '.join(works)}." if works else f"\n{_verdict(steps)}")
    return DONE if works else FAILED


async def examine(user: str, *, connection: Connection, timeouts: Timeouts = _TIMEOUTS) -> AsyncGenerator[Step]:
    """Check the compiled reader, then try every step of every way once; yields the result of each step."""
    yield _reader(compiled=COMPILED)
    started = time.monotonic()
    try:
        async with connection.client(timeouts=timeouts) as tiktok:
            room_id = await _find_room(tiktok, user)
    except TikcastError as error:
        yield _failed("", "lookup", error=error)
        return
    seconds = time.monotonic() - started
    yield Step(way="", stage="lookup", ok=True, seconds=seconds, detail=f"room {room_id}")
    for way in _STEPS:
        for step in await _try(way, room_id=room_id, connection=connection, timeouts=timeouts):
            yield step


def _reader(*, compiled: bool) -> Step:
    """Whether decoding uses the compiled reader, which the installation builds if it can."""
    if compiled:
        return Step(way="", stage="reader", ok=True, detail="compiled")
    advice = "for speed, install a C compiler and Python's headers, then install tikcast again"
    return Step(way="", stage="reader", ok=None, detail="all works without the compiled reader", advice=advice)


async def _find_room(tiktok: TikTok, user: str) -> int:
    """The id of a room that can be watched. A failed request for the room info does not matter."""
    room = await tiktok.live_room(user)
    try:
        await tiktok.room_info(room.room_id)
    except (LiveEndedError, AgeRestricted):
        raise
    except TikcastError:
        pass
    return room.room_id


async def _try(way: str, *, room_id: int, connection: Connection, timeouts: Timeouts) -> list[Step]:
    """Connect in one way, once, until the first frame or the step that fails."""
    started = time.monotonic()
    client = connection.client(connect=(way,), reconnect=Reconnect(attempts=0), timeouts=timeouts)
    try:
        async with client as tiktok, tiktok.track(room_id, room_info=False) as live:
            detail = await _first_frame(live, within=max(timeouts.first_frame, timeouts.stale) + _EXTRA_SECONDS)
    except TikcastError as error:
        stage = error.stage or _STEPS[way][0]
        return _all_steps(way, _failed(way, stage, error=_cause(error)))
    seconds = time.monotonic() - started
    last = Step(way=way, stage="first_frame", ok=True, seconds=seconds, detail=detail)
    return _all_steps(way, last)


async def _first_frame(live: Live, *, within: float) -> str:
    """Describe what came first. A quiet room sends frames without events; a silent connection raises an error."""
    try:
        async with asyncio.timeout(within):
            async for event in live:
                if event.type not in _CONNECTION_EVENTS:
                    return f"first event: {event.type}"
    except TimeoutError:
        return f"{live.stats().frames} frames, but no event"
    return "the live stream ended"


def _all_steps(way: str, last: Step) -> list[Step]:
    """All steps of a way: those before `last` succeeded, those after it were not reached."""
    names = _STEPS[way]
    index = names.index(last.stage)
    before = [Step(way=way, stage=name, ok=True) for name in names[:index]]
    after = [Step(way=way, stage=name, ok=None) for name in names[index + 1 :]]
    return [*before, last, *after]


def _failed(way: str, stage: str, *, error: Exception) -> Step:
    advice = error.advice if isinstance(error, TikcastError) else ""
    return Step(way=way, stage=stage, ok=False, detail=happening(error), advice=advice)


def _cause(error: TikcastError) -> Exception:
    """The error of the only way that was tried."""
    return error.causes[0] if isinstance(error, ConnectFailed) and error.causes else error


def _line(step: Step) -> str:
    mark = {True: "ok", False: "FAILED", None: "-"}[step.ok]
    seconds = f"  {step.seconds:.1f} s" if step.seconds is not None else ""
    detail = f"  {escape(step.detail)}" if step.detail else ""
    advice = f"; {escape(step.advice)}" if step.advice else ""
    return f"{mark:<7} {step.way:<7} {_STAGE_TEXTS[step.stage]:<24}{seconds}{detail}{advice}".rstrip()


def _verdict(steps: list[Step]) -> str:
    failed = next(step for step in steps if step.ok is False)
    return f"No way to connect works: cannot {_STAGE_TEXTS[failed.stage]}."
