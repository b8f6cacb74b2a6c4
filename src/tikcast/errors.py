"""Every error that tikcast raises, as one tree.

    TikcastError
    ├── LookupFailed              a user, room or list could not be looked up
    │   ├── InvalidTarget         the text names no user and no room
    │   ├── UserNotFound
    │   ├── UserOffline
    │   ├── PrivateAccount
    │   ├── LiveEndedError
    │   ├── AgeRestricted
    │   ├── SubscribersOnly
    │   ├── FollowersOnly
    │   ├── PaymentRequired
    │   ├── RegionRestricted
    │   ├── AccountSuspended
    │   └── LoginRequired
    ├── Blocked                   TikTok refused to answer
    │   ├── Captcha
    │   ├── DeviceBlocked
    │   └── IPBlocked
    ├── RateLimited
    ├── NetworkError              there was no usable answer
    │   ├── NetworkTimeout        also a TimeoutError
    │   ├── NameNotResolved
    │   └── TLSFailed
    ├── SignerError
    ├── ConnectFailed             no method to connect worked; contains the error of each
    ├── HandshakeRefused
    ├── RecordingError
    │   ├── FFmpegNotFound
    │   └── StreamUrlNotFound
    ├── CaptureError
    ├── ReportError
    ├── ConfigError               also a ValueError
    │   └── MissingExtra
    └── FeedExhausted

Each error has its facts as attributes and builds one sentence from them: what happened, and what to do. All errors
can be pickled.
"""

# ruff: noqa: N818 - the names say what happened, as in `except UserOffline`.
from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

Stage = Literal["lookup", "identity", "signature", "handshake", "entering", "first_frame"]
"""The steps of connecting to a room, in order."""

STAGES: Final[tuple[Stage, ...]] = (
    "lookup",
    "identity",
    "signature",
    "handshake",
    "entering",
    "first_frame",
)


class TikcastError(Exception):
    """The base class. `str(error)` is one sentence: what happened; what to do.

    `stage`: the step of connecting to a room that failed; None for an error that does not come from connecting.
    `causes`: the errors of the other sources or methods that were tried before this one was raised.
    """

    stage: Stage | None = None
    causes: tuple[Exception, ...] = ()

    def __init__(self, happened: str, *, advice: str) -> None:
        super().__init__(f"{happened}; {advice}." if advice else f"{happened}.")
        self._happened = happened
        self._advice = advice

    @property
    def happened(self) -> str:
        """The first half of the sentence."""
        return self._happened

    @property
    def advice(self) -> str:
        """The second half: what to do about it, "" for no advice."""
        return self._advice

    def facts(self) -> dict[str, object]:
        """The attributes of this error as values for JSON."""
        return {name: _plain(value) for name, value in vars(self).items() if not name.startswith("_")}

    def __reduce__(self) -> tuple[object, tuple[type[Self], str], dict[str, object]]:
        return _blank, (type(self), str(self)), dict(vars(self))


def describe(error: BaseException) -> dict[str, object]:
    """An error as an object for JSON: its class, its sentence and its facts."""
    facts = error.facts() if isinstance(error, TikcastError) else {}
    return {"error": type(error).__name__, "message": str(error), **facts}


def _blank(cls: type[TikcastError], sentence: str) -> TikcastError:
    """An error of `cls` without its facts, which unpickling then adds."""
    error = cls.__new__(cls)
    error.args = (sentence,)
    return error


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _session_advice(account: str, *, given: bool, otherwise: str = "") -> str:
    if given:
        return f"the session that you gave is expired or not sufficient, give a new one of {account}{otherwise}"
    return f"give the session cookie of {account}{otherwise}"


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"


class LookupFailed(TikcastError):
    """Something could not be looked up: `subject` says what, `reason` why.

    `words`: what TikTok itself says about it, on one line; "" for nothing.
    """

    words: str = ""

    def __init__(
        self,
        subject: str,
        reason: str,
        *,
        words: str = "",
        advice: str = "try again, and report it if it happens again",
    ) -> None:
        self.subject = subject
        self.reason = reason
        if words:
            self.words = words
        said = f' (TikTok: "{words}")' if words else ""
        super().__init__(f"Could not look up {subject}: {reason}{said}", advice=advice)


