"""Settings from options and the environment."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tikcast._net.config import Settings, settings_from
from tikcast._options import ClientOptions
from tikcast.errors import ConfigError
from tikcast.options import Endpoints, Identity


def settings_of(environment: dict[str, str] | None = None, **options: object) -> Settings:
    config = ClientOptions(**options)  # type: ignore[arg-type]
    return settings_from(config, environment=environment or {}, random=Random(1))


def test_defaults_are_tiktok_itself_and_the_current_signer() -> None:
    endpoints = settings_of().endpoints
    assert endpoints == Endpoints()
    assert endpoints.signer == "https://api.eulerstream.com"


def test_the_environment_replaces_missing_options() -> None:
    found = settings_of(
        {
            "TIKCAST_ENDPOINT": "http://127.0.0.1:8080",
            "TIKCAST_API_KEY": "k3y",
            "TIKCAST_SIGNER": "https://sign.example/",
            "TIKCAST_SESSION": "l0gin",
        }
    )
    assert found.endpoints.web == "http://127.0.0.1:8080"
    assert found.endpoints.signer == "https://sign.example"
    assert found.api_key == "k3y"
    assert found.session["sessionid"] == "l0gin"


def test_the_error_for_a_wrong_session_in_the_environment_names_the_variable() -> None:
    with pytest.raises(ConfigError, match="Wrong option TIKCAST_SESSION: it contains no cookies"):
        settings_of({"TIKCAST_SESSION": "a b"})
    assert settings_of({"TIKCAST_SESSION": ""}).session == {}


def test_options_replace_the_environment() -> None:
    environment = {
        "TIKCAST_ENDPOINT": "http://127.0.0.1:1",
        "TIKCAST_API_KEY": "other",
        "TIKCAST_SIGNER": "https://other.example",
        "TIKCAST_SESSION": "other",
    }
    endpoints = Endpoints.at("http://127.0.0.1:2")
    assert settings_of(environment, endpoints=endpoints, api_key="k3y").endpoints == endpoints
    assert settings_of(environment, api_key="k3y").api_key == "k3y"
    assert settings_of(environment, session="l0gin").session["sessionid"] == "l0gin"
    mine = settings_of(environment, endpoints=endpoints, signer="https://mine.example")
    assert mine.endpoints.signer == "https://mine.example"


def test_language_and_region_change_the_identity() -> None:
    browser = settings_of(identity=Identity(language="de", region="DE"), region="AT").browser
    assert (browser.locale, browser.tz_name) == ("de-AT", "Europe/Vienna")


def test_the_session_is_sent_to_tiktok_only() -> None:
    settings = settings_of(session="s3cret")
    for host in ("www.tiktok.com", "webcast.tiktok.com", "webcast-ws.eu.tiktok.com", "tiktok.com"):
        assert settings.session_for(host), host
    for host in ("api.eulerstream.com", "eviltiktok.com", "tiktok.com.evil.example", ""):
        assert not settings.session_for(host), host


def test_another_endpoint_replaces_all_of_tiktok() -> None:
    settings = settings_of(session="s3cret", endpoints=Endpoints.at("http://127.0.0.1:1"))
    assert settings.session_for("127.0.0.1")
    assert not settings.session_for("www.tiktok.com")


def test_no_repr_shows_a_secret() -> None:
    settings = settings_of(
        {"TIKCAST_API_KEY": "k3y"},
        session="s3cret",
        proxy="http://u:pa55@p:1",
        extra_headers={"Authorization": "s3cret"},
        extra_params={"msToken": "s3cret"},
    )
    for secret in ("s3cret", "k3y", "pa55"):
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "there is no file"), (b"", "no certificates"), (b"PK\x03\x04", "no certificates")]
)  # fmt: skip
def test_a_file_without_certificates_is_refused_before_anything_connects(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=f"Wrong option verify: .*{reason}"):
        settings_of(verify=str(path))
