"""Running a simulator: as a context manager in tests and programs, or until it is stopped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypedDict, Unpack

from tikcast.errors import ConfigError, MissingExtra
from tikcast.simulator.config import RoomPlan, SimulatorConfig, Strictness
from tikcast.simulator.faults.parameters import Value
from tikcast.simulator.room.ledger import LedgerReport
from tikcast.simulator.room.state import Action
from tikcast.simulator.video.streams import VideoAction
from tikcast.simulator.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatorInfo:
    """The address of a running simulator, its users and their rooms."""

    url: str
    users: tuple[str, ...]
    rooms: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The record as the command line prints it, with room ids in decimal."""
        rooms = {user: str(room_id) for user, room_id in self.rooms.items()}
        return {"url": self.url, "users": list(self.users), "rooms": rooms}


class SimulatorOptions(TypedDict, total=False):
    """The fields of `SimulatorConfig`."""

    host: str
    port: int
    rooms: int
    users: tuple[str, ...]
    plans: tuple[RoomPlan, ...]
    offline: tuple[str, ...]
    private: tuple[str, ...]
    sessions: tuple[str, ...]
    members: tuple[str, ...]
    seed: int
    rate: float
    duration: float | None
    capture: Path | None
    strictness: Strictness


class Simulator:
    """A local TikTok on one port: `async with Simulator(users=("ana",), seed=1, rate=20.0) as sim: …`.

    Takes a `SimulatorConfig`, or its fields as keywords. Serves from `async with` on; leaving it ends every
    connection. Raises `ConfigError` for a port that is in use, and `MissingExtra` without the extra "server".
    """

    def __init__(self, config: SimulatorConfig | None = None, **options: Unpack[SimulatorOptions]) -> None:
        if config is not None and options:
            advice = "put everything into the SimulatorConfig"
            raise ConfigError("a SimulatorConfig and keywords at once", option="config", advice=advice)
        self._config = config if config is not None else SimulatorConfig(**options)
        self._stack = AsyncExitStack()
        self._world: World | None = None
        self._now_ms: Callable[[], int] = lambda: 0
        self._url = ""
        self._idle = asyncio.Event()

    @property
    def url(self) -> str:
        """The base URL; give it to `Endpoints.at` or `--endpoint`."""
        return self._url

    @property
    def world(self) -> World:
        """The pure world that the server serves. Raises `RuntimeError` before `async with`."""
        if self._world is None:
            raise RuntimeError("the simulator does not run yet: use `async with`")
        return self._world

    @property
    def users(self) -> tuple[str, ...]:
        """The users who were live at the start, in order."""
        return tuple(owner.plan.user for owner in self.world.hosts.values())

    @property
    def rooms(self) -> dict[str, int]:
        """The id of each user's newest room."""
        return {owner.plan.user: owner.room.room_id for owner in self.world.hosts.values()}

    @property
    def info(self) -> SimulatorInfo:
        """The address, users and rooms in one record."""
        return SimulatorInfo(url=self.url, users=self.users, rooms=self.rooms)

    async def ledger(self, user: str) -> LedgerReport:
        """What was sent for a user so far. Raises `KeyError` for an unknown user."""
        return self.world.hosts[user.lower()].room.ledger.report()

    async def control(self, user: str, action: Action) -> None:
        """Pause, resume, end or suspend a live stream, or go live again, now.

        Raises `KeyError` for an unknown user, `ValueError` for an action that is not possible in the room's state.
        """
        self.world.act(user, action, now_ms=self._now_ms())

    async def fault(self, user: str, name: str, **parameters: Value) -> None:
        """Order a fault for the clients of a user: `await sim.fault("sim0", "close", code=1001, times=2)`.

        Raises `KeyError` for an unknown user, `ConfigError` for an unknown fault or parameter, `ValueError` for a
        fault that is not possible in the room's state.
        """
        self.world.fault(user, name, now_ms=self._now_ms(), **parameters)

    async def heal(self, user: str) -> None:
        """Remove the faults that have not happened yet to a user's clients. Raises `KeyError` for an unknown user."""
        self.world.heal(user)

    async def video(self, user: str, action: VideoAction) -> None:
        """Change the video of a live stream, now. Raises `KeyError` for an unknown user."""
        self.world.hosts[user.lower()].video.act(action)

    async def finished(self) -> None:
        """Wait until the configured duration is over and clients had time to leave; without a duration, for ever."""
        if self._config.duration is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(self._config.duration)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._config.strictness.linger + 1):
                    await self._idle.wait()

    async def __aenter__(self) -> Self:
        try:
            from tikcast.simulator.server.app import ServerClock, SimulatorApp, serving
        except ImportError as error:
            raise MissingExtra("server", "the simulator") from error
        clock = ServerClock()
        self._now_ms = clock.now_ms
        self._world = World(self._config, now_ms=clock.now_ms())
        listener = self._listen()
        self._stack.callback(listener.close)
        app = SimulatorApp(self._world, clock)
        self._idle = app.idle
        await self._stack.enter_async_context(serving(app, listener))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _listen(self) -> socket.socket:
        host, port = self._config.host, self._config.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listener = socket.create_server((host, port), family=family, backlog=4096)
        except OSError as error:
            advice = "choose another one, or port 0 for any free one"
            raise ConfigError(f"{host} port {port} cannot be used: {error}", option="port", advice=advice) from error
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        self._url = f"http://{shown}:{listener.getsockname()[1]}"
        return listener


async def run(config: SimulatorConfig, *, on_ready: Callable[[SimulatorInfo], None]) -> None:
    """Serve until cancelled, or until the configured duration is over and every live stream has ended.

    `on_ready` is called once, when clients can connect. Raises what `Simulator` raises.
    """
    _allow_many_sockets()
    async with Simulator(config) as simulator:
        on_ready(simulator.info)
        await simulator.finished()


def serve(config: SimulatorConfig, *, on_ready: Callable[[SimulatorInfo], None]) -> None:
    """`run` for programs without asyncio; blocks. Raises KeyboardInterrupt when interrupted."""
    asyncio.run(run(config, on_ready=on_ready))


def _allow_many_sockets() -> None:
    """Raise this process's limit of open sockets as far as the system allows."""
    try:
        import resource
    except ImportError:  # not on this platform, which has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
