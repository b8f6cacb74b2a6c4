"""The signatures that the signer issued: each for one room or URL and a short time, with a quota a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tikcast.simulator.chance import seeded_number

_MINUTE_MS: Final = 60_000
_IN_URL: Final = "_signature"
URL_PREFIX: Final = "_02B4Z6wo"
"""What stands before the signature of a URL."""

ADDED: Final = ("msToken", "X-Bogus", _IN_URL)
"""The parameters that the signer adds to a URL that it signs."""


class _Target(NamedTuple):
    """What was signed: a path and its parameters, on any host."""

    path: str
    query: tuple[tuple[str, str], ...]


class _Issued(NamedTuple):
    room_id: int
    at_ms: int
    session: str
    target: _Target | None = None


_NEVER: Final = _Issued(0, 0, "")


class Signatures:
    """The valid signatures. `lifetime` is in seconds."""

    def __init__(self, *, seed: int, lifetime: float, a_minute: int) -> None:
        self.a_minute = a_minute
        self._seed = seed
        self._lifetime_ms = lifetime * 1000
        self._issued: dict[str, _Issued] = {}
        self._count = 0
        self._minute = 0
        self._in_minute = 0

    def issue(self, room_id: int, now_ms: int, *, session: str = "") -> str | None:
        """A new signature for a room, valid only with that session if there is one; None when the quota is used up."""
        return self._issue(_Issued(room_id, now_ms, session))

    def issue_url(self, url: str, now_ms: int, *, session: str = "") -> str | None:
        """The same for a URL: the value of the parameter that holds its signature."""
        parts = urlsplit(url)
        target = _target(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
        signature = self._issue(_Issued(0, now_ms, session, target))
        return None if signature is None else URL_PREFIX + signature

    def holds(self, signature: str, *, room_id: int, session: str, now_ms: int) -> bool:
        """Whether it is valid for that room and session."""
        issued = self._issued.get(signature, _NEVER)
        return issued.room_id == room_id and self._is_valid(issued, session=session, now_ms=now_ms)

    def holds_url(self, path: str, query: Mapping[str, str], *, session: str, now_ms: int) -> bool:
        """Whether a request has a valid signature for just its path and its parameters, and for that session."""
        issued = self._issued.get(query.get(_IN_URL, "").removeprefix(URL_PREFIX), _NEVER)
        return issued.target == _target(path, query) and self._is_valid(issued, session=session, now_ms=now_ms)

    def expire(self, signature: str) -> None:
        """Make a signature invalid."""
        self._issued.pop(signature, None)

    def remaining(self, now_ms: int) -> int:
        """How many more can be issued in this minute."""
        if now_ms // _MINUTE_MS != self._minute:
            self._minute, self._in_minute = now_ms // _MINUTE_MS, 0
        return max(0, self.a_minute - self._in_minute)

    def resets_at_ms(self, now_ms: int) -> int:
        """When the quota begins anew."""
        return (now_ms // _MINUTE_MS + 1) * _MINUTE_MS

    def _issue(self, issued: _Issued) -> str | None:
        if not self.remaining(issued.at_ms):
            return None
        self._in_minute += 1
        self._count += 1
        self._remove_expired(issued.at_ms)
        signature = f"{seeded_number(self._seed, 'signature', self._count):016x}"
        self._issued[signature] = issued
        return signature

    def _is_valid(self, issued: _Issued, *, session: str, now_ms: int) -> bool:
        return issued.session in {"", session} and now_ms - issued.at_ms <= self._lifetime_ms

    def _remove_expired(self, now_ms: int) -> None:
        while self._issued:
            oldest = next(iter(self._issued))
            if now_ms - self._issued[oldest].at_ms <= self._lifetime_ms:
                break
            del self._issued[oldest]


def _target(path: str, query: Mapping[str, str]) -> _Target:
    return _Target(path.rstrip("/"), tuple(sorted((name, query[name]) for name in query if name not in ADDED)))
