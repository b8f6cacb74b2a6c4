"""The network options of one client, and the settings that follow from them and from the environment."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from tikcast._clock import now
from tikcast._net.cookies import SessionOption, login_cookies
from tikcast._net.identity import Browser, ClientIdentity
from tikcast._net.proxy import Proxies, ProxyOption, choose_proxies
from tikcast._net.targets import is_tiktok
from tikcast.errors import ConfigError
from tikcast.options import Endpoints, Identity, Limits, Timeouts, require_type

if TYPE_CHECKING:
    from tikcast._net.tracing import Tracer
    from tikcast.signer import Signer

Method = Literal["direct", "signed"]
"""A method to connect: `direct` uses only an anonymous cookie, `signed` asks a signer."""

_METHODS: Final = ("direct", "signed")


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkConfig:
    """The network options of a client, as its caller gave them.

    The environment replaces options that are left at their defaults: `TIKCAST_ENDPOINT`, `TIKCAST_API_KEY`,
    `TIKCAST_SIGNER`, `TIKCAST_SESSION`, and the usual proxy variables.
    """

    endpoints: Endpoints = field(default_factory=Endpoints)
    identity: Identity | None = None
    language: str | None = None
    region: str | None = None
    session: SessionOption = field(default=None, repr=False)
    connect: Sequence[str] = _METHODS
    signer: str | Signer | None = None
    api_key: str | None = field(default=None, repr=False)
    client_name: str = "tikcast"
    check_limits: bool = True
    send_session_to_signer: bool = False
    proxy: ProxyOption = field(default=None, repr=False)
    http_proxy: ProxyOption = field(default=None, repr=False)
    ws_proxy: ProxyOption = field(default=None, repr=False)
    verify: bool | str = True
    timeouts: Timeouts = field(default_factory=Timeouts)
    limits: Limits = field(default_factory=Limits)
    extra_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    log_requests: bool = False
    tracer: Tracer | None = None

    def __post_init__(self) -> None:
        require_type("endpoints", self.endpoints, kind=Endpoints)
        require_type("identity", self.identity, kind=Identity | None)
        require_type("timeouts", self.timeouts, kind=Timeouts)
        require_type("limits", self.limits, kind=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A checked `NetworkConfig` in which nothing is left open. Only the `identity` changes later."""

    config: NetworkConfig
    endpoints: Endpoints
    identity: ClientIdentity
    proxies: Proxies
    methods: tuple[Method, ...]
    session: Mapping[str, str] = field(repr=False)
    api_key: str | None = field(repr=False)

    @property
    def browser(self) -> Browser:
        """The browser that the client currently imitates."""
        return self.identity.browser

    @property
    def logged_in(self) -> bool:
        """Whether there are login cookies to send."""
        return bool(self.session)

    def is_trusted(self, host: str) -> bool:
        """Whether `host` belongs to TikTok for this client: an endpoint, or a host of TikTok itself."""
        endpoints = self.endpoints
        hosts = {_host(url) for url in (endpoints.web, endpoints.webcast, endpoints.push) if url}
        return host in hosts or (is_tiktok(host) and is_tiktok(_host(endpoints.web)))

    @property
    def request_level(self) -> int:
        """The level at which requests are logged."""
        return logging.INFO if self.config.log_requests else logging.DEBUG

    def session_for(self, host: str) -> Mapping[str, str]:
        """The login cookies, if they may be sent to `host`; else none."""
        return self.session if self.is_trusted(host) else {}


def settings_from(config: NetworkConfig, *, environment: Mapping[str, str], random: Random) -> Settings:
    """Complete and check `config`. Raises `ConfigError` for wrong options.

    `environment`: that of the process. `random`: draws what differs from client to client.
    """
    settings = Settings(
        config=config,
        endpoints=_endpoints(config, environment),
        identity=ClientIdentity(_identity(config), random=random, may_vary=config.identity is None),
        proxies=choose_proxies(
            proxy=config.proxy,
            http_proxy=config.http_proxy,
            ws_proxy=config.ws_proxy,
            environment=environment,
        ),
        methods=_methods(config.connect),
        session=_login(config, environment),
        api_key=config.api_key or environment.get("TIKCAST_API_KEY") or None,
    )
    _check_header("api_key", settings.api_key or "")
    for name, value in config.extra_headers.items():
        _check_header("extra_headers", f"{name}{value}")
    if isinstance(config.verify, str):
        _check_certificates(config.verify)
    return settings


def _check_certificates(path: str) -> None:
    advice = "give the path of a file of certificates in PEM form"
    if not Path(path).is_file():
        raise ConfigError(f"there is no file {path!r}", option="verify", advice=advice)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path!r} contains no certificates", option="verify", advice=advice) from error


def _check_header(option: str, text: str) -> None:
    if not (text.isascii() and text.isprintable()):
        reason = "it contains characters that an HTTP header cannot contain"
        raise ConfigError(reason, option=option, advice="give one line of ASCII")


def _endpoints(config: NetworkConfig, environment: Mapping[str, str]) -> Endpoints:
    endpoints, signer = config.endpoints, config.signer
    if endpoints == Endpoints():
        url = environment.get("TIKCAST_ENDPOINT")
        endpoints = Endpoints.at(url) if url else endpoints
        signer = signer or environment.get("TIKCAST_SIGNER")
    return replace(endpoints, signer=signer) if isinstance(signer, str) and signer else endpoints


def _login(config: NetworkConfig, environment: Mapping[str, str]) -> dict[str, str]:
    if config.session is not None:
        return login_cookies(config.session, now=now())
    session = environment.get("TIKCAST_SESSION") or None
    return login_cookies(session, option="TIKCAST_SESSION", now=now())


def _identity(config: NetworkConfig) -> Identity:
    identity = config.identity or Identity()
    return replace(
        identity,
        language=config.language or identity.language,
        region=config.region or identity.region,
    )


def _methods(names: Sequence[str]) -> tuple[Method, ...]:
    known: dict[str, Method] = {"direct": "direct", "signed": "signed"}
    chosen = tuple(known[name] for name in names if name in known)
    if isinstance(names, str) or not chosen or len(chosen) != len(names):
        raise ConfigError(
            f"{names!r} are not methods to connect",
            option="connect",
            advice="give ('direct', 'signed'), or one of the two",
        )
    return chosen


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
