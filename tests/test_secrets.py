"""Secrets are sent only to the servers that need them, and appear in no log, repr, error or trace."""

import base64
import gc
import json
import logging
import re
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from urllib.parse import quote, urlsplit

import pytest
from prometheus_client import generate_latest

from tests.cli.runner import tikcast
from tests.proxies import PASSWORD, USER, Proxy, http_proxy, socks_proxy
from tikcast import Endpoints, TikcastError, TikTok
from tikcast.errors import AgeRestricted, ConnectFailed, NetworkError, SignerError, UserOffline, describe
from tikcast.metrics import LiveCollector
from tikcast.simulator import RoomPlan, Simulator

SESSION, KEY, TOKEN, HEADER = "5e551onc00k1e0000", "ap1-k3y-0000", "m5-t0ken-0000", "he4der-0000"
COOKIES = {"sessionid": SESSION, "tt-target-idc": "us3ast-0000"}
SECRETS = {
    "session": SESSION,
    "data centre": COOKIES["tt-target-idc"],
    "API key": KEY,
    "parameter": TOKEN,
    "header": HEADER,
    "proxy password": PASSWORD,
    "proxy password in a URL": quote(PASSWORD, safe=""),
    "proxy login in a header": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
}
HOME = "http://live.tiktok.invalid"
PLANS = (RoomPlan(user="ana"), RoomPlan(user="late", access="age_restricted"))


def found_in(text: str) -> set[str]:
    return {name for name, secret in SECRETS.items() if secret in text}


@dataclass
class Wire:
    """Everything that a client sends, recorded by one proxy for HTTP and one for WebSockets."""

    sim: Simulator
    web: Proxy
    push: Proxy

    def sent(self, *, to: str) -> str:
        """Every request to a host, as it was sent, with its headers."""
        heads = [data.decode("latin-1") for data in [*self.web.requests, *self.push.requests]]
        return "\n".join(head for head in heads if f"\nhost: {to}\r\n" in head.lower())

    def client(
        self,
        *,
        connect: tuple[str, ...],
        trust_signer: bool = False,
        session: dict[str, str] | None = COOKIES,
        trace: Path | None = None,
    ) -> TikTok:
        endpoints = Endpoints(web=HOME, webcast=f"{HOME}/webcast", push=HOME, signer="http://signer.invalid/signer")
        return TikTok(
            endpoints=endpoints, connect=connect, session=session, api_key=KEY, send_session_to_signer=trust_signer,
            http_proxy=self.web.url, ws_proxy=self.push.url, extra_params={"verifyFp": TOKEN},
            extra_headers={"X-Mine": HEADER}, log_requests=True, trace=trace,
        )  # fmt: skip


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with open_wire() as opened:
        yield opened


@asynccontextmanager
async def open_wire() -> AsyncIterator[Wire]:
    async with Simulator(plans=PLANS, seed=1, rate=50.0, sessions=(SESSION,)) as sim:
        port = urlsplit(sim.url).port or 0
        async with http_proxy(port) as web, socks_proxy(port) as push:
            yield Wire(sim, web, push)


async def full_run(wire: Wire, *, trace: Path) -> tuple[list[str], list[TikcastError]]:
    """Do lookups, connect in both ways, and fail in many ways; returns the reprs, the counts and the errors."""
    shown: list[str] = []
    errors: list[TikcastError] = []
    direct = wire.client(connect=("direct",), trace=trace)
    async with direct, direct.track("late", gift_list=True) as live:
        await direct.user_info("ana")
        await direct.live_room("ana")
        await anext(aiter(live))
        shown += reprs(direct)
        errors += [await failure(direct, "offline0"), await failure(direct, "nobody")]
    signed = wire.client(connect=("signed",))
    async with signed, signed.track("ana") as live:
        await anext(aiter(live))
        shown += [*reprs(signed), generate_latest(LiveCollector(signed)).decode()]
        errors.append(await failure(signed, "late"))
    anonymous = wire.client(connect=("direct", "signed"), session=None)
    async with anonymous:
        errors.append(await failure(anonymous, "late", room_info=False))
    wire.web.target = wire.push.target = 9
    async with wire.client(connect=("direct", "signed")) as lost:
        errors += [await failure(lost, "ana"), await failure(lost, 7000000000000000001, room_info=False)]
    return shown, errors


