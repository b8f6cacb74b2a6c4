"""The options that commands share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tikcast import Endpoints, Reconnect, TikTok, Timeouts


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Output:
    """How a command tells what it found."""

    json: bool = False
    """Print one JSON document a line."""

    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"])] = False
    """Say on stderr what happens."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Connection(Output):
    """Where and as whom a command talks to TikTok."""

    endpoint: str | None = None
    """A server that stands in for all of TikTok, such as the simulator's URL. [env var: TIKCAST_ENDPOINT]"""

    proxy: str | None = field(default=None, repr=False)
    """A proxy for everything: an http://, https:// or socks5:// URL, or host:port."""

    session: Annotated[str | None, Parameter(env_var="TIKCAST_SESSION")] = field(default=None, repr=False)
    """The sessionid cookie of a login, a cookie string, or a cookie file's path."""

    trace: Path | None = None
    """A file to write every frame to, both ways, for `tikcast inspect` and `tikcast replay`."""

    def client(
        self,
        *,
        connect: Sequence[str] = ("direct", "signed"),
        reconnect: Reconnect | None = None,
        timeouts: Timeouts | None = None,
    ) -> TikTok:
        """A client with these options; it loses nothing, however slowly its events are read."""
        return TikTok(
            endpoints=Endpoints.at(self.endpoint) if self.endpoint is not None else Endpoints(),
            proxy=self.proxy,
            session=self.session,
            trace=self.trace,
            connect=connect,
            reconnect=reconnect or Reconnect(),
            timeouts=timeouts or Timeouts(),
            queue_policy="wait",
            log_requests=self.verbose,
        )
