"""A simulator that runs: as a context manager in tests and programs, or until it is stopped."""

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
    """Where a running simulator is, and who is live on it."""

    url: str
    users: tuple[str, ...]
    rooms: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """As the command line prints it: room ids in decimal."""
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
    seed: int
    rate: float
    duration: float | None
    capture: Path | None
    strictness: Strictness


class Simulator:
    """A local TikTok on one port: `async with Simulator(users=("ana",), seed=1, rate=20.0) as sim: …`.

    Takes a `SimulatorConfig`, or its fields as keywords. Serves from `async with` on; leaving it ends every
    connection. Raises `ConfigError` for a port that is taken, and `MissingExtra` without the extra "server".
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
        """The pure world behind the server. Raises `RuntimeError` before `async with`."""
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
        """All of that in one record."""
        return SimulatorInfo(url=self.url, users=self.users, rooms=self.rooms)

    async def ledger(self, user: str) -> LedgerReport:
        """What was sent for a user so far. Raises `KeyError` for nobody."""
        return self.world.hosts[user.lower()].room.ledger.report()

    async def control(self, user: str, action: Action) -> None:
        """Pause, resume, end or suspend a live, or go live again, now.

        Raises `KeyError` for nobody, `ValueError` for what makes no sense in the room's state.
        """
        self.world.act(user, action, now_ms=self._now_ms())

    async def fault(self, user: str, name: str, **parameters: Value) -> None:
        """Order a fault for the clients of a user: `await sim.fault("sim0", "close", code=1001, times=2)`.

        Raises `KeyError` for nobody, `ConfigError` for a fault or parameter that there is not, `ValueError` for
        what makes no sense in the room's state.
        """
        self.world.fault(user, name, now_ms=self._now_ms(), **parameters)

    async def heal(self, user: str) -> None:
        """Forget the faults that still wait for a user's clients. Raises `KeyError` for nobody."""
        self.world.heal(user)

    async def video(self, user: str, action: VideoAction) -> None:
        """Change how the video of a live behaves, now. Raises `KeyError` for nobody."""
        self.world.hosts[user.lower()].video.act(action)

    async def finished(self) -> None:
        """Wait until the configured duration is over and clients had time to leave; for ever without one."""
        if self._config.duration is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(self._config.duration)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._config.strictness.linger + 1):
                    await self._idle.wait()

    async def __aenter__(self) -> Self:
        try:
            from tikcast.simulator.server.app import ServerClock, Skin, serving
        except ImportError as error:
            raise MissingExtra("server", "the simulator") from error
        clock = ServerClock()
        self._now_ms = clock.now_ms
        self._world = World(self._config, now_ms=clock.now_ms())
        listener = self._listen()
        self._stack.callback(listener.close)
        skin = Skin(self._world, clock)
        self._idle = skin.idle
        await self._stack.enter_async_context(serving(skin, listener))
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
    """Serve until cancelled, or until the configured duration is over and every live has ended.

    `on_ready` is called once, when clients can come. Raises what `Simulator` raises.
    """
    _allow_many_sockets()
    async with Simulator(config) as simulator:
        on_ready(simulator.info)
        await simulator.finished()


def serve(config: SimulatorConfig, *, on_ready: Callable[[SimulatorInfo], None]) -> None:
    """`run` for programs without asyncio; blocks. A keyboard interrupt passes through."""
    asyncio.run(run(config, on_ready=on_ready))


def _allow_many_sockets() -> None:
    """Let this process hold as many sockets as the system allows it to ask for."""
    try:
        import resource
    except ImportError:  # not on this platform, which has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
