"""What follows from the results of all checks: one sentence that says what to do."""

from dataclasses import dataclass, field

import msgspec
import pytest

from tikcast.diagnosis.checks import Check, Outcome, conclude

CAPTCHA = {"error": "Captcha", "answer": "it sends a captcha", "advice": "wait some minutes"}
TIMEOUT = {"error": "NetworkTimeout", "answer": "it took longer than 8 s", "advice": "check the network"}
REFUSED = {"error": "HandshakeRefused", "answer": "cannot open the WebSocket", "advice": "use the other method"}
SUBSCRIBERS = {"error": "SubscribersOnly", "answer": "only subscribers may watch", "advice": "give a session"}


def ok(name: str) -> Check:
    return Check(name=name, asked=name, answer="fine", verdict="ok")


def failed(name: str, **facts: str) -> Check:
    given = Check(name=name, asked=name, verdict="failed", answer="it broke", advice="repair it", error="LookupFailed")
    return msgspec.structs.replace(given, **facts)


def none(name: str, **facts: str) -> Check:
    return msgspec.structs.replace(Check(name=name, asked=name, verdict="none", answer="not asked"), **facts)


PAGES = ("live_page", "api_live", "profile")
USER = [ok(f"user/{source}") for source in PAGES]
CONTROL = [ok(f"control/{source}") for source in PAGES]
COOKIES = [ok(f"cookie/{source}") for source in ("live_page", "profile", "live", "register", "check")]
SKIPPED = [none("connect/direct"), none("connect/signed")]
BROKEN_USER = [failed(f"user/{source}", **CAPTCHA) for source in PAGES]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Results of checks, and words of the sentence that must follow."""

    checks: list[Check]
    outcome: Outcome
    words: tuple[str, ...]
    who: str = "@ana"
    status: str = "live"
    absent: tuple[str, ...] = field(default=())


CASES = {
    "both methods": Case(
        checks=[*USER, *COOKIES, ok("connect/direct"), ok("connect/signed")],
        outcome="connected", words=("direct and signed", "nothing needs to be done"), absent=("fails",),
    ),
    "one method": Case(
        checks=[*USER, failed("connect/direct", **REFUSED), ok("connect/signed")],
        outcome="connected", words=("works: signed", "direct fails", "nothing needs to be done"),
    ),
    "one host of a method": Case(
        checks=[*USER, failed("connect/direct", **REFUSED), failed("connect/signed"), ok("connect/direct us")],
        outcome="connected", words=("works: direct", "signed fails"),
    ),
    "both methods although every source fails": Case(
        checks=[*BROKEN_USER, ok("connect/direct"), ok("connect/signed")],
        outcome="connected", words=("direct and signed",), status="unknown",
    ),
    "no method": Case(
        checks=[*USER, *COOKIES, failed("connect/direct", **REFUSED), failed("connect/signed", **TIMEOUT)],
        outcome="failed", words=("No method to connect works", "cannot open the WebSocket", "use the other method"),
    ),
    "offline": Case(
        checks=[*USER, *CONTROL, *COOKIES, *SKIPPED],
        outcome="not_live", words=("TikTok works", "@ana is not live now", "--wait"), status="offline",
    ),
    "never live": Case(
        checks=[*USER, *CONTROL, *SKIPPED],
        outcome="not_live", words=("TikTok works", "@ana is not live now"), status="never_live",
    ),
    "misspelt": Case(
        checks=[*USER, *CONTROL, *SKIPPED],
        outcome="not_live", words=("TikTok works", "no user @ana", "check the spelling"), status="missing",
    ),
    "private": Case(
        checks=[*USER, *CONTROL, *SKIPPED],
        outcome="refused", words=("TikTok works", "@ana is private", "session"), status="private",
    ),
    "subscribers only": Case(
        checks=[*USER, none("user/room_info", **SUBSCRIBERS), *CONTROL, *SKIPPED],
        outcome="refused", words=("TikTok works", "only subscribers may watch", "give a session"), status="unknown",
    ),
    "subscribers only, and connecting fails": Case(
        checks=[*USER, none("user/room_info", **SUBSCRIBERS), failed("connect/direct", **REFUSED)],
        outcome="refused", words=("only subscribers may watch",),
    ),
    "contradictions": Case(
        checks=[*USER, *CONTROL, *SKIPPED],
        outcome="failed", words=("do not say whether @ana is live",), status="unknown",
    ),
    "the user's sources fail and the account of TikTok answers": Case(
        checks=[*BROKEN_USER, *CONTROL, *COOKIES, *SKIPPED],
        outcome="failed", words=("do not say whether @ana is live", "a captcha", "wait some"), status="unknown",
    ),
    "a captcha everywhere": Case(
        checks=[*BROKEN_USER, *(failed(f"control/{source}", **CAPTCHA) for source in PAGES), *COOKIES, *SKIPPED],
        outcome="failed", words=("no usable answer", "a captcha", "wait some minutes"), status="unknown",
    ),
    "no network": Case(
        checks=[*(failed(f"{topic}/x", **TIMEOUT) for topic in ("user", "control", "cookie", "signer")), *SKIPPED],
        outcome="unreachable", words=("cannot be reached", "longer than 8 s", "check the network"), status="unknown",
    ),
    "no network, with a room id": Case(
        checks=[*(failed(f"user/{source}", **TIMEOUT) for source in ("room_info", "check_alive")),
                failed("connect/direct", **TIMEOUT), failed("connect/signed", **TIMEOUT)],
        outcome="unreachable", words=("cannot be reached",), status="unknown", who="room 7",
    ),
    "a server that does not know TikTok's own account": Case(
        checks=[*USER, *(failed(f"control/{source}", error="UserNotFound") for source in PAGES), *SKIPPED],
        outcome="failed", words=("no usable answer",), status="missing",
    ),
    "no user given": Case(
        checks=[*CONTROL, *COOKIES, ok("signer/limits"), *SKIPPED],
        outcome="reachable", words=("can be reached", "tikcast doctor USER"), who="", status="unknown",
        absent=("fail",),
    ),
    "no user given, one source fails": Case(
        checks=[*CONTROL, failed("cookie/live"), ok("cookie/check"), *SKIPPED],
        outcome="reachable", words=("1 of 5 sources fails", "tikcast doctor USER"), who="", status="unknown",
    ),
    "no user given, nothing usable": Case(
        checks=[*(failed(f"control/{source}", **CAPTCHA) for source in PAGES), *SKIPPED],
        outcome="failed", words=("no usable answer", "a captcha"), who="", status="unknown",
    ),
    "no user given, no cookie": Case(
        checks=[*CONTROL, failed("cookie/live_page"), failed("cookie/check"), failed("signer/limits"), *SKIPPED],
        outcome="failed", words=("cookie", "signer"), who="", status="unknown",
    ),
    "a text that names nothing": Case(
        checks=[failed("user/target", answer="'a b' names nothing", advice="give a user name"), *CONTROL, *SKIPPED],
        outcome="failed", words=("names nothing", "give a user name"), who="'a b'", status="unknown",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_sentence_says_what_works_and_what_to_do(case: Case) -> None:
    conclusion = conclude(case.checks, who=case.who, status=case.status)
    assert conclusion.outcome == case.outcome, conclusion
    assert [word for word in case.words if word not in conclusion.sentence] == [], conclusion
    assert [word for word in case.absent if word in conclusion.sentence] == [], conclusion
    assert conclusion.sentence.endswith(".")
    assert ".." not in conclusion.sentence
    assert conclusion.works == (case.outcome in {"connected", "reachable"})


def test_every_combination_of_results_has_a_sentence() -> None:
    count = 0
    for user in (USER, BROKEN_USER, []):
        for control in (CONTROL, [failed("control/profile", **TIMEOUT)], []):
            for connect in (SKIPPED, [failed("connect/direct", **REFUSED)], [ok("connect/signed")], []):
                for status in ("live", "paused", "offline", "never_live", "private", "missing", "unknown"):
                    conclusion = conclude([*user, *control, *connect], who="@ana", status=status)
                    assert conclusion.sentence.endswith(".")
                    count += 1
    assert count == 252
