"""The options of a simulator: its address, its users, its seed, how strict it is; and scenario files.

Durations are float seconds, rates are messages a second.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from math import inf
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from tikcast.errors import ConfigError
from tikcast.simulator.faults.catalog import read_order
from tikcast.simulator.faults.parameters import Value
from tikcast.simulator.room.gifts import BY_NAME
from tikcast.simulator.room.state import ACTIONS, Access, Action

Moment = Literal["pause", "resume", "end", "suspend", "go_live", "chat", "gift", "fault"]
"""The kinds of timeline entries: an `Action`, a chat, a gift, or a fault."""

MOMENTS: Final[tuple[Moment, ...]] = get_args(Moment)
_USER: Final = re.compile(r"[\w.]{1,64}\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """Something that happens `at` seconds after the start of the simulator.

    `text`: the text of a chat. `gift` and `count`: the gift by name, and how many are sent in one streak. `fault`
    and `parameters`: the fault by name, and its parameters; it needs no `action`.
    """

    at: float
    action: Moment = "fault"
    text: str = ""
    gift: str = "Rose"
    count: int = 1
    fault: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)

    @property
    def of_room(self) -> Action | None:
        """The action if it changes the live stream, else None."""
        return next((action for action in ACTIONS if action == self.action), None)

    def __post_init__(self) -> None:
        _require(self.at >= 0, f"a timeline entry is at {self.at} seconds", option="at", advice="use 0 or more")
        known = self.action in MOMENTS
        _require(known, f"no action {self.action!r}", option="action", advice=f"use one of {', '.join(MOMENTS)}")
        if self.action == "fault":
            read_order(self.fault, self.parameters)
        _require(
            self.action == "fault" or not self.fault,
            f"a fault and the action {self.action!r} at once",
            option="fault",
            advice="write two entries",
        )
        sold = self.gift.lower() in BY_NAME
        names = ", ".join(gift.name for gift in BY_NAME.values())
        _require(sold, f"no gift {self.gift!r}", option="gift", advice=f"use one of {names}")
        _require(1 <= self.count <= 9999, f"{self.count} gifts", option="count", advice="use 1 to 9999")


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomPlan:
    """One user who is live. None takes the simulator's own value, or one from the seed.

    `mix`: "joins" or "chats" (two real rooms), or weights by wire name. `duration`: seconds until the host
    ends the live stream. `viewers`: about how many watch. `access`: "public"; "age_restricted" or "private" for
    a live stream that opens only with one of the simulator's `sessions`; "subscribers_only", "followers_only" or
    "paid_event" for one that opens only with one of its `members`; "region_blocked" or "suspended_account" for one
    that does not open.
    """

    user: str
    nickname: str = ""
    title: str = ""
    rate: float | None = None
    mix: str | Mapping[str, float] | None = None
    viewers: int | None = None
    duration: float | None = None
    access: Access = "public"
    timeline: tuple[TimelineEntry, ...] = ()

    def __post_init__(self) -> None:
        advice = "use 1 to 64 of a-z, 0-9, _ and ."
        _require(bool(_USER.match(self.user)), f"{self.user!r} is no user name", option="user", advice=advice)
        if self.rate is not None:
            _require_rate(self.rate)
        _require_duration(self.duration)
        kinds = get_args(Access)
        _require(
            self.access in kinds, f"no access {self.access!r}", option="access", advice=f"use one of {', '.join(kinds)}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Strictness:
    """When the server closes a connection, and what the signer allows. Times are seconds.

    `ack_timeout`: from a frame until its missing acknowledgement ends the connection. `malformed_timeout`: from a
    malformed frame of the client until the end. `heartbeat_timeout`: without a heartbeat until the end. `linger`: from
    the end of the live stream until the server closes; clients may close first. `signature_lifetime`: of a signed URL.
    `signatures_a_minute`: with more requests the signer answers 429.
    """

    ack_timeout: float = 180.0
    malformed_timeout: float = 2.0
    heartbeat_timeout: float = 40.0
    linger: float = 5.0
    signature_lifetime: float = 30.0
    signatures_a_minute: int = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatorConfig:
    """All options of a simulator.

    `users` are live; without them, `rooms` users called sim0, sim1, … are. `plans` describe some of them in detail,
    and may add others. `offline` and `private` are users who exist and are not live. `sessions` are the values of the
    cookie sessionid that are logged in, `members` those of users who are logged in and follow and subscribe to
    everybody. `port` 0 takes a free port. `duration`: seconds until all live streams end
    (None: never). `capture`: a file of plain frames (repeated [u32 little-endian length][push frame]) that every room
    plays instead of generated messages.
    Raises `ConfigError` for values that cannot work.
    """

    host: str = "127.0.0.1"
    port: int = 0
    rooms: int = 1
    users: tuple[str, ...] = ()
    plans: tuple[RoomPlan, ...] = ()
    offline: tuple[str, ...] = ("offline0",)
    private: tuple[str, ...] = ("private0",)
    sessions: tuple[str, ...] = ("sim-session",)
    members: tuple[str, ...] = ("sim-member",)
    seed: int = 0
    rate: float = 3.5
    duration: float | None = None
    capture: Path | None = None
    strictness: Strictness = field(default_factory=Strictness)

    def __post_init__(self) -> None:
        _require_rate(self.rate)
        _require_duration(self.duration)
        _require(0 <= self.port <= 65535, f"port {self.port}", option="port", advice="use 0 to 65535")
        _require(self.rooms >= 0, f"{self.rooms} rooms", option="rooms", advice="use 0 or more")
        for named in (self.users, [plan.user for plan in self.plans]):
            user, times = Counter(name.lower() for name in named).most_common(1)[0] if named else ("", 0)
            _require(times < 2, f"user {user!r} twice", option="users", advice="name each user once")

    def room_plans(self) -> tuple[RoomPlan, ...]:
        """One plan for each user who is live, in order, with the simulator's own values filled in."""
        known = {plan.user: plan for plan in self.plans}
        names = self.users or () if self.plans or self.users else tuple(f"sim{n}" for n in range(self.rooms))
        plans = [known.pop(name) if name in known else RoomPlan(user=name) for name in names]
        return tuple(self._completed(plan) for plan in [*plans, *known.values()])

    def _completed(self, plan: RoomPlan) -> RoomPlan:
        rate = self.rate if plan.rate is None else plan.rate
        duration = self.duration if plan.duration is None else plan.duration
        return replace(plan, rate=rate, duration=duration)


