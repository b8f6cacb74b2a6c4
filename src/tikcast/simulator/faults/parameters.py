"""Parameters of faults: numbers, texts and choices, each with its limits and its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from tikcast.errors import ConfigError

Value = int | float | str | bool

_TYPE_NAMES: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
}


class ParameterReport(TypedDict, total=False):
    """A parameter in the control API's list; `choices`, `least` and `most` only where there are such limits."""

    about: str
    type: str
    default: Value
    choices: list[Value]
    least: float
    most: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter. It has the type of its default; `least` and `most` limit numbers, and the length of texts."""

    about: str
    default: Value
    least: float = 0
    most: float = 1_000_000
    choices: tuple[Value, ...] = ()

    def read(self, name: str, value: object) -> Value:
        """Return the value if it is allowed. Raises `ConfigError` with what is allowed instead."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if isinstance(value, bool | int | float | str) and type(value) is kind and self._allows(value):
            return value
        raise ConfigError(f"{value!r} is not allowed as {name}", option="fault", advice=f"use {self.allowed}")

    @property
    def allowed(self) -> str:
        """The allowed values, in words."""
        if self.choices:
            return f"one of {', '.join(map(str, self.choices))}"
        name = _TYPE_NAMES[type(self.default)]
        if isinstance(self.default, bool):
            return name
        if isinstance(self.default, str):
            return f"{name} of up to {self.most:.0f} characters"
        return f"{name} from {self.least:g} to {self.most:.0f}"

    def report(self) -> ParameterReport:
        """The parameter as JSON."""
        kind = type(self.default).__name__
        report = ParameterReport(about=self.about, type=kind, default=self.default)
        if self.choices:
            report["choices"] = list(self.choices)
        elif kind in {"int", "float"}:
            report |= ParameterReport(least=self.least, most=self.most)
        return report

    def _allows(self, value: Value) -> bool:
        if self.choices:
            return value in self.choices
        if isinstance(value, bool):
            return True
        if isinstance(value, str):
            return len(value) <= self.most
        return self.least <= value <= self.most


TIMES: Final = "times"
AFTER: Final = "after"
WHERE: Final = "where"
METHOD: Final = "method"
EVALUATED: Final = frozenset({WHERE, METHOD})
"""Parameters that the server evaluates before the fault happens, so that its function does not get them."""

COMMON: Final[Mapping[str, Parameter]] = {
    TIMES: Parameter(about="how often it strikes", default=1, least=1),
    AFTER: Parameter(
        about="seconds that it waits, from the order or from the entering of the connection it strikes", default=0.0
    ),
}
"""The parameters that every fault has."""


def seconds(about: str, default: float, *, least: float = 0.0, most: float = 86_400.0) -> Parameter:
    """A duration."""
    return Parameter(about=about, default=default, least=least, most=most)


def number(about: str, default: int, *, least: int = 0, most: int = 1_000_000) -> Parameter:
    """A whole number."""
    return Parameter(about=about, default=default, least=least, most=most)


def size(about: str, default: int, *, least: int = 0, most: int = 1 << 28) -> Parameter:
    """A number of bytes."""
    return Parameter(about=about, default=default, least=least, most=most)


def one_of(about: str, *choices: Value) -> Parameter:
    """A choice; the first is the default."""
    return Parameter(about=about, default=choices[0], choices=choices)


def text(about: str, default: str, *, most: int = 200) -> Parameter:
    """A text."""
    return Parameter(about=about, default=default, most=most)


def flag(about: str, *, default: bool) -> Parameter:
    """True or false."""
    return Parameter(about=about, default=default)
