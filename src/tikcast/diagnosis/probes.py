"""The checks below connecting: what was asked, and what the answer of one source means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tikcast.diagnosis.checks import Check, Verdict
from tikcast.errors import TikcastError, happening

if TYPE_CHECKING:
    from tikcast._net import liveness
    from tikcast.diagnosis.report import RequestFacts
    from tikcast.models import SignerLimits
    from tikcast.models.status import Source

SOURCES: Final[Mapping[Source, str]] = {
    "live_page": "the live page",
    "api_live": "api-live",
    "profile": "the profile",
    "room_info": "room/info",
    "check_alive": "check_alive",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a check found, see `Check`."""

    answer: str
    verdict: Verdict = "ok"
    advice: str = ""
    received: str = ""
    error: str = ""
    stage: str = ""

    def check(self, name: str, *, asked: str, seconds: float | None) -> Check:
        """The result of the check `name`."""
        return Check(
            name=name,
            asked=asked,
            answer=self.answer,
            verdict=self.verdict,
            advice=self.advice,
            received=self.received,
            seconds=None if seconds is None else round(seconds, 2),
            error=self.error,
            stage=self.stage,
        )


def reader(*, compiled: bool) -> Finding:
    """Whether decoding uses the compiled reader, which the installation builds if it can."""
    if compiled:
        return Finding(answer="compiled")
    advice = "for speed, install a C compiler and Python's headers, then install tikcast again"
    return Finding(answer="all works without the compiled reader", verdict="none", advice=advice)


def failed(error: Exception) -> Finding:
    """A check that ended with an error."""
    name = type(error).__name__
    if isinstance(error, TikcastError):
        return Finding(
            answer=error.happened, verdict="failed", advice=error.advice, error=name, stage=error.stage or ""
        )
    answer = f"something went wrong inside tikcast ({name}: {happening(error)})"
    return Finding(answer=answer, verdict="failed", advice="report it with the file of --report", error=name)


def too_late(seconds: float) -> Finding:
    """A check that did not end in time."""
    advice = "check the network and the proxy, or try again"
    return Finding(answer=f"no result within {seconds:g} s", verdict="failed", advice=advice, error=TIME_LIMIT)


TIME_LIMIT: Final = "TimeLimit"
"""The name of the error of a check that did not end in time."""


def skipped(reason: str) -> Finding:
    """A check that was not made."""
    return Finding(answer=reason, verdict="none")


def of_source(evidence: liveness.Evidence, requests: Sequence[RequestFacts], *, exists: bool = False) -> Finding:
    """What a source said about a user or a room. `exists`: the user is known to exist."""
    error, received = evidence.error, _received(requests)
    if error is not None:
        finding = replace(failed(error), received=received, stage="")
        return finding if evidence.says == "failed" else replace(finding, verdict="none")
    told = str(evidence.room_id) in evidence.detail
    where = f", room {evidence.room_id}" if evidence.room_id and not told else ""
    detail = f" ({evidence.detail})" if evidence.detail else ""
    answer = f"{_SAYS.get(evidence.says, evidence.says)}{where}{detail}"
    if exists and evidence.says == "missing":
        advice = "TikTok gives wrong answers to this client: use another address (proxy=…), or wait"
        return Finding(answer=answer, verdict="failed", advice=advice, received=received, error="UserNotFound")
    unsure = evidence.says in {"restricted", "unclear", "failed"}
    return Finding(answer=answer, verdict="none" if unsure else "ok", received=received)


_SAYS: Final = {
    "no_room": "no room",
    "never_live": "never live",
    "missing": "no such user",
    "private": "a private account",
    "restricted": "not for this client",
    "unclear": "does not say whether it is live",
}


def of_status(verdict: liveness.Verdict, *, who: str) -> Finding:
    """What all sources together say."""
    reasons = f": {'; '.join(verdict.reasons)}" if verdict.reasons else ""
    if verdict.status in {"live", "paused"}:
        paused = " and paused" if verdict.status == "paused" else ""
        return Finding(answer=f"live{paused} in room {verdict.room_id}{reasons}")
    words = {
        "offline": "not live",
        "never_live": "not live, and never was",
        "private": "a private account",
        "missing": f"there is no user {who}",
    }
    if verdict.status in words:
        return Finding(answer=f"{words[verdict.status]}{reasons}", verdict="none")
    advice = "see the answers of the sources above"
    return Finding(answer=f"unknown{reasons}", verdict="failed", advice=advice, error="LookupFailed")


def of_cookie(requests: Sequence[RequestFacts], *, error: TikcastError | None = None) -> Finding:
    """Whether a source gave a visitor's cookie, and after how many requests."""
    received, count = _received(requests), len(requests)
    if error is None:
        answer = "gives the cookie" if count == 1 else f"gives the cookie after {count} requests"
        return Finding(answer=answer, received=received)
    return replace(failed(error), received=received, stage="")


def of_list(count: int) -> Finding:
    """How much a list contains."""
    return Finding(answer=f"{count} entries", verdict="ok" if count else "none")


def of_limits(limits: SignerLimits) -> Finding:
    """The quota of the signer."""
    spans = {"minute": limits.minute, "hour": limits.hour, "day": limits.day}
    known = [(name, span.remaining, span.max) for name, span in spans.items() if span.remaining is not None]
    if not known:
        return Finding(answer="it tells no limits")
    name, remaining, most = min(known, key=lambda one: one[1])
    answer = f"{remaining} of {most} requests left this {name}"
    if remaining > 0:
        return Finding(answer=answer)
    advice = f"wait until the next {name}, or give an api_key with a larger quota"
    return Finding(answer=answer, verdict="failed", advice=advice, error="RateLimited")


def _received(requests: Sequence[RequestFacts]) -> str:
    """The status and the size of the last answer."""
    last = requests[-1] if requests else None
    if last is None or last.status is None:
        return ""
    return f"status {last.status}, {last.size:,} bytes"