def _require_rate(rate: float) -> None:
    fine = 0 <= rate <= 10_000
    _require(fine, f"{rate} messages a second", option="rate", advice="use 0 to 10000")


def _require_duration(duration: float | None) -> None:
    fine = duration is None or 0 <= duration < inf
    _require(fine, f"{duration} seconds", option="duration", advice="use 0 or more, or leave it out")


def _require(condition: bool, reason: str, *, option: str, advice: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise ConfigError(reason, option=option, advice=advice)


def load_scenario(path: str | Path) -> SimulatorConfig:
    """Read a scenario file; a name that ends in .json is JSON, every other one TOML.

    The keys are the fields of `SimulatorConfig`, with a table `strictness` and a list `rooms` whose entries
    have the fields of `RoomPlan`; a timeline is a list of `TimelineEntry`:

        seed = 7
        rate = 5.0                    # messages a second, of rooms without their own rate
        offline = ["carol"]           # exists and is not live

        [strictness]
        ack_timeout = 30.0            # seconds

        [[rooms]]
        user = "ana"
        nickname = "Ana 🌸"
        title = "Singing your requests"
        rate = 20.0
        mix = "chats"                 # or { WebcastChatMessage = 3, WebcastLikeMessage = 1 }
        viewers = 1200
        duration = 60.0               # then the host ends the live stream
        timeline = [
            { at = 5.0, action = "chat", text = "!song" },
            { at = 8.0, action = "gift", gift = "Rose", count = 5 },
            { at = 10.0, action = "pause" },
            { at = 12.0, action = "resume" },
            { at = 20.0, fault = "close", code = 1001, times = 2 },
        ]

        [[rooms]]
        user = "bob"

    Raises `ConfigError` for a file that cannot be read, and for unknown keys.
    """
    table = _read(Path(path))
    plans = _tables(table.pop("rooms", []), option="rooms")
    _only_known(table, SimulatorConfig, option="scenario")
    _only_known(table.get("strictness", {}), Strictness, option="strictness")
    for plan in plans:
        _only_known(plan, RoomPlan, option="rooms")
        if "timeline" in plan:
            plan["timeline"] = [_moment(entry) for entry in _tables(plan["timeline"], option="timeline")]
    if "capture" in table:
        table["capture"] = Path(path).parent / str(table["capture"])
    return _converted({**table, "plans": plans})


def _moment(entry: Mapping[str, object]) -> Mapping[str, object]:
    """A timeline entry, with the parameters of a fault in a table of their own."""
    if "fault" not in entry:
        _only_known(entry, TimelineEntry, option="timeline")
        return entry
    own = {name: entry[name] for name in ("at", "action", "fault") if name in entry}
    return {**own, "parameters": {name: value for name, value in entry.items() if name not in own}}


def _read(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        advice = "give a readable TOML or JSON file"
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{path} cannot be read: {reason}", option="scenario", advice=advice) from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path} holds no table", option="scenario", advice="start it with keys such as seed")
    return table


def _converted(table: dict[str, object]) -> SimulatorConfig:
    try:
        return msgspec.convert(table, SimulatorConfig, dec_hook=lambda _, value: value)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, ConfigError):
            raise error.__cause__ from None
        raise ConfigError(str(error), option="scenario", advice="see tikcast.simulator.load_scenario") from error


def _tables(value: object, *, option: str) -> list[dict[str, object]]:
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return value
    raise ConfigError(f"{value!r} is no list of tables", option=option, advice=f"write [[{option}]]")


def _only_known(values: object, cls: type[object], *, option: str) -> None:
    names = [entry.name for entry in fields(cls)]  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(names)) if isinstance(values, dict) else []
    if unknown:
        raise ConfigError(f"nothing is called {unknown[0]!r}", option=option, advice=f"use {', '.join(names)}")
