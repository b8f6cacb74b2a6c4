"""Options that commands share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tikcast import Endpoints, Reconnect, TikTok, Timeouts


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Output:
    """How a command prints its results."""

    json: bool = False
    """Print one JSON document per line."""

    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"])] = False
    """Write log messages to stderr."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Connection(Output):
    """How a command connects to TikTok."""

    endpoint: str | None = None
    """The URL of a server that replaces all of TikTok, such as the simulator. [env var: TIKCAST_ENDPOINT]"""

    proxy: str | None = field(default=None, repr=False)
    """A proxy for everything: an http://, https:// or socks5:// URL, or host:port."""

    session: Annotated[str | None, Parameter(env_var="TIKCAST_SESSION")] = field(default=None, repr=False)
    """The sessionid cookie of a login, a cookie string, or the path of a cookie file."""

    trace: Path | None = None
    """A file for every sent and received frame, for `tikcast inspect` and `tikcast replay`."""

    def client(
        self,
        *,
        connect: Sequence[str] = ("direct", "signed"),
        reconnect: Reconnect | None = None,
        timeouts: Timeouts | None = None,
    ) -> TikTok:
        """A client with these options. It drops no events, even if they are read slowly."""
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