class InvalidTarget(LookupFailed):
    """The text or number names neither a user nor a room."""

    def __init__(self, target: str, reason: str = "it is not a user name, page, or room id") -> None:
        super().__init__(
            repr(target),
            reason,
            advice="give a user name, @name, a tiktok.com page or share link, or a room id",
        )
        self.target = target


class UserNotFound(LookupFailed):
    """TikTok says that there is no such user, or that this user has never been live."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"@{username}",
            "there is no such user on TikTok",
            advice="check the spelling of the @name in TikTok",
        )
        self.username = username


class UserOffline(LookupFailed):
    """The user exists but is not live now."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"the live stream of @{username}",
            "this user is not live now",
            advice="try again later, or wait until the live stream starts (wait_until_live, --wait)",
        )
        self.username = username


class PrivateAccount(LookupFailed):
    """The account is private, so its page contains nothing. `session`: a session was given, and it did not help."""

    def __init__(self, username: str, *, session: bool = False) -> None:
        super().__init__(
            f"@{username}",
            "the account is private",
            advice=_session_advice("an account that may see it", given=session, otherwise=", or the room id"),
        )
        self.username = username
        self.session = session


class LiveEndedError(LookupFailed):
    """The room exists, but its live stream has ended."""

    def __init__(self, room_id: int) -> None:
        super().__init__(
            f"room {room_id}",
            "its live stream has ended",
            advice="look up the user again, since a new live stream has a new room id",
        )
        self.room_id = room_id


class AgeRestricted(LookupFailed):
    """The room is for adults, and TikTok gives no details of it without a login.

    `session`, in this class and the next ones: a session was given, and it did not help.
    """

    def __init__(self, subject: str, *, words: str = "", session: bool = False) -> None:
        advice = _session_advice("a logged-in adult account", given=session)
        super().__init__(subject, "it is age-restricted", words=words, advice=advice)
        self.session = session


class SubscribersOnly(LookupFailed):
    """Only subscribers of the host may watch."""

    def __init__(self, subject: str, *, words: str = "", session: bool = False) -> None:
        advice = _session_advice("a subscriber of the host", given=session)
        super().__init__(subject, "it is for subscribers of the host only", words=words, advice=advice)
        self.session = session


class FollowersOnly(LookupFailed):
    """Only followers or friends of the host may watch."""

    def __init__(self, subject: str, *, words: str = "", session: bool = False) -> None:
        advice = _session_advice("a follower or friend of the host", given=session)
        super().__init__(subject, "it is for followers or friends of the host only", words=words, advice=advice)
        self.session = session


class PaymentRequired(LookupFailed):
    """The live stream is a paid event."""

    def __init__(self, subject: str, *, words: str = "", session: bool = False) -> None:
        advice = _session_advice("an account that has paid for it", given=session)
        super().__init__(subject, "it is a paid event", words=words, advice=advice)
        self.session = session


class RegionRestricted(LookupFailed):
    """The live stream or the account cannot be seen from the country of this address."""

    def __init__(self, subject: str, *, words: str = "") -> None:
        advice = "use an address in another country (proxy=…)"
        super().__init__(subject, "it cannot be seen from the country of this address", words=words, advice=advice)


class AccountSuspended(LookupFailed):
    """TikTok has suspended the account."""

    def __init__(self, subject: str, *, words: str = "") -> None:
        advice = "open the page of the account in TikTok; it has no live streams while it is suspended"
        super().__init__(subject, "TikTok has suspended the account", words=words, advice=advice)


class LoginRequired(LookupFailed):
    """TikTok gives this only to logged-in accounts. `session`: a session was given, and it did not help.

    `signed`: a signed request may get it as well.
    """

    def __init__(self, subject: str, *, words: str = "", session: bool = False, signed: bool = False) -> None:
        other = ", or a UrlSigner (url_signer=…)" if signed else ""
        super().__init__(
            subject,
            "TikTok shows it to logged-in accounts only",
            words=words,
            advice=_session_advice("an account", given=session, otherwise=other),
        )
        self.session = session


class Blocked(TikcastError):
    """TikTok refused the request. `host` and `status`: those of the answer; `reason`: what it was."""

    def __init__(
        self,
        reason: str,
        *,
        host: str = "",
        status: int | None = None,
        advice: str = "wait some minutes, or use another address (proxy=…) or another identity",
    ) -> None:
        self.reason = reason
        self.host = host
        self.status = status
        where = f" at {host}" if host else ""
        super().__init__(f"TikTok blocked this client{where}: {reason}", advice=advice)


