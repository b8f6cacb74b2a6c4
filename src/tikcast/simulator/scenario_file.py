"""Scenario files: a simulator described in TOML or JSON."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import msgspec

from tikcast.errors import ConfigError
from tikcast.simulator.config import RoomPlan, SimulatorConfig, Strictness, TimelineEntry


def load_scenario(path: str | Path) -> SimulatorConfig:
    """Read a scenario; a name that ends in .json is JSON, everything else TOML.

    The keys are the fields of `SimulatorConfig`, with a table `strictness` and a list `rooms` whose entries
    have the fields of `RoomPlan`; a timeline is a list of `TimelineEntry`:

        seed = 7
        rate = 5.0                    # messages a second, of rooms that do not say otherwise
        offline = ["carol"]           # exists, is not live

        [strictness]
        ack_timeout = 30.0            # seconds

        [[rooms]]
        user = "ana"
        nickname = "Ana 🌸"
        title = "Singing your requests"
        rate = 20.0
        mix = "chats"                 # or { WebcastChatMessage = 3, WebcastLikeMessage = 1 }
        viewers = 1200
        duration = 60.0               # then the host ends the live
        timeline = [
            { at = 5.0, action = "chat", text = "!song" },
            { at = 8.0, action = "gift", gift = "Rose", count = 5 },
            { at = 10.0, action = "pause" },
            { at = 12.0, action = "resume" },
            { at = 20.0, fault = "close", code = 1001, times = 2 },
        ]

        [[rooms]]
        user = "bob"

    Raises `ConfigError` for a file that cannot be read or says something unknown.
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
    """A timeline's entry, with everything that a fault is told in one place."""
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
