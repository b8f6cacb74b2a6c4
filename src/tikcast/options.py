"""The options of a client as frozen records. Durations are seconds and sizes are bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Final, Literal, Self, TypeAlias
from urllib.parse import SplitResult, urlsplit

from tikcast.errors import ConfigError

PUSH_HOST: Final = "wss://webcast-ws.tiktok.com"
"""The host of the WebSocket when neither the signer nor the caller names another one."""

Platform = Literal["mac", "windows", "linux"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """The base URLs of all servers that a client uses.

    `push`: the WebSocket server; None for the server that the signer names, else for TikTok's default. A URL such as
    `wss://webcast-ws.eu.tiktok.com` replaces both. Raises `ConfigError` for a value that is not a base URL.
    """

    web: str = "https://www.tiktok.com"
    webcast: str = "https://webcast.tiktok.com/webcast"
    signer: str = "https://api.eulerstream.com"
    push: str | None = None

    def __post_init__(self) -> None:
        for name in ("web", "webcast", "signer"):
            _keep(self, **{name: _base_url(getattr(self, name), option=name, schemes=_HTTP)})
        if self.push is not None:
            _keep(self, push=_base_url(self.push, option="push", schemes=_WS))

    @classmethod
    def at(cls, url: str) -> Self:
        """One server that replaces all of TikTok, such as the simulator.

        It serves the website at `url`, webcast at `url`/webcast, the signer at `url`/signer, and the WebSocket at the
        same host, also if its signer names another server. Two answers of the signer remain valid: that this host
        uses TLS, and that there is no push server (a name under .invalid).
        """
        base = _base_url(url, option="endpoint", schemes=_HTTP)
        return cls(
            web=base,
            webcast=f"{base}/webcast",
            signer=f"{base}/signer",
            push=f"ws{base.removeprefix('http')}",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The browser that a client imitates, the same over HTTP and over the WebSocket.

    `impersonate`: the browser whose TLS and HTTP/2 are imitated; `chrome` is the newest known version.
    `user_agent`: None for the one that belongs to `impersonate` and `platform`.
    `language` and `region`: codes such as `en` and `US`; the Accept-Language header is made from them too.
    `tz_name`: an IANA time zone, None for one of the region.
    `screen`: width and height in pixels.
    `device_id`: 19 digits; 0 for a random one for each client.
    """

    impersonate: str = "chrome"
    platform: Platform = "mac"
    user_agent: str | None = None
    language: str = "en"
    region: str = "US"
    tz_name: str | None = None
    screen: tuple[int, int] = (1920, 1080)
    device_id: int = 0

    def __post_init__(self) -> None:
        platforms = "give 'mac', 'windows' or 'linux'"
        _require(self, "platform", that=self.platform in {"mac", "windows", "linux"}, advice=platforms)
        _require(
            self,
            "language",
            that=_is_code(self.language, longest=3),
            advice="give a code such as 'en'",
        )
        _require(self, "region", that=_is_code(self.region), advice="give a code such as 'US'")
        _require(self, "screen", that=min(self.screen) > 0, advice="give width and height in pixels")
        _require(self, "user_agent", that=_is_line(self.user_agent), advice="give one line of ASCII")
        _keep(self, language=self.language.lower(), region=self.region.upper())


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    `request`: for the answer to one HTTP request. `handshake`: for the WebSocket to open.
    `first_frame`: for the first frame of messages of a connection, but at most 8 seconds while another method to
    connect may work. `stale`: for a frame on an open connection.
    `quiet`: for a new message, answers to heartbeats not counted; then TikTok is asked whether the live stream is over.
    `close`: for the closing handshake. `signer_turn`: for a turn at the signer, whose quota all clients of a process
    share. `mint_interval`: before a source of cookies is asked again. `video`: for the next data of a video stream that
    is recorded.
    """

    request: float = 15.0
    handshake: float = 15.0
    first_frame: float = 20.0
    stale: float = 60.0
    quiet: float = 90.0
    close: float = 3.0
    signer_turn: float = 90.0
    mint_interval: float = 0.75
    video: float = 15.0

    def __post_init__(self) -> None:
        _require_positive(self, *type(self).__dataclass_fields__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconnect:
    """How to reconnect when a connection is lost while the live stream goes on.

    `attempts`: the number of failures in a row after which it gives up; 0 never reconnects, None never gives up.
    `total`: the seconds without a working connection after which it gives up, None for no limit.
    `first_delay`, `max_delay`: the seconds before the first attempt, and the longest delay. `factor`: how much longer
    each delay is than the one before. `jitter`: the random share of a delay, 0 to 1. `healthy_after`: the seconds
    after which a working connection resets the delays.
    """

    attempts: int | None = 12
    total: float | None = None
    first_delay: float = 1.0
    max_delay: float = 60.0
    factor: float = 2.0
    jitter: float = 0.5
    healthy_after: float = 10.0

    def __post_init__(self) -> None:
        attempts = self.attempts is None or self.attempts >= 0
        _require(self, "attempts", that=attempts, advice="give 0 or more, or None")
        _require(self, "total", that=self.total is None or self.total > 0, advice="give more than 0, or None")
        _require_positive(self, "first_delay", "max_delay")
        _require(self, "healthy_after", that=self.healthy_after >= 0, advice="give 0 or more")
        _require(self, "factor", that=self.factor >= 1, advice="give 1 or more")
        _require(self, "jitter", that=0 <= self.jitter <= 1, advice="give a share from 0 to 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Limits of what a client holds in memory and does at the same time.

    `events`: events that wait for each reader of a live stream. `frame`: bytes of one WebSocket message.
    `frames`: frames of a connection that wait to be decoded. `gunzip`: bytes of one frame after decompression.
    `body`: bytes of one HTTP answer. `image`: bytes of one picture. `requests`: HTTP requests
    that run at the same time. A further request waits until one of them ends; `Timeouts.request` does not limit this.
    """

    events: int = 1000
    frame: int = 32 * 2**20
    frames: int = 64
    gunzip: int = 16 * 2**20
    body: int = 16 * 2**20
    image: int = 8 * 2**20
    requests: int = 100

    def __post_init__(self) -> None:
        _require_positive(self, *type(self).__dataclass_fields__)


