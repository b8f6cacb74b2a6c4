"""The error tree: its shape, its sentences, its facts."""

from __future__ import annotations

import inspect
import json
import pickle

import pytest

from tikcast import errors
from tikcast.errors import TikcastError

EXAMPLES: list[TikcastError] = [
    errors.LookupFailed("@ana", "TikTok answered with code 7"),
    errors.InvalidTarget("two words"),
    errors.UserNotFound("ana"),
    errors.UserOffline("ana"),
    errors.PrivateAccount("ana"),
    errors.LiveEndedError(73),
    errors.AgeRestricted("room 73"),
    errors.AgeRestricted("room 73", words="You must be 18", session=True),
    errors.SubscribersOnly("room 73"),
    errors.FollowersOnly("room 73", words="Only friends can watch"),
    errors.PaymentRequired("room 73", session=True),
    errors.RegionRestricted("room 73"),
    errors.AccountSuspended("@ana"),
    errors.LoginRequired("the audience of room 73"),
    errors.LoginRequired("the feed", signed=True),
    errors.Blocked("its page contains no data", host="www.tiktok.com", status=200),
    errors.Captcha(host="www.tiktok.com"),
    errors.DeviceBlocked(status=200),
    errors.IPBlocked(status=403),
    errors.RateLimited(17.5, "signer day"),
    errors.NetworkError("h", "it cannot be reached"),
    errors.NetworkTimeout("h", 15),
    errors.NameNotResolved("h"),
    errors.TLSFailed("h"),
    errors.SignerError("its answer is empty", status=200, host="s", retry_after=3.0),
    errors.ConnectFailed(
        "handshake",
        [errors.DeviceBlocked(), errors.SignerError("x"), OSError("boom")],
        attempts=[("direct", "handshake"), ("signed", "signature"), ("own", "identity")],
    ),
    errors.HandshakeRefused(415, "illegal app_id", code="417", host="h"),
    errors.RecordingError("the disk is full", path="x.ts"),
    errors.FFmpegNotFound(),
    errors.FFmpegNotFound(only_hls=True),
    errors.StreamUrlNotFound("hd", available=["sd", "ld"]),
    errors.ConfigError("it is not a URL", option="endpoint", advice="give a base URL"),
    errors.MissingExtra("server", "the simulator"),
    errors.FeedExhausted(5),
    errors.CaptureError("X.frames", "it is cut", offset=12, advice="record it again"),
    errors.ReportError("x.json", "it is not a report"),
]

by_class = pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)


def classes() -> list[type[TikcastError]]:
    return [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, TikcastError)]


def test_every_class_has_an_example_here() -> None:
    assert {type(error) for error in EXAMPLES} == set(classes()) - {TikcastError}


def test_the_docstring_shows_the_tree_as_it_is() -> None:
    shown: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        stripped = line.lstrip(" │├└─")
        name = stripped.split(" ")[0]
        depth = (len(line) - len(stripped)) // 4 - 1
        if hasattr(errors, name) and depth >= 0:
            above[depth:] = [name]
            shown[name] = above[depth - 1] if depth else ""
    real = {kind.__name__: "" if kind is TikcastError else kind.__mro__[1].__name__ for kind in classes()}
    assert shown == real


def test_the_tree_has_at_most_three_levels() -> None:
    for kind in classes():
        assert len([base for base in kind.__mro__ if issubclass(base, TikcastError)]) <= 3


@by_class
def test_each_error_is_one_sentence_of_what_happened_and_what_to_do(error: TikcastError) -> None:
    sentence = str(error)
    assert sentence == f"{error.happened}; {error.advice}."
    assert error.advice
    assert sentence[0].isupper()
    assert "\n" not in sentence
    assert not sentence.endswith("..")


@by_class
def test_each_error_has_its_facts_in_json(error: TikcastError) -> None:
    told = json.loads(json.dumps(errors.describe(error)))
    assert told["error"] == type(error).__name__
    assert told["message"] == str(error)
    assert {"error", "message"} < set(told)


@by_class
def test_each_error_can_be_pickled(error: TikcastError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), copy.advice) == (str(error), error.advice)
    assert errors.describe(copy) == errors.describe(error)


def test_facts_are_attributes() -> None:
    error = errors.RateLimited(17.5, "signer day")
    assert (error.retry_after, error.scope) == (17.5, "signer day")
    assert error.facts() == {"retry_after": 17.5, "scope": "signer day"}


def test_causes_of_a_failed_connection_are_described_one_by_one() -> None:
    failed = next(error for error in EXAMPLES if isinstance(error, errors.ConnectFailed))
    causes = failed.facts()["causes"]
    assert isinstance(causes, list)
    assert [cause["error"] for cause in causes] == ["DeviceBlocked", "SignerError", "OSError"]
    assert "direct failed at handshake" in str(failed)
    assert "signed failed at signature" in str(failed)


def test_a_failed_connection_without_known_methods_contains_its_causes() -> None:
    assert "DEVICE_BLOCKED" in str(errors.ConnectFailed("handshake", [errors.DeviceBlocked()]))
    assert "at handshake" in str(errors.ConnectFailed("handshake", []))


def test_timeouts_and_wrong_values_are_also_exceptions_of_python() -> None:
    assert isinstance(errors.NetworkTimeout("h", 1), TimeoutError)
    assert isinstance(errors.ConfigError("x", advice="y"), ValueError)


def test_an_exception_of_another_library_is_described_by_class_and_text() -> None:
    assert errors.describe(KeyError("x")) == {"error": "KeyError", "message": "'x'"}
