"""A local TikTok: web pages, JSON API, signer and push server on one port, with rooms that are generated from a seed.

    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        async with TikTok(endpoints=Endpoints.at(sim.url)) as tiktok: ...

`World` does no I/O: it takes the time and clients' bytes, and makes frames, answers and a ledger of what was sent.
The server connects it to sockets, and needs the extra "server".
"""

from tikcast.simulator.config import RoomPlan, SimulatorConfig, Strictness, TimelineEntry, load_scenario
from tikcast.simulator.room.ledger import LedgerReport
from tikcast.simulator.server.service import Simulator, SimulatorInfo, run, serve
from tikcast.simulator.world import World

__all__ = [
    "LedgerReport",
    "RoomPlan",
    "Simulator",
    "SimulatorConfig",
    "SimulatorInfo",
    "Strictness",
    "TimelineEntry",
    "World",
    "load_scenario",
    "run",
    "serve",
]
