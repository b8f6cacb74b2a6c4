"""HTTP/1.1, RFC 6455 and protobuf by hand: clients that share no code with what they talk to."""

import asyncio
import base64
import gzip
import hashlib
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = base64.b64encode(hashlib.sha1(f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
PATIENCE = 60.0

Value = int | bytes | str


@dataclass
class HttpAnswer:
    """A status line, headers (lower case, in order) and a body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")


@dataclass
class Push:
    """A push frame as read from the wire."""

    payload_type: str
    payload_encoding: str
    log_id: int
    headers: dict[str, str]
    payload: bytes


@dataclass
class Reply:
    """The response in a push frame."""

    messages: list[tuple[str, int, bytes]] = field(default_factory=list)
    cursor: str = ""
    internal_ext: bytes = b""
    push_server: str = ""
    route_params: dict[str, str] = field(default_factory=dict)
    heart_beat_duration: int = 0
    needs_ack: bool = False
    is_first: bool = False


async def http(url: str, head: str, *, body: str = "") -> HttpAnswer:
    """Send a request as it stands and read one answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    length = f"\nContent-Length: {len(body.encode())}" if body else ""
    try:
        writer.write(_crlf(head.replace("{host}", parts.netloc).strip() + length) + body.encode())
        async with asyncio.timeout(PATIENCE):
            answer = await _read_head(reader)
            length = answer.header("content-length")
            assert length, "an answer of HTTP/1.1 says how long it is"
            answer.body = await reader.readexactly(int(length))
    finally:
        writer.close()
    return answer


class RawSocket:
    """One WebSocket: masked frames out, whole messages in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: HttpAnswer) -> None:
        self.answer = answer
        self.pongs: list[bytes] = []
        self._reader = reader
        self._writer = writer

    @classmethod
    async def upgrade(cls, url: str, head: str) -> Self:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(_crlf(head.replace("{host}", parts.netloc).replace("{key}", KEY)))
        async with asyncio.timeout(PATIENCE):
            answer = await _read_head(reader)
            if answer.status != 101:
                answer.body = await reader.readexactly(int(answer.header("content-length") or 0))
        return cls(reader, writer, answer)

    def send(self, data: bytes, *, opcode: int = 2) -> None:
        size = bytes([0x80 | len(data)]) if len(data) < 126 else struct.pack("!BH", 0x80 | 126, len(data))
        mask = b"\x37\xfa\x21\x3d"
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        self._writer.write(bytes([0x80 | opcode]) + size + mask + masked)

    async def messages(self) -> AsyncIterator[bytes]:
        """Binary messages until the close frame, which is answered; `close_code` is then known."""
        while True:
            async with asyncio.timeout(PATIENCE):
                opcode, data = await self._frame()
            if opcode == 2:
                yield data
            elif opcode == 10:
                self.pongs.append(data)
            elif opcode == 8:
                self.close_code = struct.unpack("!H", data[:2])[0] if data else 1005
                self.send(data[:2], opcode=8)
                return
            else:
                raise AssertionError(f"opcode {opcode}")

    async def close(self) -> int:
        """Close as a client does; return the code that the server answers."""
        self.send(struct.pack("!H", 1000), opcode=8)
        async for _ in self.messages():
            pass
        return self.close_code

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self._reader.readexactly(2)
        assert first & 0x80, "a whole message in one frame"
        assert not first & 0x70, "no extension was agreed on"
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return first & 0x0F, await self._reader.readexactly(size)

    async def aclose(self) -> None:
        self._writer.close()


@asynccontextmanager
async def websocket(url: str, head: str) -> AsyncIterator[RawSocket]:
    socket = await RawSocket.upgrade(url, head)
    try:
        yield socket
    finally:
        await socket.aclose()


def pb(*fields: tuple[int, Value]) -> bytes:
    """A protobuf message, field by field."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def read(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value, at = _varint(data, at)
        if key & 7 == 2:
            yield key >> 3, data[at : at + value]
            at += value
        else:
            assert key & 7 == 0
            yield key >> 3, value


def push(data: bytes) -> Push:
    """Read a push frame."""
    found = Push("", "", 0, {}, b"")
    for number, value in read(data):
        if number == 2:
            found.log_id = int(value)
        elif number == 5:
            found.headers.update([_entry(value)])
        elif number == 6:
            found.payload_encoding = _text(value)
        elif number == 7:
            found.payload_type = _text(value)
        elif number == 8:
            assert isinstance(value, bytes)
            found.payload = value
    return found


def reply(payload: bytes) -> Reply:
    """Read a response, gzip'd or not, told by its first bytes."""
    found = Reply()
    for number, value in read(gzip.decompress(payload) if payload[:2] == b"\x1f\x8b" else payload):
        if number == 1:
            found.messages.append(_message(value))
        elif number == 2:
            found.cursor = _text(value)
        elif number == 5:
            assert isinstance(value, bytes)
            found.internal_ext = value
        elif number == 7:
            found.route_params.update([_entry(value)])
        elif number == 8:
            found.heart_beat_duration = int(value)
        elif number == 9:
            found.needs_ack = bool(value)
        elif number == 10:
            found.push_server = _text(value)
        elif number == 11:
            found.is_first = bool(value)
    return found


def control_action(message: tuple[str, int, bytes]) -> int:
    """The action of a control message, 0 for every other."""
    method, _, payload = message
    values = dict(read(payload)) if method == "WebcastControlMessage" else {}
    return int(values.get(2, 0))


def _message(value: int | bytes) -> tuple[str, int, bytes]:
    assert isinstance(value, bytes)
    parts = dict(read(value))
    payload = parts[2]
    assert isinstance(payload, bytes)
    return _text(parts[1]), int(parts[3]), payload


def _entry(value: int | bytes) -> tuple[str, str]:
    assert isinstance(value, bytes)
    parts = dict(read(value))
    return _text(parts[1]), _text(parts[2])


def _text(value: int | bytes) -> str:
    assert isinstance(value, bytes)
    return value.decode()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _crlf(head: str) -> bytes:
    return head.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n"


async def _read_head(reader: asyncio.StreamReader) -> HttpAnswer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *lines = head.strip().split("\r\n")
    assert status.startswith("HTTP/1.1 ")
    headers = [(key.strip().lower(), value.strip()) for key, _, value in (line.partition(":") for line in lines)]
    return HttpAnswer(int(status.split(" ")[1]), headers)


def upgrade(room: int) -> str:
    """What a browser asks to open the WebSocket of a room without a signature."""
    return f"""
GET /webcast/im/push/v2/?aid=1988&ws_direct=1&room_id={room} HTTP/1.1
Host: {{host}}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: {{key}}
Sec-WebSocket-Version: 13
Cookie: ttwid=1
User-Agent: Mozilla/5.0 (X11; Linux x86_64)
"""
