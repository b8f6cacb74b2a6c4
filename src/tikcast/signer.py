"""The interface of signers, for `TikTok(signer=…)`.

A signer is any object with the coroutine function `fetch` of `Signer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["SignRequest", "SignedFetch", "Signer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignRequest:
    """What to sign. `cursor`: where an earlier connection to the room stopped, "" for none.

    `session` holds the login cookies, only with `send_session_to_signer=True`; else it is empty.
    """

    room_id: int
    user_agent: str
    username: str | None = None
    cursor: str = ""
    session: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedFetch:
    """The answer of a signer. `response`: the bytes of TikTok's `WebcastResponse`, which names the push server.

    `cookies` are sent when the WebSocket is opened. `user_agent` is sent there instead of the client's own when
    the signature needs it.
    """

    response: bytes = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    user_agent: str | None = None


class Signer(Protocol):
    """A service that signs the WebSocket address of a room."""

    async def fetch(self, request: SignRequest) -> SignedFetch:
        """Sign for one room. Raises `SignerError`, or `RateLimited` with the seconds to wait."""
        ...
