"""The signatures that the signer issued: each for one room and a short time, with a quota a minute."""

from __future__ import annotations

from typing import Final

from tikcast.simulator.chance import seeded_number

_MINUTE_MS: Final = 60_000


class Signatures:
    """The valid signatures. `lifetime` is in seconds."""

    def __init__(self, *, seed: int, lifetime: float, a_minute: int) -> None:
        self.a_minute = a_minute
        self._seed = seed
        self._lifetime_ms = lifetime * 1000
        self._issued: dict[str, tuple[int, int, str]] = {}
        self._count = 0
        self._minute = 0
        self._in_minute = 0

    def issue(self, room_id: int, now_ms: int, *, session: str = "") -> str | None:
        """A new signature for a room, valid only with that session if there is one; None when the quota is used up."""
        if not self.remaining(now_ms):
            return None
        self._in_minute += 1
        self._count += 1
        self._remove_expired(now_ms)
        signature = f"{seeded_number(self._seed, 'signature', self._count):016x}"
        self._issued[signature] = (room_id, now_ms, session)
        return signature

    def holds(self, signature: str, *, room_id: int, session: str, now_ms: int) -> bool:
        """Whether it is valid for that room and session."""
        signed_room, issued_ms, signed_session = self._issued.get(signature, (0, 0, ""))
        matches = signed_room == room_id and signed_session in {"", session}
        return matches and now_ms - issued_ms <= self._lifetime_ms

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

    def _remove_expired(self, now_ms: int) -> None:
        while self._issued:
            oldest = next(iter(self._issued))
            if now_ms - self._issued[oldest][1] <= self._lifetime_ms:
                break
            del self._issued[oldest]