def require_type(option: str, value: object, *, kind: type | UnionType) -> None:
    """Raise `ConfigError` for an option that is not of its type, such as a bare URL for `endpoints`."""
    if not isinstance(value, kind):
        example = "Endpoints.at(url)" if option == "endpoints" else f"{option.capitalize()}(…)"
        raise ConfigError(f"{type(value).__name__!r} is no type for it", option=option, advice=f"give {example}")


def require_choice(option: str, value: str, *, among: Sequence[str]) -> None:
    """Raise `ConfigError` for a value that is none of those that an option can have."""
    if value not in among:
        names = " or ".join(map(repr, among))
        raise ConfigError(f"{value!r} is unknown", option=option, advice=f"give {names}")


_HTTP: Final = {"http": "http", "https": "https"}
_WS: Final = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


def _base_url(text: str, *, option: str, schemes: dict[str, str]) -> str:
    """`text` as a base URL without a trailing slash. `schemes`: the allowed schemes and what replaces them."""
    advice = f"give a base URL such as {next(iter(schemes))}://127.0.0.1:8080"
    url = _split(text, option=option, advice=advice)
    shown = repr(text.rpartition("@")[2])
    if url.scheme not in schemes or not url.hostname:
        raise ConfigError(f"{shown} is not a URL", option=option, advice=advice)
    if url.query or url.fragment or "@" in url.netloc:
        raise ConfigError(f"{shown} contains more than a host and a path", option=option, advice=advice)
    return f"{schemes[url.scheme]}://{url.netloc}{url.path.rstrip('/')}"


def _split(text: str, *, option: str, advice: str) -> SplitResult:
    try:
        url = urlsplit(text.strip())
        if url.port == 0 or any(mark.isspace() for mark in url.netloc):
            raise ValueError(text)
    except ValueError:
        raise ConfigError("it is not a URL", option=option, advice=advice) from None
    return url


def _is_code(text: str, *, longest: int = 2) -> bool:
    return 2 <= len(text) <= longest and text.isascii() and text.isalpha()


def _is_line(text: str | None) -> bool:
    return text is None or (text.isascii() and text.isprintable() and bool(text))


def _require(record: _Record, option: str, *, that: bool, advice: str) -> None:
    if not that:
        value = repr(getattr(record, option))
        raise ConfigError(f"{value} is not allowed", option=option, advice=advice)


def _require_positive(record: _Record, *options: str) -> None:
    for option in options:
        _require(record, option, that=getattr(record, option) > 0, advice="give more than 0")


def _keep(record: _Record, **values: str) -> None:
    for name, value in values.items():
        object.__setattr__(record, name, value)


_Record: TypeAlias = Endpoints | Identity | Timeouts | Reconnect | Limits
