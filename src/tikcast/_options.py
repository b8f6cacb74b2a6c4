"""The options of a client: one record, which `TikTok` fills and from which the command line makes its own options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

from tikcast._wire.session.session import HISTORY, History
from tikcast.errors import ConfigError
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts, require_choice, require_type

if TYPE_CHECKING:
    from tikcast.events import Event
    from tikcast.signer import Signer, UrlSigner

SessionOption = str | PathLike[str] | Mapping[str, str] | None
"""The value of the `sessionid` cookie, a cookie string, a mapping of cookies, or the path of a cookie file."""

ProxyOption = str | Literal[False] | None
"""The URL of a proxy; False for none, None for those of the environment."""

QueuePolicy = Literal["drop_oldest", "wait"]
POLICIES: Final[tuple[QueuePolicy, ...]] = ("drop_oldest", "wait")

ErrorHook: TypeAlias = "Callable[[Exception, Event], object]"
"""Called with each exception of a handler and the event that it was handling; may be a coroutine function."""


class ChatSender(Protocol):
    """Sends chat messages, in whatever way its author knows."""

    def send_chat(self, room_id: int, text: str) -> object:
        """Send `text` to the room; raises when it was not sent.

        What can be awaited is awaited: it may be a coroutine function. In `tikcast.sync` it runs in a
        thread and may block; elsewhere it runs in the event loop and must not.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class CliOption:
    """How the command line offers an option of a client, in the metadata of its field.

    `name`: the name on the command line, None for that of the field. `env_var`: the environment
    variable that replaces it. `kind`: the type of its value. `convert`: makes the option of this value.
    """

    help: str
    name: str | None = None
    env_var: str | None = None
    kind: type = str
    convert: Callable[[Any], object] | None = None


def _cli(help: str, **how: Any) -> dict[str, CliOption]:  # noqa: A002, ANN401 - the fields of CliOption
    return {"cli": CliOption(help=help, **how)}


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientOptions:
    """The options of one client, as its caller gave them; `TikTok` documents them.

    Raises `ConfigError` for values that cannot work. Checks that need the environment or a file are made where the
    options are completed (`_net.config`).
    """

    endpoints: Endpoints = field(
        default_factory=Endpoints,
        metadata=_cli(
            "The URL of a server that replaces all of TikTok, such as the simulator. [env var: TIKCAST_ENDPOINT]",
            name="endpoint", convert=Endpoints.at,
        ),
    )  # fmt: skip
    proxy: ProxyOption = field(
        default=None,
        repr=False,
        metadata=_cli("A proxy for everything: an http://, https:// or socks5:// URL, or host:port."),
    )
    http_proxy: ProxyOption = field(default=None, repr=False)
    ws_proxy: ProxyOption = field(default=None, repr=False)
    verify: bool | str = True
    identity: Identity | None = None
    language: str | None = None
    region: str | None = None
    session: SessionOption = field(
        default=None,
        repr=False,
        metadata=_cli(
            "The sessionid cookie of a login, a cookie string, or the path of a cookie file.",
            env_var="TIKCAST_SESSION",
        ),
    )
    extra_params: Mapping[str, str] | None = field(default=None, repr=False)
    extra_headers: Mapping[str, str] | None = field(default=None, repr=False)
    connect: Sequence[str] = ("direct", "signed")
    signer: str | Signer | None = None
    api_key: str | None = field(default=None, repr=False)
    client_name: str = "tikcast"
    check_limits: bool = True
    send_session_to_signer: bool = False
    send_username_to_signer: bool = False
    url_signer: UrlSigner | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
    reconnect: Reconnect = field(default_factory=Reconnect)
    limits: Limits = field(default_factory=Limits)
    history: History = "mark"
    queue_policy: QueuePolicy = "drop_oldest"
    on_error: ErrorHook | None = None
    chat_sender: ChatSender | None = None
    experimental: bool = False
    log_requests: bool = False
    capture: None = None
    trace: str | PathLike[str] | None = field(
        default=None,
        metadata=_cli(
            "A file for every sent and received frame, for `tikcast inspect` and `tikcast replay`.", kind=Path
        ),
    )

    def __post_init__(self) -> None:
        require_type("endpoints", self.endpoints, kind=Endpoints)
        require_type("identity", self.identity, kind=Identity | None)
        require_type("timeouts", self.timeouts, kind=Timeouts)
        require_type("reconnect", self.reconnect, kind=Reconnect)
        require_type("limits", self.limits, kind=Limits)
        require_choice("history", self.history, among=HISTORY)
        require_choice("queue_policy", self.queue_policy, among=POLICIES)
        if self.url_signer is not None and not callable(getattr(self.url_signer, "sign_url", None)):
            raise ConfigError("it has no sign_url", option="url_signer", advice="give a tikcast.signer.UrlSigner")
        if self.capture is not None:
            raise ConfigError("it is not available in this version", option="capture", advice="use trace=FILE")


def cli_options() -> dict[str, CliOption]:
    """The options that the command line offers, by the names of their fields."""
    return {one.name: one.metadata["cli"] for one in fields(ClientOptions) if "cli" in one.metadata}
