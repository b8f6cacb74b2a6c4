"""The network options of one client, and the settings that follow from them and from the environment."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tikcast._clock import now
from tikcast._net.connect.plan import Method
from tikcast._net.cookies import login_cookies
from tikcast._net.identity import Browser, ClientIdentity
from tikcast._net.proxy import Proxies, choose_proxies
from tikcast._net.targets import is_tiktok
from tikcast.errors import ConfigError
from tikcast.options import Endpoints, Identity

if TYPE_CHECKING:
    from tikcast._net.tracing import RequestObserver, Tracer
    from tikcast._options import ClientOptions


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The `ClientOptions`, checked and completed. Only the `identity` changes later."""

    options: ClientOptions
    endpoints: Endpoints
    identity: ClientIdentity
    proxies: Proxies
    methods: tuple[Method, ...]
    session: Mapping[str, str] = field(repr=False)
    api_key: str | None = field(repr=False)
    tracer: Tracer | None
    requests: RequestObserver | None = None

    @property
    def extra_params(self) -> Mapping[str, str]:
        """Query parameters that go with every request to TikTok."""
        return self.options.extra_params or {}

    @property
    def extra_headers(self) -> Mapping[str, str]:
        """Headers that go with every request to TikTok."""
        return self.options.extra_headers or {}

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
        return logging.INFO if self.options.log_requests else logging.DEBUG

    def session_for(self, host: str) -> Mapping[str, str]:
        """The login cookies, if they may be sent to `host`; else none."""
        return self.session if self.is_trusted(host) else {}


def settings_from(
    options: ClientOptions,
    *,
    environment: Mapping[str, str],
    random: Random,
    tracer: Tracer | None = None,
    requests: RequestObserver | None = None,
) -> Settings:
    """Complete and check `options`. Raises `ConfigError` for wrong options.

    The environment replaces options that are left at their defaults: `TIKCAST_ENDPOINT`, `TIKCAST_API_KEY`,
    `TIKCAST_SIGNER`, `TIKCAST_SESSION`, and the usual proxy variables. `environment`: that of the process. `random`:
    draws what differs from client to client. `tracer`: sees every frame. `requests`: sees every request.
    """
    settings = Settings(
        options=options,
        endpoints=_endpoints(options, environment),
        identity=ClientIdentity(_identity(options), random=random, may_vary=options.identity is None),
        proxies=choose_proxies(
            proxy=options.proxy,
            http_proxy=options.http_proxy,
            ws_proxy=options.ws_proxy,
            environment=environment,
        ),
        methods=_methods(options.connect),
        session=_login(options, environment),
        api_key=options.api_key or environment.get("TIKCAST_API_KEY") or None,
        tracer=tracer,
        requests=requests,
    )
    _check_header("api_key", settings.api_key or "")
    for name, value in settings.extra_headers.items():
        _check_header("extra_headers", f"{name}{value}")
    if isinstance(options.verify, str):
        _check_certificates(options.verify)
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


def _endpoints(options: ClientOptions, environment: Mapping[str, str]) -> Endpoints:
    endpoints, signer = options.endpoints, options.signer
    if endpoints == Endpoints():
        url = environment.get("TIKCAST_ENDPOINT")
        endpoints = Endpoints.at(url) if url else endpoints
        signer = signer or environment.get("TIKCAST_SIGNER")
    return replace(endpoints, signer=signer) if isinstance(signer, str) and signer else endpoints


def _login(options: ClientOptions, environment: Mapping[str, str]) -> dict[str, str]:
    if options.session is not None:
        return login_cookies(options.session, now=now())
    session = environment.get("TIKCAST_SESSION") or None
    return login_cookies(session, option="TIKCAST_SESSION", now=now())


def _identity(options: ClientOptions) -> Identity:
    identity = options.identity or Identity()
    return replace(
        identity,
        language=options.language or identity.language,
        region=options.region or identity.region,
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
