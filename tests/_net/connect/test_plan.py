"""What is tried next, after what."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.connect.plan import (
    SOURCES,
    Choice,
    ConnectAttempt,
    ConnectHistory,
    CookieSource,
    Method,
    Offer,
    Result,
    host_name,
    message_limit,
    next_choice,
)

GLOBAL, US, EU = "wss://webcast-ws.tiktok.com", "wss://webcast-ws.us.tiktok.com", "wss://webcast-ws.eu.tiktok.com"
BOTH: tuple[Method, ...] = ("direct", "signed")
MINUTE = 60_000


def direct(
    result: Result,
    host: str = GLOBAL,
    *,
    source: CookieSource = "lookup",
    cookie: int = 1,
    stage: str = "handshake",
    age_ms: int = 0,
    turn: int = 1,
) -> ConnectAttempt:
    return ConnectAttempt(
        method="direct", host=host_name(host), cookie_source=source, cookie=cookie, stage=stage, result=result,
        age_ms=age_ms, round=turn,
    )  # fmt: skip


def signed(result: Result, *, age_ms: int = 0, turn: int = 1) -> ConnectAttempt:
    return ConnectAttempt(method="signed", host="x.tiktok.com", result=result, age_ms=age_ms, round=turn)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Attempts before, and what is tried next: the method, the push host, the first source, the refused cookie."""

    past: list[ConnectAttempt] = field(default_factory=list)
    then: tuple[Method, str, str, int | None] | None
    methods: tuple[Method, ...] = BOTH
    hosts: tuple[str, ...] = (GLOBAL, US, EU)
    round: int = 2
    age_ms: int = MINUTE


SIGNED: tuple[Method, str, str, None] = ("signed", "", "", None)

