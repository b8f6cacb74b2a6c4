"""The whole simulated TikTok without I/O: users, their rooms, and what is due when. Times are epoch milliseconds."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Final, Generic, TypeVar

from tikcast.simulator.chance import seeded_number, seeded_random
from tikcast.simulator.config import RoomPlan, SimulatorConfig, TimelineEntry
from tikcast.simulator.faults.catalog import FaultOrder, read_order
from tikcast.simulator.faults.hooks import ENDING, ROOM, STREAM_END, RoomChange
from tikcast.simulator.faults.orders import RoomFault, WaitingFaults
from tikcast.simulator.faults.registry import Method
from tikcast.simulator.messages.context import BroadcastTotals, RoomContext
from tikcast.simulator.messages.encode import require_known
from tikcast.simulator.messages.users import UserMessages
from tikcast.simulator.people import texts
from tikcast.simulator.people.people import Person, host
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.room.ledger import Ledger
from tikcast.simulator.room.room import SimulatedRoom
from tikcast.simulator.room.scenario import Scenario, mix_of
from tikcast.simulator.room.state import STATES, Access, Action, ActionError
from tikcast.simulator.room.traffic import GeneratedTraffic, RecordedTraffic, Traffic, load_frames
from tikcast.simulator.video.streams import VideoState
from tikcast.simulator.web.signatures import Signatures

T = TypeVar("T")

_TICK_MS: Final = 1000
_DAY_S: Final = 86_400
_FIRST_ROOM: Final = 7_300_000_000_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Broadcast:
    """One live stream of a host."""

    room: SimulatedRoom
    title: str
    started_at_ms: int
    totals: BroadcastTotals


@dataclass(kw_only=True, slots=True)
class Host:
    """A user who goes live: the person, the newest live stream, who may watch it, and the faults that wait."""

    plan: RoomPlan
    person: Person
    broadcast: Broadcast
    faults: WaitingFaults
    access: Access
    video: VideoState = field(default_factory=VideoState)
    broadcasts: int = 1

    @property
    def room(self) -> SimulatedRoom:
        """The room of the newest live stream."""
        return self.broadcast.room

    @property
    def live(self) -> bool:
        """Whether the user is live now."""
        return not self.room.over and self.access != "suspended_account"


class Schedule(Generic[T]):
    """Items in order of their time in epoch milliseconds; items of the same time are in the order of their adding."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, T]] = []
        self._order = count()

    def add(self, at_ms: int, item: T) -> None:
        """Add an item for a time."""
        heapq.heappush(self._entries, (at_ms, next(self._order), item))

    def due(self, now_ms: int) -> Iterator[T]:
        """Take the items that are due, also those that are added meanwhile."""
        while self._entries and self._entries[0][0] <= now_ms:
            yield heapq.heappop(self._entries)[2]

    def next_at(self) -> int | None:
        """The time of the next item."""
        return self._entries[0][0] if self._entries else None


