"""The browser that a client imitates."""

from __future__ import annotations

from random import Random
from zoneinfo import available_timezones

import pytest

from tikcast._net.identity import _TIME_ZONES, browser_of
from tikcast.errors import ConfigError
from tikcast.options import Identity, Platform


@pytest.mark.parametrize(
    ("platform", "agent", "navigator", "hint"),
    [
        ("mac", "Macintosh; Intel Mac OS X 10_15_7", "MacIntel", '"macOS"'),
        ("windows", "Windows NT 10.0; Win64; x64", "Win32", '"Windows"'),
        ("linux", "X11; Linux x86_64", "Linux x86_64", '"Linux"'),
    ],
)
def test_every_header_and_parameter_names_the_same_platform(
    platform: Platform, agent: str, navigator: str, hint: str
) -> None:
    browser = browser_of(Identity(platform=platform), random=Random(1))
    assert agent in browser.user_agent
    assert browser.headers["sec-ch-ua-platform"] == hint
    params = browser.api_params(logged_in=False)
    assert (params["browser_platform"], params["os"]) == (navigator, platform)
    assert f"Mozilla/{params['browser_version']}" == browser.headers["User-Agent"]


def test_an_own_user_agent_determines_the_platform() -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0"
    browser = browser_of(Identity(user_agent=agent, platform="mac"), random=Random(1))
    assert browser.user_agent == agent
    assert browser.traits["browser_platform"] == "Win32"


def test_language_and_region_make_locale_and_accept_language() -> None:
    browser = browser_of(Identity(language="PT", region="br"), random=Random(1))
    assert (browser.locale, browser.accept_language) == ("pt-BR", "pt-BR,pt;q=0.9,en;q=0.8")
    assert browser.traits["app_language"] == browser.traits["webcast_language"] == "pt"


def test_an_older_chrome_has_its_own_version() -> None:
    assert "Chrome/146.0.0.0" in browser_of(Identity(impersonate="chrome146"), random=Random(1)).user_agent


def test_another_browser_needs_its_user_agent() -> None:
    with pytest.raises(ConfigError, match="no User-Agent is known for 'safari'"):
        browser_of(Identity(impersonate="safari"), random=Random(1))


def test_each_client_gets_its_own_device_id() -> None:
    ids = {browser_of(Identity(), random=Random(seed)).device_id for seed in range(20)}
    assert len(ids) == 20
    assert {len(str(number)) for number in ids} == {19}
    assert browser_of(Identity(device_id=5), random=Random(1)).device_id == 5


def test_every_time_zone_exists() -> None:
    assert set(_TIME_ZONES.values()) <= available_timezones()
