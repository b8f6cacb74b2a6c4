"""What one client was told about the network: its options, and what they come to."""

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
from tikcast._net.identity import Browser, Visitor
from tikcast._net.proxy import Proxies, ProxyOption, choose_proxies
from tikcast._net.targets import is_tiktok
from tikcast.errors import ConfigError
from tikcast.options import Endpoints, Identity, Limits, Timeouts

if TYPE_CHECKING:
    from tikcast._net.tracing import Tracer
    from tikcast.signer import Signer

Method = Literal["direct", "signed"]
"""A way to connect: by ourselves with a visitor's cookie, or with a signer's help."""

_METHODS: Final = ("direct", "signed")


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkConfig:
    """The network options of a client, as its caller gave them.

    Options left at their defaults come from the environment where it names them:
    `TIKCAST_ENDPOINT`, `TIKCAST_API_KEY`, `TIKCAST_SIGNER`, `TIKCAST_SESSION`, and the usual proxy
    variables.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A `NetworkConfig` with every choice made and checked. Only the `visitor` changes later."""

    config: NetworkConfig
    endpoints: Endpoints
    visitor: Visitor
    proxies: Proxies
    methods: tuple[Method, ...]
    session: Mapping[str, str] = field(repr=False)
    api_key: str | None = field(repr=False)

    @property
    def browser(self) -> Browser:
        """The browser that the client is now."""
        return self.visitor.browser

    @property
    def logged_in(self) -> bool:
        """Whether there is a session to send."""
        return bool(self.session)

    def is_home(self, host: str) -> bool:
        """Whether `host` is TikTok for this client: an endpoint, or one of TikTok's own."""
        endpoints = self.endpoints
        homes = {_host(url) for url in (endpoints.web, endpoints.webcast, endpoints.push) if url}
        return host in homes or (is_tiktok(host) and is_tiktok(_host(endpoints.web)))

    @property
    def request_level(self) -> int:
        """The level at which requests are logged."""
        return logging.INFO if self.config.log_requests else logging.DEBUG

    def session_for(self, host: str) -> Mapping[str, str]:
        """The login cookies when they may go to `host`, else none."""
        return self.session if self.is_home(host) else {}


def settle(config: NetworkConfig, *, environment: Mapping[str, str], random: Random) -> Settings:
    """Make the choices that `config` leaves open. Raises `ConfigError` for options that are wrong.

    `environment` is that of the process; `random` draws what differs from client to client.
    """
    settings = Settings(
        config=config,
        endpoints=_endpoints(config, environment),
        visitor=Visitor(_identity(config), random=random, free=config.identity is None),
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
        raise ConfigError(f"{path!r} holds no certificates", option="verify", advice=advice) from error


def _check_header(option: str, text: str) -> None:
    if not (text.isascii() and text.isprintable()):
        raise ConfigError("it holds what no header can hold", option=option, advice="give one line of ASCII")


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
    told = environment.get("TIKCAST_SESSION") or None
    return login_cookies(told, option="TIKCAST_SESSION", now=now())


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
            f"{names!r} names no ways to connect",
            option="connect",
            advice="give ('direct', 'signed'), or one of the two",
        )
    return chosen


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
