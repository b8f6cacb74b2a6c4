"""The body that carries messages, in a push frame or as a signer's bare answer."""

from __future__ import annotations

import msgspec
from google.protobuf.message import DecodeError

from tikcast._proto import fast
from tikcast._wire import salvage
from tikcast._wire.wire import BrokenWireError, fields

_ROUTE = {fast.WebcastResponse.DESCRIPTOR.fields_by_name[name].number for name in ("push_server", "route_params_map")}


class ResponseHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a signer's answer says about the connection to make; `messages` is how many it holds."""

    push_server: str
    route_params: dict[str, str]
    cursor: str
    internal_ext: bytes
    heart_beat_duration: int
    messages: int


def read_response(data: bytes | bytearray) -> tuple[fast.WebcastResponse, str]:
    """The parsed response, and what is wrong with it ("" when nothing is).

    Messages beside a broken one are kept. Raises ValueError when nothing can be read.
    """
    try:
        return fast.WebcastResponse.FromString(data), ""
    except DecodeError as error:
        kept, notes = salvage.repair("WebcastResponse", data)
        if not kept:
            raise ValueError(f"not a response: {error}") from error
        return fast.WebcastResponse.FromString(kept), "; ".join(notes) or str(error)


def parse_response(data: bytes | bytearray) -> ResponseHead:
    """The head of a bare response; ValueError when the bytes are none."""
    response, _ = read_response(data)
    return ResponseHead(
        push_server=response.push_server,
        route_params=dict(response.route_params_map),
        cursor=response.cursor,
        internal_ext=response.internal_ext,
        heart_beat_duration=response.heart_beat_duration,
        messages=len(response.messages),
    )


def without_route(data: bytes) -> bytes:
    """A response without the push server and the signature that opens it: all else stays as it was.

    What stands behind a broken field is left out, since a signature could be in it.
    """
    kept = bytearray()
    try:
        for field in fields(data):
            if field.number not in _ROUTE:
                kept += data[field.start : field.end]
    except BrokenWireError:
        pass
    return bytes(kept)
