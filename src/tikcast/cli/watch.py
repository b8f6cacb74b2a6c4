"""`tikcast watch`: the events of live streams in real time."""

import asyncio
from collections.abc import Awaitable, Callable
from difflib import get_close_matches

from tikcast import Event, TikTok, events, to_json
from tikcast.cli._options import Connection
from tikcast.cli._output import LineWriter
from tikcast.cli._run import DONE, FAILED, fail, report, run
from tikcast.errors import TikcastError

Show = Callable[[Event], Awaitable[None]]


def watch(
    user: str,
    /,
    *more: str,
    wait: bool = False,
    only: str = "",
    connection: Connection = Connection(),
) -> int:
    """Show the events of live streams in real time, until they end.

    Args:
        user: A user name, a page URL, a share link, or a room id.
        more: Other live streams to watch at the same time.
        wait: Wait until each user is live.
        only: Show only events of these types, such as chat,gift.
    """
    return run(_watch([user, *more], wait=wait, only=event_types(only), connection=connection))


def event_types(names: str) -> frozenset[str]:
    """The event types in `--only`; an empty set means all. Raises `WrongUse` for an unknown type."""
    kinds = (kind for kind in vars(events).values() if isinstance(kind, type))
    known = {kind.type for kind in kinds if issubclass(kind, Event)}
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            fail(f"no event has the type {name!r}" + (f", did you mean {close[0]!r}" if close else ""))
    return frozenset(wanted)


async def _watch(users: list[str], *, wait: bool, only: frozenset[str], connection: Connection) -> int:
    single = len(users) == 1
    async with connection.client() as tiktok, LineWriter() as writer, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                _follow(
                    tiktok,
                    user,
                    wait=wait,
                    only=only,
                    show=_make_show(writer, label="" if single else user, json=connection.json),
                    report_json=None if single else connection.json,
                )
            )
            for user in users
        ]
    return max(task.result() for task in tasks)


async def _follow(
    tiktok: TikTok, user: str, *, wait: bool, only: frozenset[str], show: Show, report_json: bool | None
) -> int:
    """Show one live stream. `report_json`: report errors, as JSON or as text, and return; None raises them."""
    try:
        if wait:
            await tiktok.wait_until_live(user)
        async with tiktok.track(user) as live:
            async for event in live:
                if not only or event.type in only:
                    await show(event)
    except TikcastError as error:
        if report_json is None:
            raise
        report(error, json=report_json)
        return FAILED
    return DONE


def _make_show(writer: LineWriter, *, label: str, json: bool) -> Show:
    if json:
        return lambda event: writer.write(to_json(event) + b"\n")
    from tikcast.cli._event_lines import encode, event_line, make_console

    console = make_console()
    return lambda event: writer.write(encode(console, event_line(event, user=label)))
