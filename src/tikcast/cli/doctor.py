"""`tikcast doctor`: which step of connecting fails, and what to do."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from tikcast import Live, Reconnect, TikTok, Timeouts
from tikcast._wire.protobuf.picking import COMPILED
from tikcast.cli._options import Connection
from tikcast.cli._output import as_json, clean
from tikcast.cli._run import DONE, FAILED, run
from tikcast.errors import AgeRestricted, ConnectFailed, LiveEndedError, TikcastError, happening

_WORDS = {
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
_PATIENCE = Timeouts(first_frame=20.0, stale=20.0)
_SLACK = 2.0
_OWN = frozenset({"connected", "disconnected", "reconnecting", "gap", "live_ended", "overflow"})


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one way to connect. `ok` is None for a step that was not reached, and for what is not there."""

    way: str
    stage: str
    ok: bool | None
    seconds: float | None = None
    detail: str = ""
    advice: str = ""


def doctor(user: str, /, *, connection: Connection = Connection()) -> int:
    """Try every step of connecting to a live, by every way, and say which one fails.

    Args:
        user: A user who is live now, or their page, share link, or room id.
    """
    return run(_doctor(user, connection=connection))


async def _doctor(user: str, *, connection: Connection) -> int:
    steps = []
    async with aclosing(examine(user, connection=connection)) as examined:
        async for step in examined:
            steps.append(step)
            print(as_json(step) if connection.json else _line(step), flush=True)
    works = sorted({step.way for step in steps if step.stage == "first_frame" and step.ok})
    if not connection.json:
        print(f"\nConnecting works: {' and '.join(works)}." if works else f"\n{_verdict(steps)}")
    return DONE if works else FAILED


async def examine(user: str, *, connection: Connection, timeouts: Timeouts = _PATIENCE) -> AsyncGenerator[Step]:
    """Tell whether the compiled reader is there, try every step of every way, each once, and tell how it went."""
    yield _reader(there=COMPILED)
    began = time.monotonic()
    try:
        async with connection.client(timeouts=timeouts) as tiktok:
            room_id = await _room(tiktok, user)
    except TikcastError as error:
        yield _failed("", "lookup", error=error)
        return
    seconds = time.monotonic() - began
    yield Step(way="", stage="lookup", ok=True, seconds=seconds, detail=f"room {room_id}")
    for way in _STEPS:
        for step in await _try(way, room_id=room_id, connection=connection, timeouts=timeouts):
            yield step


def _reader(*, there: bool) -> Step:
    """Whether decoding is done by the compiled reader, which the installation builds where it can."""
    if there:
        return Step(way="", stage="reader", ok=True, detail="compiled")
    advice = "for speed, install a C compiler and Python's headers, then install tikcast again"
    return Step(way="", stage="reader", ok=None, detail="all works without the compiled reader", advice=advice)


async def _room(tiktok: TikTok, user: str) -> int:
    """The room, if it can be watched. That TikTok says no more of it is no hindrance."""
    found = await tiktok.live_room(user)
    try:
        await tiktok.room_info(found.room_id)
    except (LiveEndedError, AgeRestricted):
        raise
    except TikcastError:
        pass
    return found.room_id


async def _try(way: str, *, room_id: int, connection: Connection, timeouts: Timeouts) -> list[Step]:
    """Connect one way, once, until the first frame or the step that fails."""
    began = time.monotonic()
    client = connection.client(connect=(way,), reconnect=Reconnect(attempts=0), timeouts=timeouts)
    try:
        async with client as tiktok, tiktok.track(room_id, room_info=False) as live:
            detail = await _first_frame(live, within=max(timeouts.first_frame, timeouts.stale) + _SLACK)
    except TikcastError as error:
        stage = error.stage or _STEPS[way][0]
        return _until(way, _failed(way, stage, error=_cause(error)))
    seconds = time.monotonic() - began
    last = Step(way=way, stage="first_frame", ok=True, seconds=seconds, detail=detail)
    return _until(way, last)


async def _first_frame(live: Live, *, within: float) -> str:
    """What came first. A quiet room answers, but says nothing; the live itself notices one that does not."""
    try:
        async with asyncio.timeout(within):
            async for event in live:
                if event.type not in _OWN:
                    return f"first event: {event.type}"
    except TimeoutError:
        return f"{live.stats()['frames']} frames, nobody says anything"
    return "the live ended"


def _until(way: str, last: Step) -> list[Step]:
    """All steps of a way: those before `last` worked, those behind it were not reached."""
    names = _STEPS[way]
    at = names.index(last.stage)
    before = [Step(way=way, stage=name, ok=True) for name in names[:at]]
    behind = [Step(way=way, stage=name, ok=None) for name in names[at + 1 :]]
    return [*before, last, *behind]


def _failed(way: str, stage: str, *, error: Exception) -> Step:
    advice = error.advice if isinstance(error, TikcastError) else ""
    return Step(way=way, stage=stage, ok=False, detail=happening(error), advice=advice)


def _cause(error: TikcastError) -> Exception:
    """The one error below a failure of the only way that was tried."""
    return error.causes[0] if isinstance(error, ConnectFailed) and error.causes else error


def _line(step: Step) -> str:
    mark = {True: "ok", False: "FAILED", None: "-"}[step.ok]
    took = f"  {step.seconds:.1f} s" if step.seconds is not None else ""
    told = f"  {clean(step.detail)}" if step.detail else ""
    advice = f"; {clean(step.advice)}" if step.advice else ""
    return f"{mark:<7} {step.way:<7} {_WORDS[step.stage]:<24}{took}{told}{advice}".rstrip()


def _verdict(steps: list[Step]) -> str:
    failed = next(step for step in steps if step.ok is False)
    return f"Nothing works: cannot {_WORDS[failed.stage]}."
