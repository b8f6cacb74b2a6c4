"""Real proxies on loopback that record their requests, and TLS in front of a server."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import quote

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

USER, PASSWORD = "us er", "p@ss:w/rd%1"
"""The login of the proxies; it contains only characters that must be escaped in a URL."""


@dataclass
class Proxy:
    """Connects every client to the port `target` on loopback, for any host name.

    `asked`: the requested hosts and ports, `requests`: the forwarded requests that are not encrypted,
    `refused`: the number of requests with a wrong login.
    """

    target: int
    scheme: str = ""
    port: int = 0
    refused: int = 0
    asked: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.url_for(USER, PASSWORD)

    def url_for(self, user: str, password: str) -> str:
        return f"{self.scheme}://{quote(user, safe='')}:{quote(password, safe='')}@localhost:{self.port}"

    def paths(self) -> list[str]:
        """The paths of the forwarded requests."""
        return [data.split(b" ")[1].partition(b"?")[0].decode() for data in self.requests]


@asynccontextmanager
async def http_proxy(target: int, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Proxy]:
    """An HTTP proxy with a login: it forwards requests, and opens tunnels for CONNECT."""
    proxy = Proxy(target, "https" if tls else "http")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *headers = head.removesuffix("\r\n\r\n").split("\r\n")
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"Proxy-Authorization: Basic {login}" not in headers:
            proxy.refused += 1
            writer.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return
        method, where, version = line.split(" ")
        if method == "CONNECT":
            proxy.asked.append(where)
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await relay(reader, writer, proxy)
            return
        host, _, path = where.removeprefix("http://").partition("/")
        proxy.asked.append(host)
        kept = [header for header in headers if not header.lower().startswith(("proxy-", "connection:"))]
        request = "\r\n".join([f"{method} /{path} {version}", *kept, "Connection: close"]) + "\r\n\r\n"
        await relay(reader, writer, proxy, first=request.encode("latin-1"))

    async with serving(handle, tls=tls) as proxy.port:
        yield proxy


@asynccontextmanager
async def socks_proxy(target: int, *, scheme: str = "socks5h") -> AsyncIterator[Proxy]:
    """A SOCKS5 proxy (RFC 1928) with a login (RFC 1929)."""
    proxy = Proxy(target, scheme)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        if 2 not in await reader.readexactly(count):
            writer.write(b"\x05\xff")
            return
        writer.write(b"\x05\x02")
        await reader.readexactly(1)
        login = [await reader.readexactly((await reader.readexactly(1))[0]) for _ in range(2)]
        if login != [USER.encode(), PASSWORD.encode()]:
            proxy.refused += 1
            writer.write(b"\x01\x01")
            return
        writer.write(b"\x01\x00")
        proxy.asked.append(await _socks_address(reader))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await relay(reader, writer, proxy)

    async with serving(handle) as proxy.port:
        yield proxy


async def _socks_address(reader: asyncio.StreamReader) -> str:
    kind = (await reader.readexactly(4))[3]
    length = (await reader.readexactly(1))[0] if kind == 3 else {1: 4, 4: 16}[kind]
    host = await reader.readexactly(length)
    port = int.from_bytes(await reader.readexactly(2), "big")
    return f"{host.decode() if kind == 3 else ip_address(host)}:{port}"


@asynccontextmanager
async def tls_front(target: int, context: ssl.SSLContext) -> AsyncIterator[int]:
    """TLS in front of the server at `target`; yields its port."""
    front = Proxy(target)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await relay(reader, writer, front)

    async with serving(handle, tls=context) as port:
        yield port


async def relay(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: Proxy, *, first: bytes = b""
) -> None:
    """Forward bytes in both directions until one side ends."""
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", proxy.target)
    try:
        _note(first, proxy)
        far_writer.write(first)
        await asyncio.gather(_pump(reader, far_writer, proxy), _pump(far_reader, writer))
    finally:
        await _close(far_writer)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, proxy: Proxy | None = None) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            if proxy is not None:
                _note(data, proxy)
            sink.write(data)
            await sink.drain()
    sink.close()


def _note(data: bytes, proxy: Proxy) -> None:
    if data.startswith(b"GET "):
        proxy.requests.append(data)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def serving(handler: Handler, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on loopback that closes each connection after `handler`; yields its port."""
    running: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, OSError):
                await handler(reader, writer)
        finally:
            await _close(writer)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(handle(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    async with await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
