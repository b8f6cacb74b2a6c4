"""Everything that can go wrong before the first frame: its error, where it happened, and what the doctor says."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tikcast import Endpoints, Reconnect, TikTok, Timeouts
from tikcast._options import ClientOptions
from tikcast.diagnosis.checks import Check
from tikcast.diagnosis.examination import Examination
from tikcast.errors import (
    Blocked,
    Captcha,
    ConnectFailed,
    DeviceBlocked,
    HandshakeRefused,
    IPBlocked,
    LiveEndedError,
    LookupFailed,
    NameNotResolved,
    NetworkError,
    NetworkTimeout,
    RateLimited,
    SignerError,
    TikcastError,
    TLSFailed,
)
from tikcast.simulator import Simulator

USER = "sim0"
# What a case does not wait for may take as long as a busy machine needs.
PATIENT = Timeouts(request=60.0, handshake=60.0, first_frame=60.0, close=0.3, signer_turn=1.0, mint_interval=0.001)
ALWAYS = 10_000

KEYS = count()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault that strikes all the time. `push`: a push server of the case's own. `limits`: what it waits for.

    `beside`: faults of the other sources, which would mend it.
    """

    fault: str
    told: dict[str, Any] = field(default_factory=dict)
    way: str = "direct"
    stage: str
    error: type[TikcastError]
    cause: str
    advice: str
    push: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.fault, *map(str, self.told.values()), self.stage])

    @property
    def timeouts(self) -> Timeouts:
        return replace(PATIENT, **self.limits)


def lookup(fault: str, error: type[TikcastError], cause: str, advice: str, **told: Any) -> Case:
    return Case(fault=fault, told=told, stage="lookup", error=error, cause=cause, advice=advice)


def late(fault: str, *, limit: str, after: float, **case: Any) -> Case:
    """A case in which something does not come in time."""
    told = {"where": case.pop("where"), "seconds": 10 * after}
    cause, advice = f"longer than {after} s", "raise the limit"
    return Case(fault=fault, told=told, limits={limit: after}, error=NetworkTimeout, cause=cause, advice=advice, **case)


def identity(fault: str, error: type[TikcastError], cause: str, advice: str, **told: Any) -> Case:
    return Case(fault=fault, told=told, stage="identity", error=error, cause=cause, advice=advice)


def signature(fault: str, error: type[TikcastError], cause: str, advice: str, **told: Any) -> Case:
    return Case(fault=fault, told=told, way="signed", stage="signature", error=error, cause=cause, advice=advice)


def handshake(
    error: type[TikcastError], cause: str, advice: str, *, fault: str = "handshake_refused", **told: Any
) -> Case:
    return Case(fault=fault, told=told, stage="handshake", error=error, cause=cause, advice=advice)


REFUSALS = {
    "DEVICE_BLOCKED": (DeviceBlocked, "fresh identity"),
    "illegal secret key": (HandshakeRefused, "TikTok wants a signature for this address"),
    "illegal app_id": (HandshakeRefused, "newer version of tikcast"),
    "http: named cookie not present": (HandshakeRefused, "new ttwid cookie"),
    "room is not live": (HandshakeRefused, "look up the user again"),
}