class World:
    """All users and rooms: a function of the configuration, the time of the start, and what clients do.

    `on_change` is called when there may be something to do before the time that `advance` returned.
    """

    def __init__(self, config: SimulatorConfig, *, now_ms: int) -> None:
        strictness = config.strictness
        self.config = config
        self.hosts: dict[str, Host] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.signatures = Signatures(
            seed=config.seed, lifetime=strictness.signature_lifetime, a_minute=strictness.signatures_a_minute
        )
        self.user_messages = UserMessages(expires_at=now_ms // 3_600_000 * 3600 + 2 * _DAY_S)
        self._recorded = load_frames(config.capture) if config.capture else None
        self._owners: dict[int, Host] = {}
        self._open: dict[PushConnection, SimulatedRoom] = {}
        self._due: Schedule[SimulatedRoom] = Schedule()
        self._later: Schedule[Callable[[int], None]] = Schedule()
        self._next_tick_ms = now_ms + _TICK_MS
        for plan in config.room_plans():
            self._add_host(plan, now_ms)

    def host_of(self, user: str) -> Host | None:
        """The host with that name, in upper or lower case."""
        return self.hosts.get(user.lower())

    def owner_of(self, room_id: int) -> Host | None:
        """The host who has or had the room with that id."""
        return self._owners.get(room_id)

    def room(self, room_id: int) -> SimulatedRoom | None:
        """The room with that id; None if it does not exist, or if its host has a newer room."""
        owner = self._owners.get(room_id)
        return owner.room if owner and owner.room.room_id == room_id else None

    def stale_room(self, owner: Host) -> int:
        """The id of an earlier room of the host."""
        room_id = _FIRST_ROOM + seeded_number(self.config.seed, "stale room", owner.plan.user) % 10**17
        self._owners.setdefault(room_id, owner)
        return room_id

    def connect(
        self, room: SimulatedRoom, now_ms: int, *, cursor_ms: int | None, packed: bool, method: Method = "direct"
    ) -> PushConnection:
        """Add the connection of a WebSocket that was opened to a room."""
        connection = room.connect(
            now_ms,
            strictness=self.config.strictness,
            cursor_ms=cursor_ms,
            packed=packed,
            method=method,
            later=self.later,
        )
        self._open[connection] = room
        return connection

    def receive(self, connection: PushConnection, data: bytes, *, now_ms: int) -> None:
        """Take what a client sent on its WebSocket."""
        room = self._open.get(connection)
        watched = room is None or room.watched
        connection.receive(data, now_ms)
        if room is not None and not watched:
            self._schedule(room)
            self.on_change()

    def disconnect(self, connection: PushConnection) -> None:
        """Remove the connection of a WebSocket that is closed."""
        room = self._open.pop(connection, None)
        if room is not None:
            room.leave(connection)

    def advance(self, now_ms: int) -> int:
        """Do everything that is due; return when to call it next."""
        for do in self._later.due(now_ms):
            do(now_ms)
        for room in self._due.due(now_ms):
            room.advance(now_ms)
            self._schedule(room)
        if now_ms >= self._next_tick_ms:
            self._next_tick_ms = now_ms + _TICK_MS
            for connection in list(self._open):
                connection.tick(now_ms)
        moments = (self._next_tick_ms, self._due.next_at(), self._later.next_at())
        return min(moment for moment in moments if moment is not None)

    def act(self, user: str, action: Action, *, now_ms: int, announced: bool = True, admits: bool = False) -> Host:
        """Change a host's live stream; `announced` and `admits` are those of `SimulatedRoom.change`.

        Raises `KeyError` for an unknown user, `ActionError` for an action that is not possible now.
        """
        owner = self.hosts[user.lower()]
        if action == "go_live":
            if not owner.room.over:
                raise ActionError(f"{owner.plan.user} is live already")
            self._go_live(owner, now_ms)
        elif owner.room.over:
            raise ActionError(f"{owner.plan.user} is not live; use go_live first")
        else:
            owner.room.change(STATES[action], now_ms, announced=announced, admits=admits)
        self.on_change()
        return owner

    def fault(self, user: str, name: str, *, now_ms: int, **parameters: object) -> FaultOrder:
        """Order a fault for the clients of a user.

        Raises `KeyError` for an unknown user, `ConfigError` for an unknown fault or parameter, `ActionError` for a
        fault that is not possible now.
        """
        return self.order(user, read_order(name, parameters), now_ms=now_ms)

    def order(self, user: str, order: FaultOrder, *, now_ms: int) -> FaultOrder:
        """The same for an order that is already checked."""
        owner = self.hosts[user.lower()]
        waiting = owner.faults.add(order, now_ms)
        change_room = order.function(ROOM)
        if change_room is not None:
            change = partial(self._change, owner=owner)
            RoomFault(
                faults=owner.faults, waiting=waiting, changes=change_room(), change=change, later=self.later
            ).begin(now_ms)
        elif order.function(ENDING) is not None or order.function(STREAM_END) is not None:
            for connection in owner.room.connections:
                if connection.entered:
                    connection.expect_end()
        self.on_change()
        return order

    def _change(self, change: RoomChange, now_ms: int, *, owner: Host) -> None:
        if change.heartbeat_ms is not None:
            owner.room.heartbeat_ms = change.heartbeat_ms
        if change.access is not None:
            owner.access = change.access
        if change.action is not None:
            user, announced, admits = owner.plan.user, change.announced, change.admits
            self.act(user, change.action, now_ms=now_ms, announced=announced, admits=admits)

    def heal(self, user: str) -> None:
        """Remove the faults that still wait for a user's clients, and let everybody watch as before.

        Raises `KeyError` for an unknown user.
        """
        owner = self.hosts[user.lower()]
        owner.faults.clear()
        owner.access = owner.plan.access

    def later(self, at_ms: int, do: Callable[[int], None]) -> None:
        """Call `do` with the time, once `at_ms` is reached."""
        self._later.add(at_ms, do)
        self.on_change()

    @property
    def connected(self) -> int:
        """How many WebSockets are open."""
        return len(self._open)

    def _schedule(self, room: SimulatedRoom) -> None:
        due = room.next_due()
        if due is not None:
            self._due.add(due, room)

    def _add_host(self, plan: RoomPlan, now_ms: int) -> None:
        random = seeded_random(self.config.seed, "past", plan.user)
        person = host(self.config.seed, plan.user, nickname=plan.nickname)
        past_ms = random.randrange(600_000, 5_400_000)
        faults = WaitingFaults()
        broadcast = self._broadcast(
            plan, person, ledger=Ledger(), faults=faults, name=f"{plan.user}/1", now_ms=now_ms, past_ms=past_ms
        )
        owner = Host(plan=plan, person=person, broadcast=broadcast, faults=faults, access=plan.access)
        self.hosts[plan.user.lower()] = owner
        self._owners[broadcast.room.room_id] = owner
        self._plan_actions(plan, now_ms)

    def _go_live(self, owner: Host, now_ms: int) -> None:
        owner.broadcasts += 1
        plan = replace(owner.plan, timeline=(), duration=None)
        name = f"{plan.user}/{owner.broadcasts}"
        owner.broadcast = self._broadcast(
            plan,
            owner.person,
            ledger=owner.room.ledger,
            faults=owner.faults,
            name=name,
            now_ms=now_ms,
            past_ms=0,
        )
        self._owners[owner.room.room_id] = owner

    def _plan_actions(self, plan: RoomPlan, now_ms: int) -> None:
        user = plan.user.lower()
        for entry in plan.timeline:
            at_ms = now_ms + round(entry.at * 1000)
            if entry.of_room:
                self._later.add(at_ms, partial(self._act_as_planned, user=user, action=entry.of_room))
            elif entry.fault:
                self._later.add(at_ms, partial(self._fault_as_planned, user=user, entry=entry))
        if plan.duration is not None:
            at_ms = now_ms + round(plan.duration * 1000)
            self._later.add(at_ms, partial(self._act_as_planned, user=user, action="end"))

    def _act_as_planned(self, now_ms: int, *, user: str, action: Action) -> None:
        with suppress(ActionError):
            self.act(user, action, now_ms=now_ms)

    def _fault_as_planned(self, now_ms: int, *, user: str, entry: TimelineEntry) -> None:
        with suppress(ActionError):
            self.fault(user, entry.fault, now_ms=now_ms, **entry.parameters)

    def _broadcast(
        self,
        plan: RoomPlan,
        person: Person,
        *,
        ledger: Ledger,
        faults: WaitingFaults,
        name: str,
        now_ms: int,
        past_ms: int,
    ) -> Broadcast:
        seed = self.config.seed
        require_known(mix_of(plan.mix, random_bits=0))
        random = seeded_random(seed, "life", name)
        rate = plan.rate or 0.0
        totals = BroadcastTotals(seed, name, started_at_ms=now_ms - past_ms, rate=rate, viewers=plan.viewers)
        scenario = Scenario(plan, seed=seed, room=name, origin_ms=now_ms, past_ms=past_ms)
        context = RoomContext(
            room_id=_FIRST_ROOM + seeded_number(seed, "room", name) % 10**17,
            host=person,
            visitors=scenario.visitors,
            user_messages=self.user_messages,
            totals=totals,
            intro=random.choice(texts.INTROS),
        )
        traffic = self._traffic(scenario, context, rate=rate)
        linger = self.config.strictness.linger
        room = SimulatedRoom(room_id=context.room_id, traffic=traffic, ledger=ledger, faults=faults, linger=linger)
        title = plan.title or random.choice(texts.TITLES)
        return Broadcast(room=room, title=title, started_at_ms=now_ms - past_ms, totals=totals)

    def _traffic(self, scenario: Scenario, context: RoomContext, *, rate: float) -> Traffic:
        if self._recorded is not None:
            return RecordedTraffic(self._recorded, context, rate=rate)
        return GeneratedTraffic(scenario, context)
