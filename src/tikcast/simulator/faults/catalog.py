"""Every fault that the simulator knows, and orders for them, checked against what each fault declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from tikcast.errors import ConfigError
from tikcast.simulator.faults import (  # noqa: F401 - importing them registers their faults
    answers,
    connections,
    frames,
    room,
    signers,
    sources,
)
from tikcast.simulator.faults.parameters import AFTER, EVALUATED, METHOD, TIMES, WHERE, Value
from tikcast.simulator.faults.registry import METHODS, PLACES, AnyFault, F, Hook, Method, Place, registered


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultOrder:
    """A fault with a value for each of its parameters."""

    fault: AnyFault
    settings: Mapping[str, Value]

    @property
    def name(self) -> str:
        """The fault's name."""
        return self.fault.name

    @property
    def times(self) -> int:
        """How often it happens."""
        return int(self.settings[TIMES])

    @property
    def after_ms(self) -> int:
        """How long it waits before it can happen."""
        return round(float(self.settings[AFTER]) * 1000)

    def affects(self, place: Place) -> bool:
        """Whether it is for requests of that kind."""
        return place in PLACES[self.fault.place or str(self.settings[WHERE])]

    def affects_method(self, method: Method | None) -> bool:
        """Whether it is for connections by that method; None: the method is not known, or makes no difference."""
        return method is None or method in METHODS[str(self.settings.get(METHOD, "any"))]

    def function(self, hook: Hook[F]) -> F | None:
        """The fault's function with its own parameters filled in; None for a fault of another hook."""
        fault = hook.faults.get(self.name)
        if fault is None:
            return None
        own = {name: self.settings[name] for name in fault.own if name not in EVALUATED}
        return cast("F", partial(fault.apply, **own))


def faults() -> dict[str, AnyFault]:
    """Every fault by its name, in the order in which they are listed."""
    return registered()


def read_order(name: str, parameters: Mapping[str, object]) -> FaultOrder:
    """An order by the fault's name. Raises `ConfigError` with what is allowed instead."""
    fault = faults().get(name)
    if fault is None:
        raise ConfigError(f"there is no fault {name!r}", option="fault", advice=f"use one of {', '.join(faults())}")
    known = fault.parameters
    for given in parameters:
        if given not in known:
            reason = f"{name} has no parameter {given!r}"
            raise ConfigError(reason, option="fault", advice=f"use {', '.join(known)}")
    settings = {key: known[key].read(f"{name} {key}", parameters.get(key, known[key].default)) for key in known}
    return FaultOrder(fault=fault, settings=settings)
