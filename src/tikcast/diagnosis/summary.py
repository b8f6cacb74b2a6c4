"""Makes a report: everything that an examination saw, without secrets and names."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import msgspec

from tikcast._clock import now
from tikcast._wire.protobuf.picking import COMPILED
from tikcast.diagnosis.checks import Check, Conclusion
from tikcast.diagnosis.contents import FrameContents
from tikcast.diagnosis.report import Program, Report, RequestFacts
from tikcast.diagnosis.traffic import open_host

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.liveness import Evidence
    from tikcast._options import ClientOptions
    from tikcast.diagnosis.redaction import Redactor
    from tikcast.diagnosis.traffic import TrafficLog

_PACKAGES: Final = ("tikcast", "curl_cffi", "websockets", "protobuf", "msgspec", "python-socks", "certifi")


def secrets_of(options: ClientOptions, settings: Settings) -> list[str]:
    """The secrets that a client has from its options and the environment."""
    proxies = [*_proxy_urls(options, settings)]
    secrets = [
        settings.api_key or "",
        *settings.session.values(),
        *settings.extra_params.values(),
        *settings.extra_headers.values(),
        *(part for proxy in proxies for part in _login(proxy)),
    ]
    return [secret for secret in secrets if secret]


def own_hosts(settings: Settings) -> list[str]:
    """The hosts of the endpoints that are not known to everybody."""
    endpoints = settings.endpoints
    urls = (endpoints.web, endpoints.webcast, endpoints.signer, endpoints.push or "")
    hosts = [urlsplit(url).hostname or "" for url in urls]
    return [host for host in hosts if host and open_host(host) != host]


def names_in(evidence: Iterable[Evidence]) -> list[str]:
    """The names of the users that the sources told about."""
    users = [one.found.user for one in evidence if one.found is not None and one.found.user is not None]
    names = [name for user in users for name in (user.username, user.nickname)]
    return [name for name in names if len(name) > 1]


def make_report(
    checks: Sequence[Check],
    conclusion: Conclusion,
    *,
    options: ClientOptions,
    settings: Settings,
    traffic: TrafficLog,
    redactor: Redactor,
) -> Report:
    """The report of an examination."""
    contents = FrameContents(redactor)
    connections = [contents.add(seen) for seen in traffic.connections]
    return Report(
        made_at=datetime.fromtimestamp(now(), tz=UTC).isoformat(timespec="seconds"),
        program=_program(),
        options=_options(options, settings, clock_error=traffic.clock_error),
        conclusion=msgspec.structs.replace(conclusion, sentence=redactor.text(conclusion.sentence)),
        checks=[_check(check, redactor) for check in checks],
        requests=[_request(request, redactor) for request in traffic.requests],
        connections=connections,
        messages=contents.messages,
        samples=contents.samples,
        differences=contents.differences,
    )


def _check(check: Check, redactor: Redactor) -> Check:
    asked, answer, advice = map(redactor.text, (check.asked, check.answer, check.advice))
    return msgspec.structs.replace(check, asked=asked[:500], answer=answer[:1_500], advice=advice[:500])


def _request(request: RequestFacts, redactor: Redactor) -> RequestFacts:
    return msgspec.structs.replace(
        request,
        path=redactor.text(request.path),
        parameters=[*map(redactor.text, request.parameters)],
        cookies=[*map(redactor.text, request.cookies)],
        headers=[*map(redactor.text, request.headers)],
        values={name: redactor.text(value) for name, value in request.values.items()},
        shape=[redactor.text(line)[:500] for line in request.shape],
    )


def _program() -> Program:
    versions = {"python": sys.version.partition(" ")[0]}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return Program(versions=versions, system=f"{platform.system()} {platform.machine()}", compiled_reader=COMPILED)


def _options(options: ClientOptions, settings: Settings, *, clock_error: float | None) -> dict[str, str]:
    """What the client was told, in words that contain no secret."""
    endpoints, browser = settings.endpoints, settings.browser
    hosts = {name: getattr(endpoints, name) for name in ("web", "webcast", "signer", "push")}
    return {
        **{name: open_host(urlsplit(url).hostname or "") if url else "default" for name, url in hosts.items()},
        "proxy": ", ".join(sorted({urlsplit(url).scheme for url in _proxy_urls(options, settings)})) or "none",
        "session": "given" if settings.session else "none",
        "api_key": "given" if settings.api_key else "none",
        "verify": "on" if options.verify is True else "off" if options.verify is False else "own certificates",
        "browser": browser.impersonate,
        "platform": browser.platform,
        "language": browser.language,
        "region": browser.region,
        "clock": "unknown" if clock_error is None else f"{clock_error:+.0f} s compared with the servers",
    }


def _proxy_urls(options: ClientOptions, settings: Settings) -> list[str]:
    """The proxies that HTTP and WebSockets use."""
    push = settings.endpoints.push or "wss://webcast-ws.tiktok.com"
    given = [option for option in (options.proxy, options.http_proxy, options.ws_proxy) if isinstance(option, str)]
    used = [settings.proxies.for_http(settings.endpoints.web), settings.proxies.for_ws(push)]
    return [*given, *filter(None, used)]


def _login(proxy: str) -> list[str]:
    """The user, password and host of a proxy, as they are written and as they are sent."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    known = [parts.username or "", parts.password or ""]
    host = parts.hostname or ""
    return [*known, *map(unquote, known), *([] if open_host(host) == host else [host])]
