"""With any part of TikTok, the signer or the network broken, chats of a live stream come, or the error names the part.

Each part is broken for good: by a fault of the simulator, or by an address behind which nobody answers. A model says
what the unbroken parts still allow; the client must do it within half a minute.
"""

import asyncio
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations, count
from random import Random
from typing import Any

import pytest

from tikcast import ChatEvent, Endpoints, Reconnect, TikTok, Timeouts
from tikcast.errors import LiveEndedError, TikcastError, UserOffline
from tikcast.simulator import Simulator

USER = "sim0"
ALWAYS = 1_000_000
WITHIN = 30.0
SAMPLE = 60
PARTS = 16
AT_ONCE = 5

QUICK = Timeouts(
    request=1.5, handshake=1.5, first_frame=1.5, stale=3.0, close=0.3, signer_turn=1.0, mint_interval=0.001
)  # fmt: skip
SOON = Reconnect(attempts=4, first_delay=0.02, max_delay=0.1)
KEYS = count()

COOKIES = ("page", "profile", "live", "register", "check")
CLOSED, UNKNOWN, SILENT = "http://127.0.0.1:1", "http://nowhere.invalid", "silent"


@dataclass(frozen=True, kw_only=True, eq=False)
class Broken:
    """One thing that is broken.

    `parts`: what does not work because of it, or, with "lies" behind its name, gives a wrong answer. `orders`: the
    faults that do it. `addresses`: endpoints that are replaced. `named`: what an error about it says.
    """

    name: str
    parts: frozenset[str]
    named: str = ""
    orders: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


Combination = tuple[Broken, ...]


def by_fault(parts: str, fault: str, named: str = "", **parameters: Any) -> Broken:
    values = " ".join(f"{value}" for name, value in parameters.items() if name != "times")
    return Broken(
        name=f"{fault} {values}".strip(),
        parts=frozenset(parts.split()),
        named=named,
        orders=((fault, {"times": ALWAYS, **parameters}),),
    )


def by_address(parts: str, named: str, **addresses: str) -> Broken:
    name = " ".join(f"{endpoint} at {address}" for endpoint, address in addresses.items())
    return Broken(name=name, parts=frozenset(parts.split()), named=named, addresses=addresses)


def lookups() -> Iterator[Broken]:
    """The sources that say who is live, and in which room."""
    for where, part in (("page", "live_page c:page"), ("profile", "profile c:profile"), ("api", "api_live")):
        yield by_fault(part, "captcha", "captcha", where=where)
        yield by_fault(part, "challenge", "browser challenge", where=where, kind="firewall")
        yield by_fault(part, "forbidden", "refuses this address", where=where)
        yield by_fault(part, "server_error", "status 500", where=where)
    yield by_fault("live_page c:page", "challenge", "browser challenge", where="page", kind="shell")
    yield by_fault("live_page", "no_state", "no data", where="page")
    yield by_fault("live_page c:page", "rate_limited", "Too many requests", where="page")
    yield by_fault("live_page c:page", "http_reset", "cannot be reached|interrupted", where="page")
    # A host whose page does not answer in time is not asked for the cookie again.
    cookies = " ".join(f"c:{where}" for where in COOKIES)
    yield by_fault(f"live_page {cookies}", "no_answer", "longer than 1.5 s", where="page")
    yield by_fault("api_live", "empty_answer", "not JSON", where="api")
    yield by_fault("api_live", "malformed_http", "interrupted|No usable answer", where="api")
    yield by_fault("profile", "no_state", "no data", where="profile")
    yield by_fault("api_live:lies", "user_not_found")
    for where, part in (("page", "live_page:lies"), ("api", "api_live:lies"), ("profile", "profile:lies")):
        yield by_fault(part, "empty_room_id", where=where)
        for shows in ("offline", "ended", "old_room"):
            yield by_fault(part, "stale_page", where=where, shows=shows)
    for fault in ("forbidden", "captcha", "empty_answer", "http_reset"):
        yield by_fault("room_info", fault, where="room_info")
    yield by_fault("alive", "server_error", where="alive")
    yield by_fault("alive:lies", "lying_alive")


