"""The address of a room's WebSocket. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from tikcast._net.identity import Browser

PUSH_PATH: Final = "/webcast/im/ws_proxy/ws_reuse_supplement/"
"""Where the web player connects."""


def socket_params(
    browser: Browser, *, room_id: int, rtt_ms: int, cursor: str = "", internal_ext: bytes = b""
) -> list[tuple[str, str | bytes]]:
    """The query parameters of a browser. `rtt_ms`: the round trip time of the last request, 100 to 200.

    `cursor` and `internal_ext` are those of the connection that this one continues.
    """
    params: list[tuple[str, str | bytes]] = [
        ("version_code", "180800"),
        ("device_platform", "web"),
        *browser.traits.items(),
        ("sup_ws_ds_opt", "1"),
        ("update_version_code", "2.0.0"),
        ("compress", "gzip"),
        ("ws_direct", "1"),
        ("live_id", "12"),
        ("client_enter", "1"),
        ("room_id", str(room_id)),
        ("identity", "audience"),
        ("history_comment_count", "6"),
        ("last_rtt", str(rtt_ms)),
        ("heartbeat_duration", "10000"),
        ("resp_content_type", "protobuf"),
        ("did_rule", "3"),
    ]
    if cursor:
        params += [("cursor", cursor)]
    if internal_ext:
        params += [("internal_ext", internal_ext)]
    return params


def direct_url(base: str, params: Iterable[tuple[str, str | bytes]], *, extra: Mapping[str, str]) -> str:
    """The address without a signature at the push server `base`. `extra` replaces `params` of the same name."""
    return f"{base}{PUSH_PATH}?{_query(_merged(params, extra))}"


def signed_url(
    server: str,
    params: Iterable[tuple[str, str | bytes]],
    *,
    route: Mapping[str, str],
    extra: Mapping[str, str],
    base: str | None = None,
) -> str:
    """The address from a signer: its `server` and `route`, then `params`.

    Signed parameters are not changed. `base` replaces the scheme and host of the server.
    """
    parts = urlsplit(server)
    start = f"{base}{parts.path}" if base else f"{parts.scheme}://{parts.netloc}{parts.path}"
    more = [pair for pair in _merged(params, extra) if pair[0] not in route]
    # The web player sends its own version_code after that of the protocol.
    query = _query([*route.items(), *more, ("version_code", "270000")])
    return f"{start}?{parts.query}&{query}" if parts.query else f"{start}?{query}"


def _merged(params: Iterable[tuple[str, str | bytes]], extra: Mapping[str, str]) -> list[tuple[str, str | bytes]]:
    return [*(pair for pair in params if pair[0] not in extra), *extra.items()]


def _query(pairs: Iterable[tuple[str, str | bytes]]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