class Captcha(Blocked):
    """The page was a captcha or a browser challenge."""

    def __init__(self, reason: str = "it sends a captcha", *, host: str = "") -> None:
        super().__init__(
            reason,
            host=host,
            advice="wait some minutes, use another address, or give a session cookie",
        )


class DeviceBlocked(Blocked):
    """The WebSocket was refused with DEVICE_BLOCKED: a flagged cookie or a wrong User-Agent."""

    def __init__(self, reason: str = "DEVICE_BLOCKED", *, host: str = "", status: int | None = None) -> None:
        super().__init__(
            reason,
            host=host,
            status=status,
            advice="connect again with a fresh identity (a new ttwid cookie and User-Agent)",
        )


class IPBlocked(Blocked):
    """The address or its country is banned."""

    def __init__(self, reason: str = "the address is banned", *, host: str = "", status: int | None = None) -> None:
        super().__init__(reason, host=host, status=status, advice="use another address (proxy=…)")


class RateLimited(TikcastError):
    """Too many requests. `retry_after`: seconds from now, None when unknown.

    `scope` names the limit: "web", "webcast", "handshake", "signer", "signer minute",
    "signer hour", "signer day".
    """

    def __init__(self, retry_after: float | None = None, scope: str = "web") -> None:
        self.retry_after = retry_after
        self.scope = scope
        wait = "wait some minutes" if retry_after is None else f"wait {_seconds(retry_after)}"
        signer = scope.startswith("signer")
        super().__init__(
            f"Too many requests ({scope})",
            advice=f"{wait}, or give an api_key with a larger quota" if signer else wait,
        )


class NetworkError(TikcastError):
    """There was no usable answer from `host`: it is unreachable, or the answer was interrupted or cannot be read."""

    def __init__(
        self,
        host: str,
        reason: str,
        *,
        advice: str = "check the address, the network and the proxy settings",
    ) -> None:
        self.host = host
        self.reason = reason
        super().__init__(f"No usable answer from {host}: {reason}", advice=advice)


class NetworkTimeout(NetworkError, TimeoutError):
    """`host` did not answer within `seconds`."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(
            host,
            f"it took longer than {_seconds(seconds)}",
            advice="check the network, or raise the limit in Timeouts",
        )
        self.seconds = seconds


class NameNotResolved(NetworkError):
    """The name `host` has no address."""

    def __init__(self, host: str) -> None:
        super().__init__(
            host, "its name cannot be resolved", advice="check the name, and this machine's network and DNS"
        )


class TLSFailed(NetworkError):
    """There is no trusted TLS connection to `host`."""

    def __init__(self, host: str, reason: str = "the TLS connection failed") -> None:
        super().__init__(
            host, reason, advice="check the address and this machine's clock and certificates, or verify=PATH"
        )


class SignerError(TikcastError):
    """The signer gave no usable signature.

    `status`: its HTTP status, None for none. `retry_after`: the seconds to wait that it named, None for none.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        host: str = "",
        retry_after: float | None = None,
        advice: str = "try again, or connect without a signer (connect=('direct',))",
    ) -> None:
        self.reason = reason
        self.status = status
        self.host = host
        self.retry_after = retry_after
        name = f"The signer {host}" if host else "The signer"
        code = f" (status {status})" if status is not None else ""
        super().__init__(f"{name} gave no signature{code}: {reason}", advice=advice)


class ConnectFailed(TikcastError):
    """No method to connect to the room worked.

    `stage`: the furthest step that a method reached. `causes`: the error of each method, in the order in which they
    were tried. `attempts`: the (method, stage) of each cause, where they are known.
    """

    def __init__(
        self,
        stage: Stage,
        causes: Sequence[Exception],
        *,
        attempts: Sequence[tuple[str, Stage]] = (),
    ) -> None:
        self.stage: Stage = stage
        self.causes = tuple(causes)
        self.attempts = tuple(attempts)
        super().__init__(
            f"Could not connect to the room ({'; '.join(self._reports()) or f'at {stage}'})",
            advice=_first_advice(self.causes),
        )

    def _reports(self) -> list[str]:
        reports = [happening(cause) for cause in self.causes]
        if len(self.attempts) != len(reports):
            return reports
        pairs = zip(self.attempts, reports, strict=True)
        return [f"{method} failed at {stage}: {report}" for (method, stage), report in pairs]