def methods() -> Iterator[Broken]:
    """The cookie, the signer, and the WebSocket of each method."""
    for where in COOKIES:
        yield by_fault(f"c:{where}", "no_ttwid", "ttwid", where=where)
    for where in ("live", "register", "check"):
        yield by_fault(f"c:{where}", "forbidden", "refuses this address", where=where)
    for url, where in zip(("live_page", "profile", "live", "register", "check"), COOKIES, strict=True):
        others = " ".join(f"c:{other}" for other in COOKIES if other != where)
        yield by_fault(others, "cookie_only", "ttwid", url=url)
    yield by_fault("c:page c:profile c:live c:check", "cookie_only", "ttwid", url="register_redirect")
    for status, words in ((401, "API Key"), (402, "plan"), (429, "Too many"), (503, "not ready")):
        yield by_fault("signer", "signer_refused", words, status=status)
    yield by_fault("signer", "signer_stub", "stub of 272 bytes")
    yield by_fault("signer", "signer_no_cookie", "X-Set-TT-Cookie")
    yield by_fault("signer", "expired_signature", "illegal secret key")
    yield by_fault("signer", "dns_failure", "cannot be resolved")
    yield by_fault("signer", "tls_failure", "TLS")
    yield by_fault("signer", "no_answer", "longer than 1.5 s", where="signer")
    yield by_fault("", "new_signer_api")
    yield by_fault("", "old_signer_api")
    yield by_fault("", "forbidden", where="limits")
    for method in ("direct", "signed"):
        part = f"socket:{method}"
        for message in ("DEVICE_BLOCKED", "illegal secret key", "illegal app_id"):
            yield by_fault(part, "handshake_refused", message, message=message, method=method)
        yield by_fault(part, "silent_socket", "message", method=method)
        yield by_fault(part, "ignore_enter", "message|frame|room did not answer", method=method)
        yield by_fault(part, "close_frame", "disable_web_direct|close frame", method=method)
    yield by_fault("socket:direct", "signature_demanded", "illegal secret key|signature")
    yield by_fault("socket:direct socket:signed", "http_reset", "as a WebSocket server", where="socket")
    yield by_fault("socket:direct socket:signed", "no_answer", "longer than 1.5 s", where="socket")


def hosts() -> Iterator[Broken]:
    """The four hosts: a closed port, a name without an address, a server that never answers."""
    pages = "live_page api_live profile c:page c:profile c:live c:register c:check"
    for endpoint, parts in (("web", pages), ("webcast", "room_info alive"), ("signer", "signer")):
        yield by_address(parts, "cannot be reached", **{endpoint: CLOSED})
        yield by_address(parts, "cannot be resolved", **{endpoint: UNKNOWN})
        yield by_address(parts, "longer than 1.5 s", **{endpoint: SILENT})
    yield by_address("socket:direct socket:signed", "cannot be reached", push=CLOSED)
    yield by_address("socket:direct socket:signed", "cannot be resolved", push=UNKNOWN)
    yield by_address("socket:direct socket:signed", "longer than 1.5 s", push=SILENT)


SINGLES = [*lookups(), *methods(), *hosts()]


def pairs() -> list[Combination]:
    """All pairs of things that can be broken at once: an endpoint has one address."""
    return [(one, two) for one, two in combinations(SINGLES, 2) if not one.addresses.keys() & two.addresses.keys()]


@dataclass(frozen=True)
class Model:
    """What the unbroken parts allow."""

    broken: Combination

    @property
    def parts(self) -> set[str]:
        return {part for one in self.broken for part in one.parts}

    def works(self, part: str) -> bool:
        return not {part, f"{part}:lies"} & self.parts

    @property
    def has_a_way(self) -> bool:
        return self._finds and self._connects

    @property
    def _finds(self) -> bool:
        """Whether the room can be found. A source that contradicts another, or a profile, must be confirmed."""
        if self.works("live_page"):
            return True
        confirmed = self.works("room_info") or self.works("alive")
        by_api = self.works("api_live") and ("live_page:lies" not in self.parts or confirmed)
        return by_api or (self.works("profile") and self.works("room_info"))

    @property
    def _connects(self) -> bool:
        cookie = any(self.works(f"c:{where}") for where in COOKIES)
        signed = self.works("signer") and self.works("socket:signed")
        return signed or (cookie and self.works("socket:direct"))

    @property
    def misled(self) -> bool:
        """Whether the user can rightly be taken as offline: the sources that are asked first say so."""
        return "api_live:lies" in self.parts and not self.works("live_page")

    @property
    def responsible(self) -> list[Broken]:
        """What an error must name: each thing whose repair would make a way."""
        return [
            one for one in self.broken if Model(tuple(other for other in self.broken if other is not one)).has_a_way
        ]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    chat: bool
    said: str = ""
    error: TikcastError | None = None


