"""The browser that a client imitates, with the same traits in every header and query."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tikcast._net.cookies import CookieJar
from tikcast.errors import ConfigError
from tikcast.options import Identity, Platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Browser:
    """An `Identity` in which nothing is left open."""

    impersonate: str
    user_agent: str
    platform: Platform
    language: str
    region: str
    tz_name: str
    screen: tuple[int, int]
    device_id: int

    @property
    def locale(self) -> str:
        """The value of `navigator.language`: `en-US`."""
        return f"{self.language}-{self.region}"

    @property
    def accept_language(self) -> str:
        """The Accept-Language header of a browser in this locale."""
        if self.language == "en":
            return f"{self.locale},en;q=0.9"
        return f"{self.locale},{self.language};q=0.9,en;q=0.8"

    @property
    def version(self) -> str:
        """The value of `navigator.appVersion`: the User-Agent without its first word."""
        return self.user_agent.removeprefix("Mozilla/")

    @property
    def headers(self) -> dict[str, str]:
        """The headers in which browsers differ, for every HTTP request."""
        return {
            "User-Agent": self.user_agent,
            "Accept-Language": self.accept_language,
            "sec-ch-ua-platform": f'"{_PLATFORMS[self.platform].client_hint}"',
        }

    @property
    def traits(self) -> dict[str, str]:
        """The query parameters about the browser that HTTP and the WebSocket have in common."""
        width, height = self.screen
        return {
            "aid": "1988",
            "app_language": self.language,
            "app_name": "tiktok_web",
            "browser_language": self.locale,
            "browser_name": "Mozilla",
            "browser_online": "true",
            "browser_platform": _PLATFORMS[self.platform].navigator,
            "browser_version": self.version,
            "cookie_enabled": "true",
            "screen_height": str(height),
            "screen_width": str(width),
            "tz_name": self.tz_name,
            "webcast_language": self.language,
        }

    def api_params(self, *, logged_in: bool, ms_token: str = "") -> dict[str, str]:
        """The query parameters of every call of the webcast API."""
        return {
            **self.traits,
            "device_platform": "web_pc",
            "focus_state": "true",
            "from_page": "user",
            "history_len": "4",
            "is_fullscreen": "false",
            "is_page_visible": "true",
            "channel": "tiktok_web",
            "device_id": str(self.device_id),
            "os": self.platform,
            "region": self.region,
            "priority_region": self.region,
            "user_is_login": "true" if logged_in else "false",
            "data_collection_enabled": "true",
            "referer": "",
            "root_referer": "",
            "msToken": ms_token,
        }


def browser_of(identity: Identity, *, random: Random) -> Browser:
    """The browser of `identity`. What `identity` leaves open follows from the rest, or comes from `random`.

    Raises `ConfigError` when no User-Agent is known for what it imitates.
    """
    agent = identity.user_agent or _profile_agent(identity)
    return Browser(
        impersonate=identity.impersonate,
        user_agent=agent,
        platform=_platform_in(agent) or identity.platform,
        language=identity.language,
        region=identity.region,
        tz_name=identity.tz_name or _TIME_ZONES.get(identity.region, "UTC"),
        screen=identity.screen,
        device_id=identity.device_id or random.randrange(7 * 10**18, 75 * 10**17),
    )


class ClientIdentity:
    """The browser and the cookies that a client shows to TikTok, the same ones until TikTok refuses them.

    `may_vary`: the user chose no identity, so that the next one may have another operating system.
    """

    def __init__(self, identity: Identity, *, random: Random, may_vary: bool) -> None:
        self.browser = browser_of(identity, random=random)
        self.jar = CookieJar()
        self._identity = identity
        self._random = random
        self._may_vary = may_vary

    def rotate(self, refused: Browser) -> None:
        """Replace the browser `refused` by a new one without cookies, unless that has happened already."""
        if self.browser is not refused:
            return
        if self._may_vary:
            others = [platform for platform in _PLATFORMS if platform != self._identity.platform]
            self._identity = replace(self._identity, platform=self._random.choice(others))
        self.browser = browser_of(self._identity, random=self._random)
        self.jar.clear()


@dataclass(frozen=True, kw_only=True, slots=True)
class _PlatformNames:
    """The names of one operating system in the User-Agent, in JavaScript and in the client hint."""

    agent: str
    navigator: str
    client_hint: str


_PLATFORMS: Final[dict[Platform, _PlatformNames]] = {
    "mac": _PlatformNames(agent="Macintosh; Intel Mac OS X 10_15_7", navigator="MacIntel", client_hint="macOS"),
    "windows": _PlatformNames(agent="Windows NT 10.0; Win64; x64", navigator="Win32", client_hint="Windows"),
    "linux": _PlatformNames(agent="X11; Linux x86_64", navigator="Linux x86_64", client_hint="Linux"),
}


def _profile_agent(identity: Identity) -> str:
    """Chrome's User-Agent for the version that curl_cffi imitates.

    Only the major version and the platform vary in it.
    """
    from curl_cffi.requests.impersonate import REAL_TARGET_MAP

    target = REAL_TARGET_MAP.get(identity.impersonate, identity.impersonate)
    version = re.fullmatch(r"chrome(\d+)[a-z]?", target)
    if version is None:
        raise ConfigError(
            f"no User-Agent is known for {identity.impersonate!r}",
            option="impersonate",
            advice="give the user_agent that belongs to it, or impersonate 'chrome'",
        )
    system = _PLATFORMS[identity.platform].agent
    return f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version[1]}.0.0.0 Safari/537.36"


def _platform_in(agent: str) -> Platform | None:
    marks: tuple[tuple[str, Platform], ...] = (
        ("Windows", "windows"),
        ("Mac OS X", "mac"),
        ("Linux", "linux"),
    )
    return next((platform for mark, platform in marks if mark in agent), None)


_TIME_ZONES: Final = {
    "AE": "Asia/Dubai",
    "AR": "America/Argentina/Buenos_Aires",
    "AT": "Europe/Vienna",
    "AU": "Australia/Sydney",
    "BE": "Europe/Brussels",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CL": "America/Santiago",
    "CO": "America/Bogota",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EG": "Africa/Cairo",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HU": "Europe/Budapest",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IL": "Asia/Jerusalem",
    "IQ": "Asia/Baghdad",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "MA": "Africa/Casablanca",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NG": "Africa/Lagos",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "NZ": "Pacific/Auckland",
    "PE": "America/Lima",
    "PH": "Asia/Manila",
    "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SA": "Asia/Riyadh",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul",
    "TW": "Asia/Taipei",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}
