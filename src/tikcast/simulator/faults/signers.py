"""Faults of the signer: it refuses, has other addresses, or its answer cannot be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.faults.hooks import REQUEST, RequestContext
from tikcast.simulator.faults.parameters import number, one_of
from tikcast.simulator.faults.parameters import text as words
from tikcast.simulator.web.requests import WebAnswer, json_answer, mint_ttwid, set_ttwid, without_header

STUB_SIZE: Final = 272
"""Bytes of the answer of a signer that has nothing to offer."""

_STUB_SERVER: Final = "wss://ws-fallback.eulerstream.com/?token="

_NEWER_SIGNER: Final = re.compile(r"/webcast/rooms/|/accounts/me/")

_SIGNER_MESSAGES: Final = {
    401: "The provided API Key is invalid.",
    402: "This endpoint is not part of your plan.",
    403: "This ISP is blocked from accessing the signature service.",
    420: "Enhance your calm.",
    429: "Too many connections started, try again later.",
    500: "Empty response payload received! Detected by TikTok.",
    503: "API is not ready for connections yet.",
}


@REQUEST.fault(
    "signer_refused",
    "the signer refuses, with the words that go with the status",
    place="signer",
    status=one_of("the status", 429, 401, 402, 403, 420, 500, 503),
    retry_after=number("seconds until 429 and 420 are over; 0 does not say", 30, most=86_400),
    limit=one_of("which limit 429 names", "minute", "hour", "day"),
)
def signer_refused(context: RequestContext, *, status: int, retry_after: int, limit: str) -> WebAnswer:
    """Refuse to sign."""
    content: dict[str, object] = {"code": status, "message": _SIGNER_MESSAGES[status]}
    headers = {}
    if status in {420, 429} and retry_after:
        resets_at = context.now_ms // 1000 + retry_after
        after = str(retry_after)
        headers = {"Retry-After": after, "RateLimit-Reset": after, "X-RateLimit-Reset": str(resets_at)}
    if status == 429:
        content["limit_label"] = f"rate_limit_account_{limit}"
    return json_answer(content, status=status, headers=headers)


@REQUEST.fault("signer_stub", "a stub of 272 bytes that names a push server which never opens", place="signer")
def signer_stub(context: RequestContext) -> WebAnswer:
    """Answer with a push server that does not work, in the size that real signers send."""
    made = schema.WebcastResponse(push_server=_STUB_SERVER)
    # The length of a text of 128 bytes or more takes two bytes, that of a shorter one takes one.
    room = STUB_SIZE - made.ByteSize() - 1
    made.push_server += letters(seeded_random("stub", context.now_ms), size=room, among="0123456789abcdef")
    ttwid = mint_ttwid("stub", context.now_ms, at_ms=context.now_ms)
    headers = {"X-Set-TT-Cookie": set_ttwid(ttwid), "X-Room-Id": str(context.room_id)}
    return WebAnswer(content_type="application/protobuf", headers=headers, body=made.SerializeToString())


@REQUEST.fault("signer_no_cookie", "the answer has no X-Set-TT-Cookie", place="signer")
def signer_no_cookie(context: RequestContext) -> WebAnswer:
    """Leave the cookie out."""
    answer = context.answer()
    return _unusable(answer, headers=without_header(answer.headers, "x-set-tt-cookie"))


@REQUEST.fault(
    "new_signer_api", "only the newer addresses of the signer answer, the older ones 404", place="signer_api"
)
def new_signer_api(context: RequestContext) -> WebAnswer:
    """Answer the newer addresses, where `unique_id` is for enterprise accounts alone."""
    if not _NEWER_SIGNER.search(context.request.path):
        return _no_such_address()
    if context.request.query.get("unique_id"):
        message = "The parameter unique_id is only available to enterprise accounts."
        return json_answer({"code": 402, "message": message}, status=402)
    return context.answer()


@REQUEST.fault(
    "old_signer_api", "only the older addresses of the signer answer, the newer ones 404", place="signer_api"
)
def old_signer_api(context: RequestContext) -> WebAnswer:
    """Answer the older addresses."""
    return _no_such_address() if _NEWER_SIGNER.search(context.request.path) else context.answer()


@REQUEST.fault("expired_signature", "the signature has expired before it is used", place="signer")
def expired_signature(context: RequestContext) -> WebAnswer:
    """Sign, and let the signature expire at once."""
    answer = context.answer()
    context.signatures.expire(answer.headers.get("X-Request-Id", ""))
    return _unusable(answer)


@REQUEST.fault(
    "dns_failure",
    "the push server's name cannot be resolved",
    place="signer",
    host=words("the name; one under .invalid reaches clients with an endpoint too", "push.invalid", most=253),
)
def dns_failure(context: RequestContext, *, host: str) -> WebAnswer:
    """Name a push server that does not exist."""
    return _with_push_server(context.answer(), f"wss://{host}/webcast/im/push/v2/")


@REQUEST.fault("tls_failure", "the push server is said to speak TLS, and does not", place="signer")
def tls_failure(context: RequestContext) -> WebAnswer:
    """Name this server, with a scheme that it does not speak."""
    return _with_push_server(context.answer(), f"wss://{context.request.authority}/webcast/im/push/v2/")


def _no_such_address() -> WebAnswer:
    return json_answer({"code": 404, "message": "Not Found"}, status=404)


def _with_push_server(answer: WebAnswer, server: str) -> WebAnswer:
    """The signer's answer with another push server in it; a refusal stays one."""
    if answer.status != 200:
        return answer
    made = schema.WebcastResponse.FromString(answer.body)
    made.push_server = server
    return _unusable(answer, body=made.SerializeToString())


def _unusable(answer: WebAnswer, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> WebAnswer:
    """An answer with which no client can connect: its messages do not count as sent."""
    kept = WebAnswer(status=answer.status, content_type=answer.content_type)
    headers = answer.headers if headers is None else headers
    return replace(kept, headers=headers, body=answer.body if body is None else body)