class HandshakeRefused(TikcastError):
    """The WebSocket server refused the connection with `status` and the reason `message`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        host: str = "",
        advice: str = "use the other method to connect",
    ) -> None:
        self.status = status
        self.message = message
        self.code = code
        self.host = host
        where = f" {host}" if host else ""
        why = message or "no reason given"
        super().__init__(
            f"The WebSocket server{where} refused the connection with status {status} ({why})", advice=advice
        )

    def facts(self) -> dict[str, object]:
        """The attributes. `message` of the server is named `reason`, since `message` is the sentence in JSON."""
        facts = super().facts()
        return {"reason": facts.pop("message"), **facts}


class RecordingError(TikcastError):
    """Video could not be recorded."""

    def __init__(
        self,
        reason: str,
        *,
        path: str | None = None,
        advice: str = "start the download again, the events are not affected",
    ) -> None:
        self.reason = reason
        self.path = path
        where = f" to {path}" if path else ""
        super().__init__(f"Could not record{where}: {reason}", advice=advice)


class FFmpegNotFound(RecordingError):
    """Recording needs ffmpeg, which is missing. `only_hls`: the room has no FLV video, which would not need ffmpeg."""

    def __init__(self, name: str = "ffmpeg", *, only_hls: bool = False) -> None:
        needed = ", and the video of this live stream is available over HLS only" if only_hls else ""
        other = "" if only_hls else ", or record with format='flv'"
        super().__init__(
            f"{name} is not installed{needed}",
            advice=f"install ffmpeg, or pip install 'tikcast[record]'{other}",
        )
        self.name = name
        self.only_hls = only_hls


class StreamUrlNotFound(RecordingError):
    """The room has no video URL of the wanted quality."""

    def __init__(self, quality: str = "best", *, available: Sequence[str] = ()) -> None:
        others = f"choose one of {', '.join(available)}" if available else "wait for the video"
        super().__init__(f"the room has no video URL for quality {quality!r}", advice=others)
        self.quality = quality
        self.available = tuple(available)


class CaptureError(TikcastError):
    """A file of frames cannot be read from byte (or line) `offset` on; the part before it was read."""

    def __init__(self, path: str, reason: str, *, offset: int, advice: str, place: str = "byte") -> None:
        self.path = path
        self.reason = reason
        self.offset = offset
        self.place = place
        super().__init__(f"{path} cannot be read from {place} {offset} on: {reason}", advice=advice)


class ReportError(TikcastError):
    """The file `path` cannot be read as a report of `tikcast doctor`, for the reason `reason`."""

    def __init__(
        self, path: str, reason: str, *, advice: str = "give a file that `tikcast doctor --report FILE` has written"
    ) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"The report {path} cannot be read: {reason}", advice=advice)


class ConfigError(TikcastError, ValueError):
    """The option named `option` has a wrong value."""

    def __init__(self, reason: str, *, option: str = "", advice: str) -> None:
        self.reason = reason
        self.option = option
        super().__init__(f"Wrong option {option}: {reason}" if option else reason, advice=advice)


class MissingExtra(ConfigError):
    """`feature` needs packages of the extra `extra`."""

    def __init__(self, extra: str, feature: str) -> None:
        super().__init__(
            f"Packages that {feature} needs are not installed",
            advice=f"run: pip install 'tikcast[{extra}]'",
        )
        self.extra = extra
        self.feature = feature


class FeedExhausted(TikcastError):
    """The feed has no further page; `pages` were read."""

    def __init__(self, pages: int = 0) -> None:
        self.pages = pages
        super().__init__(f"The feed ended after {pages} pages", advice="start a new feed for other live streams")


def happening(error: BaseException) -> str:
    """The first half of the sentence of an error: what happened, without the advice."""
    if isinstance(error, TikcastError):
        return error.happened
    return str(error) or type(error).__name__


def _first_advice(causes: Sequence[Exception]) -> str:
    advice = (cause.advice for cause in causes if isinstance(cause, TikcastError))
    return next(advice, "try again")
