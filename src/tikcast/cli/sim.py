"""`tikcast sim`: runs a local TikTok simulator."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tikcast.cli._options import Output
from tikcast.cli._output import as_json, escape
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
    """Run a local TikTok simulator until it is interrupted.

    Args:
        host: The address to listen on, by default 127.0.0.1.
        port: The port to listen on, by default any free port.
        rooms: The number of users who are live: sim0, sim1 and so on.
        users: The users who are live, such as ana,bob.
        seed: The same seed gives the same live streams.
        rate: Messages per second in each room.
        duration: Seconds until the live streams end, by default never.
        scenario: A TOML or JSON file with these and more settings.
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
    run(_until_terminated(run_simulator(config, on_ready=_announce_json if output.json else _announce)))
    return DONE


async def _until_terminated(simulator: Coroutine[Any, Any, None]) -> None:
    """Run the simulator until its live streams end or SIGTERM comes, so that its video files are removed."""
    terminated = asyncio.Event()
    with suppress(NotImplementedError):  # this system has no such signals
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    tasks = {asyncio.create_task(simulator), asyncio.create_task(terminated.wait())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


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
    print(f"The simulator runs at {info.url}. Live users: {escape(names) or 'none'}.")
    print(f"Watch with: tikcast watch {escape(first)} --endpoint {info.url}", flush=True)