CASES = [
    lookup("captcha", Captcha, "sends a captcha", "session cookie", where="lookup"),
    lookup("challenge", Captcha, "browser challenge", "another address", where="lookup"),
    lookup("empty_answer", Blocked, "contains no data", "another address", where="lookup"),
    lookup("forbidden", IPBlocked, "refuses this address", "proxy", where="lookup"),
    lookup("rate_limited", RateLimited, "Too many requests (web)", "wait 30 s", where="lookup", retry_after=30),
    lookup("rate_limited", RateLimited, "Too many requests (web)", "wait some minutes", where="lookup", retry_after=0),
    lookup("server_error", LookupFailed, "status 500", "try again later", where="lookup", status=500),
    lookup("stale_room", LiveEndedError, "its live stream has ended", "look up the user again", where="lookup"),
    lookup("malformed_http", NetworkError, "was interrupted", "check the address", where="lookup", damage="noise"),
    lookup("http_reset", NetworkError, "cannot be reached", "check the address", where="lookup"),
    late("no_answer", limit="request", after=0.3, stage="lookup", where="lookup"),
    late("slow_body", limit="request", after=0.3, stage="lookup", where="lookup"),
    Case(
        fault="no_state", told={"where": "pages"}, beside={"empty_answer": {"where": "api"}}, stage="lookup",
        error=Blocked, cause="contains no data", advice="another address",
    ),
    Case(
        fault="user_not_found", beside={"no_state": {"where": "pages"}}, stage="lookup",
        error=Blocked, cause="contains no data", advice="another address",
    ),
    identity("no_ttwid", Blocked, "no ttwid cookie in 8 requests", "connect through a signer", where="cookies"),
    identity("captcha", Captcha, "sends a captcha", "session cookie", where="cookies"),
    identity("challenge", Captcha, "browser challenge", "another address", where="cookies"),
    identity("empty_answer", Blocked, "no ttwid cookie", "connect through a signer", where="cookies"),
    identity("forbidden", IPBlocked, "refuses this address", "proxy", where="cookies"),
    identity("rate_limited", RateLimited, "Too many requests (web)", "wait 7.0 s", where="cookies", retry_after=7),
    identity("server_error", LookupFailed, "status 503", "try again later", where="cookies", status=503),
    identity("http_reset", NetworkError, "cannot be reached", "check the address", where="cookies"),
    signature("signer_refused", SignerError, "API Key is invalid", "check api_key", status=401),
    signature("signer_refused", SignerError, "not part of your plan", "api_key of a plan", status=402),
    signature("signer_refused", SignerError, "ISP is blocked", "another address", status=403),
    signature("signer_refused", RateLimited, "Too many requests (signer)", "wait 30 s", status=420),
    signature("signer_refused", RateLimited, "(signer minute)", "wait 30 s", status=429, limit="minute"),
    signature("signer_refused", RateLimited, "(signer day)", "some minutes", status=429, limit="day", retry_after=0),
    signature("signer_refused", SignerError, "Empty response payload", "connect without a signer", status=500),
    signature("signer_refused", SignerError, "not ready for connections", "try again later", status=503),
    signature("signer_stub", SignerError, "a stub of 272 bytes", "connect=('direct',)"),
    signature("signer_no_cookie", SignerError, "no X-Set-TT-Cookie", "connect=('direct',)"),
    signature("empty_answer", SignerError, "its answer is empty", "connect=('direct',)", where="signer"),
    # The doctor's requests before that one have the same limit.
    late("slow_body", limit="request", after=3.0, way="signed", stage="signature", where="signer"),
    signature("malformed_http", NetworkError, "No usable answer", "check the address", where="signer"),
    *(
        handshake(error, message, advice, status=status, message=message)
        for status in (200, 400, 415)
        for message, (error, advice) in REFUSALS.items()
    ),
    handshake(HandshakeRefused, "no reason given", "use the other method", status=200, message=""),
    handshake(HandshakeRefused, "has a problem", "try again later", status=503, message=""),
    handshake(IPBlocked, "refuses the WebSocket", "proxy", status=403, message=""),
    handshake(RateLimited, "(handshake)", "wait some minutes", status=429, message=""),
    handshake(NetworkError, "as a WebSocket server", "check the address", fault="malformed_http", where="socket"),
    handshake(NetworkError, "as a WebSocket server", "check the address", fault="http_reset", where="socket"),
    late("no_answer", limit="handshake", after=0.3, stage="handshake", where="socket"),
    Case(
        fault="expired_signature", way="signed", stage="handshake",
        error=HandshakeRefused, cause="illegal secret key", advice="use the other method",
    ),
    Case(
        fault="dns_failure", way="signed", stage="handshake",
        error=NameNotResolved, cause="push.invalid: its name cannot be resolved", advice="DNS",
    ),
    Case(
        fault="tls_failure", way="signed", stage="handshake",
        error=TLSFailed, cause="TLS connection failed", advice="certificates",
    ),
    Case(
        fault="no_pong", push="wss://push.invalid", stage="handshake",
        error=NameNotResolved, cause="cannot be resolved", advice="DNS",
    ),
    Case(
        fault="no_pong", push="wss://{host}", stage="handshake",
        error=TLSFailed, cause="TLS connection failed", advice="certificates",
    ),
    Case(
        fault="ignore_enter", stage="first_frame",
        error=NetworkError, cause="no frame came within 0.3 s", advice="connect by another method",
        limits={"first_frame": 0.3}, beside={"no_heartbeat_answer": {}},
    ),
]  # fmt: skip


