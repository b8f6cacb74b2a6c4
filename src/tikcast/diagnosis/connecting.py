"""One connection to a room by one method, until its first message or the step that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tikcast._clock import age
from tikcast._net.connect.ttwid import SOURCE_NAMES
from tikcast._net.network import Network
from tikcast.diagnosis.probes import Finding, failed, too_late
from tikcast.diagnosis.traffic import open_host
from tikcast.errors import ConnectFailed, TikcastError
from tikcast.live import Live
from tikcast.options import Endpoints, Reconnect

if TYPE_CHECKING:
    from tikcast._net.connect.plan import ConnectAttempt, CookieSource, Method
    from tikcast._net.liveness import FoundRoom
    from tikcast._options import ClientOptions
    from tikcast.diagnosis.traffic import TrafficLog

METHODS: Final[tuple[Method, ...]] = ("direct", "signed")

STAGE_TEXTS: Final[Mapping[str, str]] = {
    "lookup": "find the room",
    "identity": "get a visitor's cookie",
    "signature": "get a signature",
    "handshake": "open the WebSocket",
    "entering": "enter the room",
    "first_frame": "receive the first message",
}

COOKIE_NAMES: Final[Mapping[CookieSource, str]] = {**SOURCE_NAMES, "lookup": "a lookup"}

# After the time in which the first message must come, its own error needs a moment to arrive.
_MOMENT: Final = 2.0
_OWN_EVENTS: Final = frozenset({"connected", "disconnected", "reconnecting", "gap", "live_ended", "overflow"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A method to connect, and the push server that replaces TikTok's default; None for the default."""

    method: Method
    push: str | None = None
    region: str = ""

    @property
    def name(self) -> str:
        """The name of the check."""
        return f"connect/{self.method}{f' {self.region}' if self.region else ''}"


def regional_routes(endpoints: Endpoints) -> Sequence[Route]:
    """The direct method at TikTok's regional hosts; none where another server replaces TikTok's."""
    if endpoints.push is not None:
        return ()
    return [
        Route(method="direct", push=f"wss://webcast-ws.{region}.tiktok.com", region=region) for region in ("us", "eu")
    ]


async def connect_by(
    route: Route,
    room: FoundRoom,
    *,
    options: ClientOptions,
    environment: Mapping[str, str],
    traffic: TrafficLog,
    within: float,
    listen: float,
) -> Finding:
    """Connect once by `route`.

    `within`: seconds for all of it. `listen`: seconds to read on after the first message, for what a report contains.
    """
    endpoints = options.endpoints if route.push is None else replace(options.endpoints, push=route.push)
    own = replace(
        options,
        endpoints=endpoints,
        connect=(route.method,),
        reconnect=Reconnect(attempts=0),
        queue_policy="wait",
        trace=None,
    )
    network = Network(own, environment=environment, tracer=traffic, requests=traffic)
    live = Live(network, room.username or room.room_id, options=own, known_room=room, room_info=False)
    started = age()
    first = own.timeouts.first_frame + _MOMENT
    try:
        async with asyncio.timeout(within), live:
            return await _first_message(live, within=first, listen=listen, until=started + within - _MOMENT)
    except TikcastError as error:
        return _of_failure(error, method=route.method)
    except TimeoutError:
        return too_late(within)
    finally:
        await network.aclose()


async def _first_message(live: Live, *, within: float, listen: float, until: float) -> Finding:
    """Describe what came first, and read on for `listen` seconds, but not longer than `until`.

    A connection without any message raises its error, or is described as silent.
    """
    since = age()
    try:
        async with asyncio.timeout(within):
            async for event in live:
                if event.type not in _OWN_EVENTS:
                    break
            else:
                return Finding(answer="the live stream ended", verdict="none")
    except TimeoutError as error:
        if isinstance(error, TikcastError):
            raise
        return _of_silence(live, seconds=within)
    after = age() - since
    await _read_on(live, seconds=min(listen, until - age()))
    return Finding(answer=f"first message after {after:.1f} s ({event.type}){_by_what(live)}")


def _by_what(live: Live) -> str:
    """The host and the cookie of the connection that works, and the results of the attempts before it."""
    *before, last = live.stats().attempts
    cookie = f" with the cookie of {COOKIE_NAMES[last.cookie_source]}" if last.cookie_source else ""
    failures = ", ".join(f"{_host(one)} {one.result}" for one in before)
    return f" from {_host(last)}{cookie}" + (f"; before that {failures}" if failures else "")


def _host(attempt: ConnectAttempt) -> str:
    return open_host(urlsplit(f"//{attempt.host}").hostname or "")


async def _read_on(live: Live, *, seconds: float) -> None:
    """Read for some seconds; how the live stream goes on does not matter."""
    try:
        async with asyncio.timeout(seconds):
            async for _ in live:
                pass
    except (TimeoutError, TikcastError):
        return


def _of_silence(live: Live, *, seconds: float) -> Finding:
    stats = live.stats()
    if stats.messages:
        return Finding(answer=f"{stats.messages} messages, but no event")
    advice = "try a live stream in which people write"
    answer = f"{stats.frames} frames, but no message within {seconds:g} s"
    return Finding(answer=answer, verdict="failed", advice=advice, error="NetworkTimeout", stage="first_frame")


def _of_failure(error: TikcastError, *, method: Method) -> Finding:
    """The failure of the only method that was tried."""
    stage = error.stage or ("identity" if method == "direct" else "signature")
    cause = error.causes[0] if isinstance(error, ConnectFailed) and error.causes else error
    finding = failed(cause)
    return replace(finding, answer=f"cannot {STAGE_TEXTS[stage]}: {finding.answer}", stage=stage)
