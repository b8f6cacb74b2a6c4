"""Option records: defaults, checks, and one URL for all of TikTok."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields

import pytest

from tikcast.errors import ConfigError
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts


@pytest.mark.parametrize("record", [Endpoints, Identity, Timeouts, Reconnect, Limits])
def test_records_are_frozen_and_keyword_only_and_have_defaults(record: Callable[..., object]) -> None:
    made = record()
    assert made == record()
    assert hash(made) == hash(record())
    with pytest.raises(TypeError):
        record(1)
    name = fields(made)[0].name  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        setattr(made, name, 1)


@pytest.mark.parametrize("record", [Endpoints, Identity, Timeouts, Reconnect, Limits])
def test_every_option_is_in_the_docstring(record: type) -> None:
    for field in fields(record):
        if record is not Endpoints:
            assert f"`{field.name}`" in (record.__doc__ or ""), field.name


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", " http://127.0.0.1:8080/ "])
def test_one_url_replaces_all_of_tiktok(url: str) -> None:
    assert Endpoints.at(url) == Endpoints(
        web="http://127.0.0.1:8080",
        webcast="http://127.0.0.1:8080/webcast",
        signer="http://127.0.0.1:8080/signer",
        push="ws://127.0.0.1:8080",
    )


def test_a_path_is_kept_and_tls_gives_a_secure_websocket() -> None:
    endpoints = Endpoints.at("https://proxy.example/tiktok/")
    assert endpoints.webcast == "https://proxy.example/tiktok/webcast"
    assert endpoints.push == "wss://proxy.example/tiktok"


def test_each_endpoint_can_be_set_alone() -> None:
    endpoints = Endpoints(push="https://webcast-ws.eu.tiktok.com/")
    assert endpoints.push == "wss://webcast-ws.eu.tiktok.com"
    assert endpoints.web == "https://www.tiktok.com"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8080",
        "localhost:8080",
        "ftp://x",
        "ws://x",
        "http://",
        "http://a b",
        "http://h:99999",
        "http://h:x",
        "http://[::1",
        "http://h/?a=1",
        "http://h/#a",
        "http://user:pa55@h",
    ],
)
def test_a_wrong_url_is_refused_with_advice(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Endpoints.at(url)
    assert caught.value.option == "endpoint"
    assert "give a base URL such as http://127.0.0.1:8080" in str(caught.value)
    assert "pa55" not in str(caught.value)
    for option in ("web", "webcast", "signer"):
        with pytest.raises(ConfigError, match=f"Wrong option {option}"):
            Endpoints(**{option: url})


@pytest.mark.parametrize(
    "make",
    [
        lambda: Identity(language="english"),
        lambda: Identity(region="USA"),
        lambda: Identity(screen=(0, 600)),
        lambda: Identity(user_agent="a\r\nEvil: 1"),
        lambda: Identity(user_agent=""),
        lambda: Identity(platform="amiga"),  # type: ignore[arg-type]
        lambda: Timeouts(request=0),
        lambda: Timeouts(stale=-1),
        lambda: Reconnect(attempts=-1),
        lambda: Reconnect(first_delay=0),
        lambda: Reconnect(factor=0.5),
        lambda: Reconnect(jitter=2),
        lambda: Limits(events=0),
        lambda: Limits(frame=-1),
    ],
)
def test_wrong_values_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigError, match="is not allowed; give"):
        make()


def test_codes_are_put_in_their_usual_case() -> None:
    identity = Identity(language="EN", region="us")
    assert (identity.language, identity.region) == ("en", "US")