def client(url: str, *, push: str | None = None, **options: Any) -> TikTok:
    return TikTok(**asked_of(url, push=push), **options)


def asked_of(url: str, *, push: str | None) -> dict[str, Any]:
    at = Endpoints.at(url)
    endpoints = Endpoints(web=at.web, webcast=at.webcast, signer=at.signer, push=push or at.push)
    # The clients of a process share the quota of a key at a signer: each client here has a key of its own.
    return {"endpoints": endpoints, "check_limits": False, "api_key": f"key-{next(KEYS)}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=(USER,), seed=1, rate=5.0) as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_each_fault_has_its_error_with_stage_cause_and_advice_and_the_doctor_finds_it(
    sim: Simulator, case: Case
) -> None:
    await sim.heal(USER)
    for fault, told in {case.fault: case.told, **case.beside}.items():
        await sim.fault(USER, fault, times=ALWAYS, **told)
    push = case.push.format(host=sim.url.removeprefix("http://")) or None
    whom = USER if case.stage == "lookup" else sim.rooms[USER]
    failure = await failing(sim, case, whom=whom, push=push)
    options = ClientOptions(**asked_of(sim.url, push=push), timeouts=case.timeouts)
    examination = Examination(options, target=USER, environment={})
    await examination.run()
    cause = failure.causes[0] if isinstance(failure, ConnectFailed) else failure
    assert type(cause) is case.error
    assert (failure.stage, cause.stage) == (case.stage, case.stage)
    assert case.cause in cause.happened
    assert case.advice in cause.advice
    if case.error is LiveEndedError:
        assert examination.conclusion.outcome == "not_live"
    else:
        assert [check for check in examination.checks if shows(check, case)], examination.checks


def shows(check: Check, case: Case) -> bool:
    """Whether a check of the doctor has the stage, the cause and the advice of a case."""
    name = "user/" if case.stage == "lookup" else f"connect/{case.way}"
    here = check.name.startswith(name) and check.stage in {"", case.stage}
    return here and check.verdict != "ok" and case.cause in check.answer and case.advice in check.advice


async def failing(sim: Simulator, case: Case, *, whom: str | int, push: str | None) -> TikcastError:
    """What opening a live, or waiting for its first message, raises."""
    once = Reconnect(attempts=0)
    tiktok = client(sim.url, push=push, connect=(case.way,), timeouts=case.timeouts, reconnect=once)
    with pytest.raises(TikcastError) as caught:
        async with tiktok, tiktok.track(whom, room_info=case.fault == "stale_room") as live:
            await live.wait_ended()
    return caught.value


MENDED: list[tuple[str, str, dict[str, Any]]] = [
    ("no_state", "direct", {"where": "page", "times": ALWAYS}),
    ("captcha", "direct", {"where": "page", "times": ALWAYS}),
    ("empty_answer", "direct", {"where": "page", "times": ALWAYS}),
    ("forbidden", "direct", {"where": "page", "times": ALWAYS}),
    ("rate_limited", "direct", {"where": "page", "times": ALWAYS}),
    ("http_reset", "direct", {"where": "page", "times": ALWAYS}),
    ("malformed_http", "direct", {"where": "page", "times": ALWAYS, "damage": "body"}),
    ("stale_room", "direct", {"where": "page", "times": ALWAYS}),
    ("user_not_found", "direct", {"times": ALWAYS}),
    ("no_state", "direct", {"where": "pages", "times": ALWAYS}),
    ("server_error", "direct", {"where": "webcast", "times": ALWAYS}),
    ("no_ttwid", "direct", {"times": 5}),
    ("handshake_refused", "direct", {"message": "DEVICE_BLOCKED"}),
    ("handshake_refused", "direct", {"message": "http: named cookie not present"}),
    ("handshake_refused", "signed", {"message": "illegal secret key"}),
    ("expired_signature", "signed", {}),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("fault", "way", "told"), MENDED)
async def test_the_next_source_or_attempt_is_used_when_one_fails(
    sim: Simulator, fault: str, way: str, told: dict[str, Any]
) -> None:
    await sim.heal(USER)
    await sim.fault(USER, fault, **told)
    tiktok = client(sim.url, connect=(way,), timeouts=PATIENT)
    async with tiktok, tiktok.track(USER) as live:
        assert live.room_id == sim.rooms[USER]
        async for event in live:
            if event.message_id:
                return
