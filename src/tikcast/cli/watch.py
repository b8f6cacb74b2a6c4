"""`tikcast watch`: the events of lives as they come."""

import asyncio
from collections.abc import Awaitable, Callable
from difflib import get_close_matches

from tikcast import Event, TikTok, events, to_json
from tikcast.cli._options import Connection
from tikcast.cli._output import Writer
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
    """Show the events of lives as they come, until they end.

    Args:
        user: A user name, page URL, share link, or room id.
        more: Further lives to watch at the same time.
        wait: Wait until each user is live.
        only: Show events of these types only, as in chat,gift.
    """
    return run(_watch([user, *more], wait=wait, only=event_types(only), connection=connection))


def event_types(names: str) -> frozenset[str]:
    """The types that `--only` names, none for all. Raises `WrongUse` for one that does not exist."""
    kinds = (kind for kind in vars(events).values() if isinstance(kind, type))
    known = {kind.type for kind in kinds if issubclass(kind, Event)}
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            fail(f"no event has the type {name!r}" + (f", did you mean {close[0]!r}" if close else ""))
    return frozenset(wanted)


async def _watch(users: list[str], *, wait: bool, only: frozenset[str], connection: Connection) -> int:
    alone = len(users) == 1
    async with connection.client() as tiktok, Writer() as writer, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                _follow(
                    tiktok,
                    user,
                    wait=wait,
                    only=only,
                    show=_shower(writer, label="" if alone else user, json=connection.json),
                    on_error=None if alone else connection.json,
                )
            )
            for user in users
        ]
    return max(task.result() for task in tasks)


async def _follow(
    tiktok: TikTok, user: str, *, wait: bool, only: frozenset[str], show: Show, on_error: bool | None
) -> int:
    """Show one live. `on_error`: whether to report in JSON and let the others go on, None to raise."""
    try:
        if wait:
            await tiktok.wait_until_live(user)
        async with tiktok.track(user) as live:
            async for event in live:
                if not only or event.type in only:
                    await show(event)
    except TikcastError as error:
        if on_error is None:
            raise
        report(error, json=on_error)
        return FAILED
    return DONE


def _shower(writer: Writer, *, label: str, json: bool) -> Show:
    if json:
        return lambda event: writer.write(to_json(event) + b"\n")
    from tikcast.cli._event_lines import encode, event_line, make_console

    console = make_console()
    return lambda event: writer.write(encode(console, event_line(event, user=label)))
