"""`tikcast sim`: a local TikTok to try things on."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tikcast.cli._options import Output
from tikcast.cli._output import as_json, clean
from tikcast.cli._run import DONE, run
from tikcast.simulator import SimulatorConfig, SimulatorInfo, load_scenario
from tikcast.simulator import run as run_simulator

_SHOWN_USERS = 10


def sim(
    *,
    host: str | None = None,
    port: int | None = None,
    rooms: int | None = None,
    users: str | None = None,
    seed: int | None = None,
    rate: float | None = None,
    duration: float | None = None,
    scenario: Path | None = None,
    capture: Path | None = None,
    output: Output = Output(),
) -> int:
    """Run a local TikTok until it is interrupted.

    Args:
        host: The address to listen on, 127.0.0.1 by default.
        port: The port, any free one by default.
        rooms: How many users are live: sim0, sim1 and so on.
        users: The users who are live, as in ana,bob.
        seed: The same seed gives the same lives.
        rate: Messages a second in each room.
        duration: Seconds until the lives end, never by default.
        scenario: A TOML or JSON file that says all of this and more.
        capture: A file of plain frames that every room plays.
    """
    given: dict[str, Any] = {
        "host": host,
        "port": port,
        "rooms": rooms,
        "users": _names(users),
        "seed": seed,
        "rate": rate,
        "duration": duration,
        "capture": capture,
    }
    config = load_scenario(scenario) if scenario is not None else SimulatorConfig()
    config = replace(config, **{name: value for name, value in given.items() if value is not None})
    run(_until_asked(run_simulator(config, on_ready=_announce_json if output.json else _announce)))
    return DONE


async def _until_asked(simulator: Coroutine[Any, Any, None]) -> None:
    """Run it until its lives are over, or SIGTERM asks to end: the files of its video must not stay."""
    asked = asyncio.Event()
    with suppress(NotImplementedError):  # no such signals on this system
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    ends = {asyncio.create_task(simulator), asyncio.create_task(asked.wait())}
    try:
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
    for end in done:
        end.result()


def _names(users: str | None) -> tuple[str, ...] | None:
    if users is None:
        return None
    return tuple(name.strip().removeprefix("@") for name in users.split(",") if name.strip())


def _announce_json(info: SimulatorInfo) -> None:
    print(as_json(info.as_json()), flush=True)


def _announce(info: SimulatorInfo) -> None:
    more = len(info.users) - _SHOWN_USERS
    names = ", ".join(info.users[:_SHOWN_USERS]) + (f" and {more} more" if more > 0 else "")
    first = info.users[0] if info.users else "USER"
    print(f"The simulator runs at {info.url}, live are: {clean(names) or 'nobody'}.")
    print(f"Watch with: tikcast watch {clean(first)} --endpoint {info.url}", flush=True)
