"""Options that commands share."""

from collections.abc import Sequence
from dataclasses import dataclass, field, make_dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tikcast import Reconnect, TikTok, Timeouts
from tikcast._options import ClientOptions, CliOption, cli_options


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Output:
    """How a command prints its results."""

    json: bool = False
    """Print one JSON document per line."""

    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"])] = False
    """Write log messages to stderr."""


def _field(name: str, option: CliOption) -> tuple[str, Any, Any]:
    """An option of clients as a field of a dataclass from which the command line is made."""
    parameter = Parameter(help=option.help, env_var=option.env_var)
    return option.name or name, Annotated[option.kind | None, parameter], field(default=None, repr=False)


if TYPE_CHECKING:
    _ClientOptions = Output
else:
    _ClientOptions = make_dataclass(
        "_ClientOptions",
        [_field(name, option) for name, option in cli_options().items()],
        bases=(Output,),
        frozen=True,
        kw_only=True,
    )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Connection(_ClientOptions):
    """How a command connects to TikTok: the options of a client that say how the command line offers them."""

    def client(
        self,
        *,
        connect: Sequence[str] = ("direct", "signed"),
        reconnect: Reconnect | None = None,
        timeouts: Timeouts | None = None,
    ) -> TikTok:
        """A client with these options. It drops no events, even if they are read slowly."""
        return TikTok(
            **self._given(),
            connect=connect,
            reconnect=reconnect or Reconnect(),
            timeouts=timeouts or Timeouts(),
            queue_policy="wait",
            log_requests=self.verbose,
        )

    def options(self, *, timeouts: Timeouts) -> ClientOptions:
        """These options as those of a client."""
        return ClientOptions(**self._given(), timeouts=timeouts, log_requests=self.verbose)

    def _given(self) -> dict[str, Any]:
        """The options that were given, as a client takes them."""
        given = {}
        for name, option in cli_options().items():
            value = getattr(self, option.name or name)
            if value is not None:
                given[name] = value if option.convert is None else option.convert(value)
        return given