@contextmanager
def silent_host() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def try_to_chat(sim: Simulator, broken: Combination, *, silent: str, by_room: bool = False) -> Outcome:
    """Follow the live stream by the name of its user, or by its room, until somebody writes."""
    await sim.heal(USER)
    whom = sim.rooms[USER] if by_room else USER
    endpoints = Endpoints.at(sim.url)
    for one in broken:
        for fault, parameters in one.orders:
            await sim.fault(USER, fault, **parameters)
        addresses = {name: silent if address == SILENT else address for name, address in one.addresses.items()}
        endpoints = replace(endpoints, **addresses)
    # The clients of a process share the quota of a key: each client here has a key of its own.
    tiktok = TikTok(endpoints=endpoints, timeouts=QUICK, reconnect=SOON, api_key=f"ways-{next(KEYS)}")
    try:
        async with asyncio.timeout(WITHIN), tiktok, tiktok.track(whom) as live:
            async for event in live:
                if isinstance(event, ChatEvent) and not event.is_history:
                    return Outcome(chat=True)
    except TikcastError as error:
        return Outcome(chat=False, said="\n".join(texts(error)), error=error)
    except TimeoutError:
        return Outcome(chat=False, said=f"nothing within {WITHIN:g} s")
    return Outcome(chat=False, said=f"ended: {live.end_reason}")


def texts(error: BaseException) -> Iterator[str]:
    """What an error and its causes say."""
    yield f"{type(error).__name__}: {error}"
    for cause in getattr(error, "causes", ()):
        yield from texts(cause)


def complaint(outcome: Outcome, broken: Combination) -> str:
    """What is wrong with an outcome, empty for a good one."""
    model = Model(broken)
    if outcome.chat or (model.misled and isinstance(outcome.error, UserOffline | LiveEndedError)):
        return ""
    if model.has_a_way:
        return f"there was a way, but {outcome.said}"
    named = {one for one in broken if re.search(one.named, outcome.said)}
    missing = set(model.responsible) - named if named else set(broken)
    return f"{' and '.join(map(str, missing))} must be named by {outcome.said}" if missing else ""


async def complaints(tried: Sequence[Combination], *, by_room: bool = False) -> list[str]:
    """What is wrong with the outcomes of these combinations, some of which are tried at the same time."""
    found: list[str] = []
    left = iter(tried)

    async def work(sim: Simulator, silent: str) -> None:
        for broken in left:
            wrong = complaint(await try_to_chat(sim, broken, silent=silent, by_room=by_room), broken)
            found.extend([f"{' + '.join(map(str, broken))}: {wrong}"] if wrong else [])

    async with AsyncExitStack() as stack:
        silent = stack.enter_context(silent_host())
        opened = [Simulator(users=(USER,), seed=1, rate=60.0) for _ in range(AT_ONCE)]
        sims = [await stack.enter_async_context(sim) for sim in opened]
        async with asyncio.TaskGroup() as tasks:
            for sim in sims:
                tasks.create_task(work(sim, silent))
    assert next(left, None) is None
    return found


def test_93_things_are_broken_alone_and_in_4266_pairs() -> None:
    assert (len(SINGLES), len(pairs())) == (93, 4266)
    assert len({str(one) for one in SINGLES}) == len(SINGLES)


async def test_with_any_single_thing_broken_the_chat_arrives_or_the_error_names_it() -> None:
    assert await complaints([(one,) for one in SINGLES]) == []


async def test_a_room_can_be_followed_by_its_id_while_no_page_answers() -> None:
    assert await complaints([(one,) for one in [*lookups(), *hosts()] if "web" in one.addresses], by_room=True) == []


async def test_with_two_things_broken_the_chat_arrives_or_the_error_names_them() -> None:
    assert await complaints(Random(1).sample(pairs(), SAMPLE)) == []


@pytest.mark.release
@pytest.mark.parametrize("part", range(PARTS))
async def test_with_any_two_things_broken_the_chat_arrives_or_the_error_names_them(part: int) -> None:
    assert await complaints(pairs()[part::PARTS]) == []
