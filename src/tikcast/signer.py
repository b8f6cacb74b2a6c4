"""The interfaces of signers, for `TikTok(signer=…)` and `TikTok(url_signer=…)`.

A signer is any object with the coroutine function `fetch` of `Signer`. What signs the addresses of requests, for
`TikTok(url_signer=…)`, is any object with the coroutine function `sign_url` of `UrlSigner`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["SignRequest", "SignedFetch", "Signer", "UrlSigner"]


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


class UrlSigner(Protocol):
    """A service that signs addresses as TikTok's web player does, for people who run one of their own.

    It gets the address of the WebSocket of the direct method (`wss://…`), and those of `room/info` and `feed`, which
    TikTok does not answer to everybody without a signature.
    """

    async def sign_url(self, url: str, *, user_agent: str) -> str:
        """Return `url` with the parameters of the signature, for a browser with this `user_agent`.

        Host and path must stay as they are. Raises `SignerError`; any other exception becomes one.
        """
        ...
