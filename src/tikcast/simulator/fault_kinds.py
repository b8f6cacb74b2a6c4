"""What a fault is: its name, what a strike of it hits, and what it can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypedDict

from tikcast.simulator.fault_parameters import COMMON, Parameter, ParameterReport

Group = Literal["connection", "connecting", "room"]
"""Where faults strike: on an open WebSocket, in what comes before it, or at the live as a whole."""

Target = Literal["frame", "ending", "manner", "request", "handshake", "room"]
"""What one strike hits: the next frame, a whole connection, one thing that the server does on a connection, an
HTTP request, a request for a WebSocket, or the live."""

Place = Literal["page", "profile", "api", "webcast", "signer", "socket"]
"""What a request asks: `/@user/live`, `/@user`, `/api-live/…`, `/webcast/…`, a signature, or a WebSocket."""

PLACES: Final[Mapping[str, tuple[Place, ...]]] = {
    "page": ("page",),
    "profile": ("profile",),
    "api": ("api",),
    "webcast": ("webcast",),
    "signer": ("signer",),
    "socket": ("socket",),
    "pages": ("page", "profile"),
    "lookup": ("page", "profile", "api"),
    "anywhere": ("page", "profile", "api", "webcast", "signer", "socket"),
}
"""What a parameter `where` may say, and which requests it means."""

_GROUPS: Final[Mapping[Target, Group]] = {
    "frame": "connection",
    "ending": "connection",
    "manner": "connection",
    "request": "connecting",
    "handshake": "connecting",
    "room": "room",
}


class FaultReport(TypedDict):
    """A fault as the control API lists it."""

    group: Group
    about: str
    parameters: dict[str, ParameterReport]


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultKind:
    """A fault that can be ordered. `own`: the parameters that it has beside those of all faults.

    `place` is for one that always strikes the same requests, and so has no `where`.
    """

    name: str
    target: Target
    about: str
    own: Mapping[str, Parameter] = field(default_factory=dict)
    place: Place | None = None

    @property
    def group(self) -> Group:
        """Where it strikes."""
        return _GROUPS[self.target]

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Everything that it can be told."""
        return {**self.own, **COMMON}

    def report(self) -> FaultReport:
        """The fault as JSON."""
        told = {name: parameter.report() for name, parameter in self.parameters.items()}
        return FaultReport(group=self.group, about=self.about, parameters=told)
