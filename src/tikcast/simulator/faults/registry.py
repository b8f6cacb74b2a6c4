"""What a fault is, and how a function becomes one: `@HOOK.fault(name, about, **parameters)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypedDict, TypeVar

from tikcast.simulator.faults.parameters import COMMON, EVALUATED, Parameter, ParameterReport, one_of

Group = Literal["connection", "connecting", "room"]
"""Where faults take effect: on an open WebSocket, in what comes before it, or on the live stream as a whole."""

Place = Literal[
    "page", "profile", "live", "register", "check", "api", "alive", "room_info", "feed", "webcast", "signer", "limits",
    "socket",
]  # fmt: skip
"""What a request asks for: `/@user/live`, `/@user`, `/live`, `/ttwid/union/…`, `/ttwid/check`, `/api-live/…`,
`room/check_alive`, `room/info`, `feed`, the rest of `/webcast/…`, a signature, the signer's quota, or a WebSocket."""

_WEBCAST: Final[tuple[Place, ...]] = ("webcast", "alive", "room_info", "feed")
_COOKIES: Final[tuple[Place, ...]] = ("page", "profile", "live", "register", "check")

PLACES: Final[Mapping[str, tuple[Place, ...]]] = {
    "page": ("page",),
    "profile": ("profile",),
    "api": ("api",),
    "webcast": _WEBCAST,
    "signer": ("signer",),
    "socket": ("socket",),
    "pages": ("page", "profile"),
    "lookup": ("page", "profile", "api"),
    "anywhere": (*_COOKIES, "api", *_WEBCAST, "signer", "socket"),
    "alive": ("alive",),
    "room_info": ("room_info",),
    "feed": ("feed",),
    "live": ("live",),
    "register": ("register",),
    "check": ("check",),
    "cookies": _COOKIES,
    "limits": ("limits",),
    "signer_api": ("signer", "limits"),
}
"""The values of a parameter `where`, and which requests each means."""

Method = Literal["direct", "signed"]
"""How a client opens a WebSocket: without a signer, or with its signature."""

METHODS: Final[Mapping[str, tuple[Method, ...]]] = {
    "any": ("direct", "signed"),
    "direct": ("direct",),
    "signed": ("signed",),
}
"""The values of a parameter `method`, and which connections each means."""


def method_choice(default: str = "any") -> Parameter:
    """The parameter `method`."""
    return one_of("which connections", default, *(name for name in METHODS if name != default))


F = TypeVar("F", bound=Callable[..., object])
F_co = TypeVar("F_co", bound=Callable[..., object], covariant=True)


class FaultReport(TypedDict):
    """A fault in the control API's list."""

    group: Group
    about: str
    parameters: dict[str, ParameterReport]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fault(Generic[F_co]):
    """A fault that can be ordered. `own`: the parameters that it has beside those of all faults.

    `apply` takes what its hook gives, and its own parameters by name. `place`, a key of `PLACES`, is set for one
    that always affects the same requests, and so has no parameter `where`.
    """

    name: str
    about: str
    group: Group
    apply: F_co
    own: Mapping[str, Parameter]
    place: str | None = None

    @property
    def parameters(self) -> dict[str, Parameter]:
        """All its parameters, by name."""
        return {**self.own, **COMMON}

    def report(self) -> FaultReport:
        """The fault as JSON."""
        parameters = {name: parameter.report() for name, parameter in self.parameters.items()}
        return FaultReport(group=self.group, about=self.about, parameters=parameters)


AnyFault = Fault[Callable[..., object]]


class Hook(Generic[F]):
    """One thing that the server does and that faults can change. `F`: what the function of such a fault looks like."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.faults: dict[str, Fault[F]] = {}
        _HOOKS.append(self)

    def fault(self, name: str, about: str, *, place: str | None = None, **own: Parameter) -> Callable[[F], F]:
        """Register the decorated function as a fault.

        Its parameters, all by name, are those declared here, except for `EVALUATED`.
        Raises `ValueError` for a name that is taken, `TypeError` for other parameters than the declared ones.
        """

        def register(function: F) -> F:
            if name in registered():
                raise ValueError(f"there is already a fault {name!r}")
            _require_parameters(function, name=name, declared=own.keys() - EVALUATED)
            self.faults[name] = Fault(name=name, about=about, group=self.group, apply=function, own=own, place=place)
            return function

        return register


_HOOKS: Final[list[Hook[Any]]] = []


def registered() -> dict[str, AnyFault]:
    """Every fault by its name, hook by hook. `catalog` has imported all modules that define some."""
    return {name: fault for hook in _HOOKS for name, fault in hook.faults.items()}


def _require_parameters(function: Callable[..., object], *, name: str, declared: set[str]) -> None:
    parameters = inspect.signature(function).parameters.values()
    taken = {parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}
    if taken != declared:
        different = ", ".join(sorted(taken ^ declared))
        raise TypeError(f"the fault {name!r} does not both declare and take the parameters {different}")