async def failure(client: TikTok, target: str | int, *, room_info: bool = True) -> TikcastError:
    try:
        async with client.track(target, room_info=room_info):
            raise AssertionError(f"{target} opened")
    except TikcastError as error:
        return error


def reprs(start: object) -> list[str]:
    """The repr of every reachable object of the client; the server runs in the same process."""
    homes = ((str(type(each).__module__), each) for each in reachable(start))
    return [
        repr(each) for home, each in homes if home.startswith("tikcast") and not home.startswith("tikcast.simulator")
    ]


def reachable(start: object) -> Iterator[object]:
    seen, left = {id(start)}, [start]
    while left:
        each = left.pop()
        yield each
        for other in gc.get_referents(each):
            if id(other) not in seen and not isinstance(other, ModuleType | FunctionType | type):
                seen.add(id(other))
                left.append(other)


async def test_a_full_run_shows_no_secret_in_logs_reprs_errors_and_traces(
    wire: Wire, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("websockets", "websockets.client", "curl_cffi", "asyncio", "tikcast"):
        caplog.set_level(logging.DEBUG, logger=name)
    trace = tmp_path / "trace.tikcap"
    shown, errors = await full_run(wire, trace=trace)
    kinds = {type(error) for error in errors}
    assert kinds >= {UserOffline, ConnectFailed, NetworkError}
    tracebacks = "".join("".join(traceback.format_exception(error)) for error in errors)
    facts = json.dumps([describe(error) for error in errors], default=str)
    assert len(shown) > 30
    assert "GET http://signer.invalid/signer/webcast/fetch?" in caplog.text
    assert "verifyFp=***" in caplog.text
    assert found_in(caplog.text) == set()
    assert found_in("\n".join(shown)) == set()
    assert found_in(tracebacks) == set()
    assert found_in(facts) == set()
    assert found_in(content(trace)) == set()
    assert len(content(trace)) > 1000


async def test_cookies_and_signatures_of_the_server_are_secret_too(
    wire: Wire, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    trace = tmp_path / "trace.tikcap"
    shown, errors = await full_run(wire, trace=trace)
    sent = wire.sent(to="live.tiktok.invalid")
    signatures = {part.partition("&")[0] for part in sent.split("wrss=")[1:]}
    visitors = {part.partition(";")[0].partition("\r")[0] for part in sent.split("ttwid=")[1:]}
    assert signatures
    assert visitors
    told = "\n".join([caplog.text, *shown, *map(str, errors), content(trace)])
    assert [secret for secret in signatures | visitors if secret in told] == []


def content(path: Path) -> str:
    return path.read_bytes().decode("latin-1")


async def test_a_session_is_sent_to_tiktok_and_not_to_a_signer(wire: Wire) -> None:
    async with wire.client(connect=("direct",)) as client, client.track("late") as live:
        assert live.info is not None
    async with wire.client(connect=("signed",)) as client, client.track("ana"):
        pass
    home, signer = wire.sent(to="live.tiktok.invalid"), wire.sent(to="signer.invalid")
    assert found_in(home) == {"session", "data centre", "parameter", "header"}
    assert "/signer/webcast/fetch" in signer
    assert found_in(signer) == {"API key"}
    assert "cookie" not in signer.lower()


async def test_a_session_is_sent_to_a_signer_if_the_client_allows_it(wire: Wire) -> None:
    async with wire.client(connect=("signed",)) as client:
        refused = await failure(client, "late")
    assert isinstance(refused, ConnectFailed)
    assert isinstance(refused.causes[0], SignerError)
    assert found_in(wire.sent(to="signer.invalid")) == {"API key"}
    async with wire.client(connect=("signed",), trust_signer=True) as client, client.track("late"):
        pass
    assert found_in(wire.sent(to="signer.invalid")) == {"API key", "session", "data centre"}


async def test_the_verbose_command_line_shows_no_secret(wire: Wire, tmp_path: Path) -> None:
    trace = tmp_path / "trace.tikcap"
    options = ["--endpoint", HOME, "--proxy", wire.web.url, "--session", f"sessionid={SESSION}", "-v"]
    done = await tikcast("info", "late", *options)
    assert done.code == 0, done.err
    assert "GET http://live.tiktok.invalid/" in done.err
    await wire.sim.control("ana", "end")
    failed = await tikcast("watch", "ana", *options, "--trace", str(trace))
    assert failed.code == 1
    wrong = await tikcast("watch", *options, "--nonsense", "1")
    assert wrong.code == 2
    assert found_in(f"{done.out}{done.err}{failed.out}{failed.err}{wrong.out}{wrong.err}") == set()
    assert found_in(content(trace)) == set()


async def test_the_doctor_shows_no_secret_and_its_report_contains_no_secret_and_no_name(
    wire: Wire, tmp_path: Path
) -> None:
    options = ["--endpoint", HOME, "--proxy", wire.web.url, "--session", f"sessionid={SESSION}", "-v"]
    env = {"TIKCAST_API_KEY": KEY}
    report = tmp_path / "report.json"
    works = await tikcast("doctor", "late", *options, "--report", str(report), env=env)
    assert works.code == 0, works.err
    assert "Connecting works: direct" in works.out
    assert_clean(wire, report, name="late")
    await wire.sim.fault("ana", "signer_refused", status=401, times=1000)
    await wire.sim.fault("ana", "handshake_refused", times=1000)
    refused = await tikcast("doctor", "@Ana", *options, "--report", str(report), env=env)
    assert refused.code == 1
    assert_clean(wire, report, name="ana")
    shown = await tikcast("doctor", "--read", str(report))
    wire.web.target = 9
    lost = await tikcast("doctor", "ana", "--json", *options, "--report", str(report), env=env)
    assert '"verdict":"failed"' in lost.out
    assert_clean(wire, report, name="ana")
    everything = "".join(done.out + done.err for done in (works, refused, shown, lost))
    assert found_in(everything) == set()
    assert cookies_and_signatures(wire) & set(re.findall(r"[\w%|.-]{12,}", everything)) == set()


def assert_clean(wire: Wire, report: Path, *, name: str) -> None:
    """A report contains evidence, and no secret, cookie, signature, name, room id or user id."""
    text = report.read_text(encoding="utf-8")
    assert len(text) > 3000
    assert found_in(text) == set()
    secrets = cookies_and_signatures(wire)
    assert [secret for secret in secrets if secret in text] == []
    assert re.search(rf"(?<![a-z]){name}(?![a-z])", text, re.IGNORECASE) is None
    assert urlsplit(HOME).netloc not in text
    assert re.findall(r"(?<![0-9a-f])[1-9][0-9]{16,19}(?![0-9a-f])", text) == []


def cookies_and_signatures(wire: Wire) -> set[str]:
    """The cookies and signatures that the server has given to clients so far."""
    sent = wire.sent(to="live.tiktok.invalid")
    signatures = {part.partition("&")[0] for part in sent.split("wrss=")[1:]}
    return signatures | {part.partition(";")[0].partition("\r")[0] for part in sent.split("ttwid=")[1:]}


async def test_a_visitor_who_may_not_watch_gets_an_error(wire: Wire) -> None:
    async with wire.client(connect=("direct",), session=None) as client:
        with pytest.raises(AgeRestricted, match="session cookie"):
            await client.room_info("late")
