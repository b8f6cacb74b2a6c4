"""A check, its result, and the sentence that follows from all results. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

Verdict = Literal["ok", "failed", "none"]
"""The check works, it does not, or its answer says neither."""

Outcome = Literal["connected", "reachable", "not_live", "refused", "unreachable", "failed"]
"""What works: messages of a live stream came; everything up to the room; everything, but the user is not live; the room
is not for everyone; nothing can be reached; a step fails."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `name` identifies it, such as `user/live_page`; `asked`, `answer` and `advice` are for people.

    `received`: the status and size of the last HTTP answer. `seconds`: how long it took. `error` and `stage`: the class
    of the error and the step of connecting that failed.
    """

    name: str
    asked: str
    answer: str
    verdict: Verdict
    advice: str = ""
    received: str = ""
    seconds: float | None = None
    error: str = ""
    stage: str = ""

    @property
    def topic(self) -> str:
        """What it is about: program, user, cookie, signer, control, list or connect."""
        return self.name.partition("/")[0]


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """What all checks together say, and in one sentence what to do."""

    outcome: Outcome
    sentence: str

    @property
    def works(self) -> bool:
        """Whether everything works that was asked for."""
        return self.outcome in {"connected", "reachable"}


CONTROL: Final = "tiktok"
"""The user name of an account that always exists: TikTok's own."""

_UNREACHABLE: Final = frozenset({"NetworkError", "NetworkTimeout", "NameNotResolved", "TLSFailed", "TimeLimit"})


def conclude(checks: Sequence[Check], *, who: str = "", status: str = "unknown") -> Conclusion:
    """The conclusion of all checks.

    `who`: the user or room that was asked about, "" for none. `status`: whether it is live, as all sources together
    say: that of `judge` in `tikcast._net.liveness`.
    """
    connects = [check for check in checks if check.topic == "connect" and check.verdict != "none"]
    works = [check for check in connects if check.verdict == "ok"]
    if works:
        return _connected(works, connects)
    asked = [check for check in checks if _is_of_a_source(check) and check.verdict != "none"]
    answered = [check for check in asked if check.verdict == "ok"]
    if not answered and asked and all(check.error in _UNREACHABLE for check in asked):
        reason = _first(asked, "TikTok cannot be reached from this machine")
        return Conclusion(outcome="unreachable", sentence=reason)
    refusal = next((check for check in checks if check.topic == "user" and check.error in _REFUSALS), None)
    if refusal is not None and status not in _ADVICE:
        return Conclusion(
            outcome="refused", sentence=f"TikTok works, but refuses this live stream: {_lower(_with_advice(refusal))}"
        )
    if connects:
        return Conclusion(outcome="failed", sentence=_first(connects, "No method to connect works"))
    pages = [check for check in answered if check.topic in {"user", "control"}]
    control = [check for check in checks if check.topic == "control"]
    wrong = [check for check in control if check.error == "UserNotFound"]
    if not pages or (wrong and not any(check.verdict == "ok" for check in control)):
        return Conclusion(
            outcome="failed", sentence=_first(wrong or asked, "TikTok gives no usable answer to this client")
        )
    if not who:
        return _reachable(checks)
    return _no_room(checks, who=who, status=status)


def _is_of_a_source(check: Check) -> bool:
    """Whether it shows how one source of TikTok answers."""
    return check.topic in {"user", "control", "cookie"} and check.name not in {"user/status", "user/target"}


def _connected(works: Sequence[Check], connects: Sequence[Check]) -> Conclusion:
    good = list(dict.fromkeys(map(_method, works)))
    bad = [name for name in dict.fromkeys(map(_method, connects)) if name not in good]
    sentence = f"Connecting works: {' and '.join(good)}"
    if not bad:
        return Conclusion(outcome="connected", sentence=f"{sentence}; nothing needs to be done.")
    rest = f"{' and '.join(bad)} fails, and tikcast uses the other method then"
    return Conclusion(outcome="connected", sentence=f"{sentence}; {rest}, so nothing needs to be done.")


def _reachable(checks: Sequence[Check]) -> Conclusion:
    """The conclusion without a user, when TikTok answers."""
    asked = [check for check in checks if check.topic in {"control", "cookie", "signer"} and check.verdict != "none"]
    needed = [check for check in asked if check.topic in {"cookie", "signer"}]
    if needed and all(check.verdict == "failed" for check in needed):
        reason = "TikTok can be reached, but no source gives a visitor's cookie, and the signer does not work"
        return Conclusion(outcome="failed", sentence=_first(needed, reason))
    sentence = "TikTok can be reached: run `tikcast doctor USER` with a user who is live now to check connecting"
    failures = sum(check.verdict == "failed" for check in asked)
    if failures:
        verb = "fails" if failures == 1 else "fail"
        sentence = f"{sentence}; {failures} of {len(asked)} sources {verb}, and tikcast uses the others"
    return Conclusion(outcome="reachable", sentence=f"{sentence}.")


def _no_room(checks: Sequence[Check], *, who: str, status: str) -> Conclusion:
    """The conclusion when there is no room to connect to, and TikTok answers."""
    if status not in _ADVICE:
        user = [check for check in checks if check.topic == "user" and check.verdict == "failed"]
        text = _first(user, f"TikTok works, but its answers do not say whether {who} is live")
        return Conclusion(outcome="failed", sentence=text)
    outcome: Outcome = "refused" if status == "private" else "not_live"
    return Conclusion(outcome=outcome, sentence=f"TikTok works{_ADVICE[status].format(who=who)}.")


_OFFLINE: Final = (
    ", and {who} is not live now: try again when the live stream runs, or wait for it with `tikcast watch USER --wait`"
)
_ADVICE: Final = {
    "missing": ", but there is no user {who}: check the spelling of the name",
    "offline": _OFFLINE,
    "never_live": _OFFLINE,
    "private": ", but the account {who} is private: give the session of an account that may see it",
}
_REFUSALS: Final = frozenset(
    {
        "AccountSuspended", "AgeRestricted", "FollowersOnly", "LoginRequired", "PaymentRequired", "PrivateAccount",
        "RegionRestricted", "SubscribersOnly",
    }
)  # fmt: skip


def _method(check: Check) -> str:
    return check.name.partition("/")[2].partition(" ")[0]


def _first(checks: Sequence[Check], sentence: str) -> str:
    """`sentence` with the first failure and its advice."""
    failure = next((check for check in checks if check.verdict == "failed"), None)
    return f"{sentence}: {_with_advice(failure)}" if failure is not None else f"{sentence}."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _with_advice(check: Check) -> str:
    answer = check.answer.rstrip(".")
    return f"{answer}; {check.advice.rstrip('.')}." if check.advice else f"{answer}."