ROWS = {
    "nothing was tried": Row(then=("direct", GLOBAL, "live_page", None)),
    "only one method": Row(methods=("signed",), then=SIGNED),
    "the order of the client": Row(methods=("signed", "direct"), then=SIGNED),
    # Judged by messages.
    "silent": Row(past=[direct("silent")], then=SIGNED),
    "ended by a frame": Row(past=[direct("closed")], then=SIGNED),
    "lost before a message": Row(past=[direct("lost")], then=SIGNED),
    "worked and was lost": Row(past=[direct("worked")], then=("direct", GLOBAL, "live_page", None)),
    "still open": Row(past=[direct("open")], then=("direct", GLOBAL, "live_page", None)),
    "direct, then signed silent": Row(
        past=[direct("silent"), signed("silent", age_ms=9, turn=2)], round=3, then=("direct", US, "profile", 1)
    ),
    "direct, signed, direct silent": Row(
        past=[direct("silent"), signed("silent", age_ms=9), direct("silent", US, age_ms=20, cookie=2)], then=SIGNED
    ),
    "silent, the other one works": Row(past=[direct("silent"), signed("worked", age_ms=9)], then=SIGNED),
    "silent eleven minutes ago": Row(
        past=[direct("silent"), signed("worked", age_ms=9)], age_ms=11 * MINUTE, then=("direct", GLOBAL, "live_page", 1)
    ),
    "silent, the only method": Row(past=[direct("silent")], methods=("direct",), then=("direct", US, "profile", 1)),
    "silent, one host": Row(
        past=[direct("silent")], methods=("direct",), hosts=(GLOBAL,), then=("direct", GLOBAL, "profile", 1)
    ),
    # "illegal secret key": another host with another cookie at once, then the other method.
    "wants a signature": Row(past=[direct("signature", turn=2)], then=("direct", US, "profile", 1)),
    "wants a signature at two hosts": Row(
        past=[direct("signature", turn=2), direct("signature", US, source="profile", cookie=2, age_ms=1, turn=2)],
        then=("direct", EU, "live", 2),
    ),
    "wants a signature at every host": Row(
        past=[direct("signature", host, turn=2) for host in (GLOBAL, US, EU)], then=SIGNED
    ),
    "wants a signature at the chosen host": Row(
        past=[direct("signature", turn=2)], hosts=(GLOBAL,), then=SIGNED
    ),
    "wants a signature, the only method": Row(
        past=[direct("signature", turn=2)], methods=("direct",), hosts=(GLOBAL,), then=None
    ),
    "wanted a signature in the last round": Row(
        past=[direct("signature"), direct("signature", US, cookie=2), direct("signature", EU, cookie=3)], then=SIGNED
    ),
    # Other refusals: the next method, then the next round.
    "no cookie was found": Row(past=[direct("failed", "", stage="identity", turn=2)], then=SIGNED),
    "the cookie is missing": Row(past=[direct("cookie", turn=2)], then=SIGNED),
    "the device is blocked": Row(past=[direct("device", turn=2)], then=SIGNED),
    "too many sockets": Row(past=[direct("limited", turn=2)], then=SIGNED),
    "the signer is limited": Row(
        methods=("signed", "direct"), past=[signed("limited", turn=2)], then=("direct", GLOBAL, "live_page", None)
    ),
    "the signer was limited": Row(
        methods=("signed", "direct"), past=[signed("limited")], then=("direct", GLOBAL, "live_page", None)
    ),
    "everything failed in this round": Row(past=[direct("device", turn=2), signed("failed", turn=2)], then=None),
    "everything failed in the last round": Row(
        past=[direct("device"), signed("failed", age_ms=1)], then=("direct", US, "live_page", None)
    ),
    "the cookie was missing in the last round": Row(
        past=[direct("cookie"), signed("failed", age_ms=1)], then=("direct", US, "profile", 1)
    ),
    # A push host that does not answer: the other method first, then the other hosts.
    "the host does not answer": Row(past=[direct("unreachable", turn=2)], then=SIGNED),
    "nor the signer": Row(
        past=[direct("unreachable", turn=2), signed("unreachable", turn=2)], then=("direct", US, "live_page", None)
    ),
    "nor two hosts": Row(
        past=[
            direct("unreachable", turn=2), signed("failed", turn=2), direct("unreachable", US, turn=2, age_ms=1),
        ],
        then=("direct", EU, "live_page", None),
    ),
    "nor any host": Row(
        past=[direct("unreachable", host, turn=2) for host in (GLOBAL, US, EU)], methods=("direct",), then=None
    ),
    "the website does not answer": Row(
        past=[direct("unreachable", "", stage="identity", turn=2), signed("failed", turn=2)], then=None
    ),
    # Sources whose cookies were refused lately come last.
    "two sources were refused": Row(
        methods=("direct",),
        past=[direct("closed", source="live_page"), direct("silent", US, source="profile", cookie=2, age_ms=9)],
        then=("direct", EU, "live", 2),
    ),
    "every source was refused": Row(
        methods=("direct",),
        past=[direct("silent", source=one, cookie=n, age_ms=n) for n, one in enumerate(SOURCES, start=1)],
        then=("direct", US, "live_page", 5),
    ),
    "a source works again": Row(
        methods=("direct",),
        past=[direct("silent", source="live_page"), direct("worked", US, source="live_page", cookie=2, age_ms=9)],
        then=("direct", US, "live_page", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_is_tried_next_follows_from_what_was_tried(row: Row) -> None:
    history = ConnectHistory(attempts=tuple(row.past), round=row.round)
    choice = next_choice(history, Offer(methods=row.methods, hosts=row.hosts), age_ms=row.age_ms)
    if choice is None:
        assert row.then is None
        return
    first = choice.sources[0] if choice.sources else ""
    assert (choice.method, choice.host, first, choice.refused_cookie) == row.then
    assert set(choice.sources) == (set(SOURCES) if choice.method == "direct" else set())


RESULTS = st.sampled_from(
    ["silent", "closed", "lost", "signature", "cookie", "device", "unreachable", "limited", "failed"]
)


@given(
    st.lists(RESULTS, min_size=1, max_size=60), st.sampled_from([BOTH, ("direct",), ("signed",), ("signed", "direct")])
)
def test_rounds_end_and_every_method_is_tried_in_each(results: list[Result], methods: tuple[Method, ...]) -> None:
    history, offer, age_ms = ConnectHistory(), Offer(methods=methods), 0
    pending = list(results)
    while pending:
        history, tried = history.next_round(), list[Choice]()
        while pending and (choice := next_choice(history, offer, age_ms=age_ms)):
            tried.append(choice)
            age_ms += 1000
            attempt = ConnectAttempt(
                method=choice.method, host=host_name(choice.host), result=pending.pop(0), age_ms=age_ms
            )
            history = history.with_attempt(attempt)
        assert len(tried) <= len(offer.hosts) + 1
        assert len({(one.method, one.host) for one in tried}) == len(tried)
        if pending:
            assert {one.method for one in tried} == set(methods)


@given(st.lists(RESULTS.filter(lambda one: one in {"silent", "closed", "lost"}), min_size=2, max_size=40))
def test_methods_that_bring_no_messages_take_turns(results: list[Result]) -> None:
    history, order, age_ms = ConnectHistory(), list[Method](), 0
    for result in results:
        age_ms += 20_000
        history = history.next_round()
        choice = next_choice(history, Offer(methods=BOTH), age_ms=age_ms)
        assert choice is not None
        order.append(choice.method)
        history = history.with_attempt(ConnectAttempt(method=choice.method, host=host_name(choice.host)))
        history = history.with_result(result, stage="first_frame", reason="", age_ms=age_ms)
    assert order == [BOTH[number % 2] for number in range(len(results))]


LIMITS: list[tuple[list[ConnectAttempt], tuple[Method, ...], float]] = [
    ([direct("open")], BOTH, 8.0),
    ([direct("open")], ("direct",), 20.0),
    ([direct("silent"), signed("open")], BOTH, 20.0),
    ([direct("failed"), signed("open")], BOTH, 20.0),
    ([direct("silent"), signed("limited"), direct("open")], BOTH, 20.0),
    ([direct("silent"), signed("silent"), direct("open")], BOTH, 20.0),
    ([*[direct("silent"), signed("silent")], direct("silent"), signed("open")], BOTH, 40.0),
    ([*[direct("silent"), signed("silent")] * 3, direct("open")], BOTH, 80.0),
    ([*[direct("silent"), signed("silent")] * 9, direct("open")], BOTH, 300.0),
    ([direct("silent"), direct("open")], ("direct",), 20.0),
    ([direct("silent"), direct("silent"), direct("open")], ("direct",), 40.0),
    ([*[direct("silent")] * 9, direct("worked"), direct("silent"), direct("open")], ("direct",), 20.0),
    ([direct("silent"), signed("worked"), direct("open")], BOTH, 8.0),
    ([direct("worked"), direct("open")], BOTH, 8.0),
]


@pytest.mark.parametrize(("attempts", "methods", "seconds"), LIMITS)
def test_the_time_for_the_first_messages_is_short_while_another_method_may_work_and_grows_when_all_are_silent(
    attempts: list[ConnectAttempt], methods: tuple[Method, ...], seconds: float
) -> None:
    history = ConnectHistory(attempts=tuple(attempts), round=1)
    assert message_limit(history, Offer(methods=methods), longest=20.0) == seconds


def test_a_history_is_bounded_and_only_an_open_connection_gets_a_result() -> None:
    history = ConnectHistory()
    for number in range(100):
        history = history.next_round().with_attempt(direct("failed", cookie=number))
    assert len(history.attempts) == 32
    assert history.attempts[-1].cookie == 99
    assert history.with_result("worked", stage="stream", reason="", age_ms=1) is history
    assert not history.has_worked
    opened = history.with_attempt(direct("open"))
    assert opened.with_result("worked", stage="stream", reason="", age_ms=1).has_worked
