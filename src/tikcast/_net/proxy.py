"""Which proxy a connection goes through."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from tikcast.errors import ConfigError

if TYPE_CHECKING:
    from tikcast._options import ProxyOption

_PORTS: Final = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}

_DECODES_ESCAPES: Final = [17, 2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxies:
    """The proxies of one client: those of its options, else those of the environment."""

    http: ProxyOption = field(default=None, repr=False)
    ws: ProxyOption = field(default=None, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def for_http(self, url: str) -> str | None:
        """The proxy for an HTTP request: the option, else HTTPS_PROXY, else HTTP_PROXY."""
        return self._choose(self.http, url, names=("HTTPS_PROXY", "HTTP_PROXY"))

    def for_ws(self, url: str) -> str | None:
        """The proxy for a WebSocket: the option, else ALL_PROXY."""
        return self._choose(self.ws, url, names=("ALL_PROXY",))

    def _choose(self, option: ProxyOption, url: str, *, names: tuple[str, ...]) -> str | None:
        if option is not None:
            return option or None
        host = urlsplit(url).hostname or ""
        if is_loopback(host) or is_excepted(host, no_proxy=self._value("NO_PROXY")):
            return None
        proxy = next((value for name in names if (value := self._value(name))), None)
        return proxy and check_proxy(proxy, option=names[0])

    def _value(self, name: str) -> str:
        return self.environment.get(name) or self.environment.get(name.lower()) or ""


def choose_proxies(
    *,
    proxy: ProxyOption,
    http_proxy: ProxyOption,
    ws_proxy: ProxyOption,
    environment: Mapping[str, str],
) -> Proxies:
    """The proxies of a client's options. Raises `ConfigError` for a value that is not a proxy URL."""
    http = proxy if http_proxy is None else http_proxy
    ws = proxy if ws_proxy is None else ws_proxy
    return Proxies(
        http=http and check_proxy(http, option="proxy" if http_proxy is None else "http_proxy"),
        ws=ws and check_proxy(ws, option="proxy" if ws_proxy is None else "ws_proxy"),
        environment=environment,
    )


def check_proxy(text: str, *, option: str) -> str:
    """`text` as a proxy URL with its port (`host:port` is an HTTP proxy). Raises `ConfigError`.

    The HTTP and WebSocket libraries have different default ports, and differ in whether a user name without a
    password is allowed. A word without scheme and port is more likely a mistake than a host.
    """
    url = _complete(text.strip())
    if url is None:
        raise ConfigError(
            "it is not a proxy URL",
            option=option,
            advice="give one such as http://host:8080 or socks5h://user:password@host:1080, special characters as %XX; "
            f"its scheme is one of {', '.join(_PORTS)}",
        )
    return url


def _complete(text: str) -> str | None:
    """`text` as a URL with its port, and with a password where there is a user; None when it is not a proxy URL."""
    url, ports = (text, _PORTS) if "://" in text else (f"http://{text}", {})
    try:
        parts = urlsplit(url)
        port = ports.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError:
        return None
    if not (port and parts.scheme in _PORTS and parts.hostname and _is_address_only(parts)):
        return None
    user, at, address = parts.netloc.rpartition("@")
    login = f"{user}{'' if ':' in user else ':'}@" if at else ""
    return f"{parts.scheme}://{login}{address.removesuffix(f':{parts.port}').removesuffix(':')}:{port}"


def _is_address_only(parts: SplitResult) -> bool:
    """Whether there is nothing but login, host and port, in ASCII."""
    more = f"{parts.path.removesuffix('/')}{parts.query}{parts.fragment}"
    return not more and parts.netloc.isascii() and parts.netloc.isprintable() and " " not in parts.netloc


def check_escapes(url: str | None, *, websockets: str) -> None:
    """Raise `ConfigError` for a login with %XX if this version of websockets would not decode it."""
    login = urlsplit(url or "").netloc.rpartition("@")[0]
    version = [int(number) for number in re.findall(r"\d+", websockets)[:2]]
    if "%" in login and version < _DECODES_ESCAPES:
        raise ConfigError(
            "websockets before 17.2 cannot send special characters in a proxy's login",
            option="proxy",
            advice="install a newer websockets: pip install 'websockets>=17.2'",
        )


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_excepted(host: str, *, no_proxy: str) -> bool:
    """Whether `host` is in the NO_PROXY list of hosts, domains, networks or `*`."""
    entries = (entry.strip().lower() for entry in no_proxy.split(","))
    return any(entry == "*" or _names(entry, host=host.lower()) for entry in entries if entry)


def _names(entry: str, *, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        domain = entry.partition(":")[0].removeprefix("*").lstrip(".")
        return bool(domain) and f".{host}".endswith(f".{domain}")
