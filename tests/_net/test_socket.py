"""The WebSocket of a room, against a real server."""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from tests._net.conftest import MakeNetwork
from tests._net.site import Reply, Site, open_site, raw_server, saying, silent_server
from tikcast._net.network import Network
from tikcast._net.socket import RoomSocket, SocketClosed, open_socket
from tikcast.errors import HandshakeRefused, NetworkError, NetworkTimeout
from tikcast.options import Limits, Timeouts


async def opened(site: Site, network: Network, **options: str) -> RoomSocket:
    return await open_socket(site.ws_url, network.settings, cookies={"ttwid": "1|a"}, **options)


async def answered(socket: RoomSocket) -> tuple[list[bytes], SocketClosed]:
    """All frames of a connection, each answered when it is received, and the end of the connection."""
    frames = []
    try:
        while True:
            frames.append(await socket.recv())
            await socket.send(b"ack")
    except SocketClosed as end:
        return frames, end


async def test_the_upgrade_shows_the_same_browser_as_http_does(site: Site, network: Network) -> None:
    socket = await opened(site, network)
    headers = site.seen[0].headers
    browser = network.settings.browser
    assert headers["User-Agent"] == browser.user_agent
    assert headers["Accept-Language"] == browser.accept_language
    assert headers["Origin"] == "https://www.tiktok.com"
    assert headers["Referer"] == "https://www.tiktok.com/"
    assert headers["Cookie"] == "ttwid=1|a"
    assert not {"Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"} & set(headers)
    await socket.close()


async def test_a_subprotocol_is_offered_when_asked_for(site: Site, network: Network) -> None:
    socket = await opened(site, network, subprotocol="echo-protocol", user_agent="Other/1")
    assert site.seen[0].headers["Sec-WebSocket-Protocol"] == "echo-protocol"
    assert site.seen[0].headers["User-Agent"] == "Other/1"
    await socket.close()


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ("ping-interval=10; ping-timeout=60", 10.0),
        ("Ping-Interval=7", 7.0),
        ("ping-interval=0", None),
        ("ping-interval=9999999", None),
        ("ping-interval=nan", None),
        ("", None),
    ],
)
async def test_the_server_may_ask_for_its_heartbeat_interval(
    site: Site, network: Network, options: str, seconds: float | None
) -> None:
    site.upgrade_headers = {"Handshake-Options": options} if options else {}
    socket = await opened(site, network)
    assert socket.heartbeat_interval == seconds
    await socket.close()


async def test_frames_are_sent_and_received_and_texts_are_ignored_and_counted(site: Site, network: Network) -> None:
    async def echo(connection: ServerConnection) -> None:
        await connection.send("a text")
        await connection.send(await connection.recv())
        await connection.wait_closed()

    site.talk = echo
    socket = await opened(site, network)
    await socket.send(b"\x01\x02")
    assert await socket.recv() == b"\x01\x02"
    assert socket.skipped_texts == 1
    await socket.close()


async def test_frames_before_a_close_are_all_delivered_while_each_is_answered(site: Site, network: Network) -> None:
    async def burst(connection: ServerConnection) -> None:
        for number in range(50):
            await connection.send(bytes([number]))
        await connection.close(4001, "over")

    site.talk = burst
    socket = await opened(site, network)
    frames, end = await answered(socket)
    assert frames == [bytes([number]) for number in range(50)]
    assert (end.code, end.reason) == (4001, "over")
    with pytest.raises(SocketClosed):
        await socket.send(b"more")
    with pytest.raises(SocketClosed):
        await socket.recv()


def test_a_reason_for_closing_stays_on_its_line() -> None:
    end = SocketClosed(4001, "over\n12:00 ERROR\x1b[31m forged")
    assert str(end) == "the WebSocket closed with code 4001 (over 12:00 ERROR [31m forged)"


async def test_frames_before_a_lost_connection_are_delivered_too(site: Site, network: Network) -> None:
    async def break_off(connection: ServerConnection) -> None:
        for number in range(20):
            await connection.send(bytes([number]))
        connection.transport.abort()

    site.talk = break_off
    socket = await opened(site, network)
    frames, end = await answered(socket)
    assert frames == [bytes([number]) for number in range(20)]
    assert end.code == 1006


async def test_a_frame_beyond_the_limit_ends_the_connection(site: Site, make_network: MakeNetwork) -> None:
    async def shout(connection: ServerConnection) -> None:
        await connection.send(bytes(2000))
        await connection.wait_closed()

    site.talk = shout
    socket = await opened(site, make_network(limits=Limits(frame=1000)))
    with pytest.raises(SocketClosed) as caught:
        await socket.recv()
    assert caught.value.code == 1009


async def test_closing_is_limited_in_time_and_allowed_twice(site: Site, make_network: MakeNetwork) -> None:
    """The server neither reads nor answers the closing handshake, and its frames fill the queue."""
    release = asyncio.Event()

    async def flood(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        for _ in range(100):
            await connection.send(bytes(10_000))
        await release.wait()

    site.talk = flood
    socket = await opened(site, make_network(limits=Limits(frames=4)))
    await socket.recv()
    async with asyncio.timeout(60):
        await socket.close()
        await socket.close()
    release.set()
    with pytest.raises(SocketClosed):
        await socket.send(b"x")
    with pytest.raises(SocketClosed):
        while True:
            await socket.recv()


async def test_without_the_closing_handshake_the_connection_is_closed_at_once(
    site: Site, make_network: MakeNetwork
) -> None:
    async def say_nothing(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await connection.wait_closed()

    site.talk = say_nothing
    socket = await opened(site, make_network(timeouts=Timeouts(close=3600.0)))
    async with asyncio.timeout(60):
        await socket.close(graceful=False)
        with pytest.raises(SocketClosed):
            await socket.recv()
        with pytest.raises(SocketClosed):
            await socket.send(b"x")


async def test_closing_wakes_a_waiting_receiver(site: Site, network: Network) -> None:
    socket = await opened(site, network)
    receiving = asyncio.create_task(socket.recv())
    await asyncio.sleep(0)
    await socket.close()
    with pytest.raises(SocketClosed):
        await receiving


async def test_a_cancelled_receive_loses_no_frame(site: Site, network: Network) -> None:
    go = asyncio.Event()

    async def later(connection: ServerConnection) -> None:
        await go.wait()
        await connection.send(b"frame")
        await connection.wait_closed()

    site.talk = later
    socket = await opened(site, network)
    receiving = asyncio.create_task(socket.recv())
    await asyncio.sleep(0)
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    go.set()
    assert await socket.recv() == b"frame"
    await socket.close()


async def test_a_redirected_upgrade_is_not_followed(site: Site, network: Network) -> None:
    async with open_site() as stranger:
        site.refusal = Reply("", 302, [("Location", stranger.ws_url)])
        with pytest.raises(HandshakeRefused, match="refused the connection with status 302"):
            await opened(site, network)
        assert stranger.seen == []


async def test_a_server_that_never_answers_the_upgrade_times_out(
    make_network: MakeNetwork,
) -> None:
    settings = make_network(timeouts=Timeouts(handshake=0.2)).settings
    async with silent_server() as (port, _):
        with pytest.raises(NetworkTimeout):
            await open_socket(f"ws://127.0.0.1:{port}/", settings, cookies={})


async def test_the_log_never_shows_cookies(site: Site, network: Network, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    socket = await open_socket(site.ws_url, network.settings, cookies={"sessionid": "s3cret"})
    await socket.close()
    assert site.seen[0].cookies == {"sessionid": "s3cret"}
    assert "s3cret" not in caplog.text


async def test_certificates_are_verified(make_network: MakeNetwork, tmp_path: Path) -> None:
    ca = trustme.CA()
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    async with serve(lambda c: c.wait_closed(), "127.0.0.1", 0, ssl=context) as server:
        url = f"wss://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        with pytest.raises(NetworkError, match="its certificate is not trusted"):
            await open_socket(url, make_network().settings, cookies={})
        for verify in (str(path), False):
            settings = make_network(verify=verify).settings
            await (await open_socket(url, settings, cookies={})).close()


async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int) -> None:
    """A SOCKS5 proxy that requires user `u` with password `p`, and always connects to `port`."""
    count = (await reader.readexactly(2))[1]
    await reader.readexactly(count)
    writer.write(b"\x05\x02")
    assert await reader.readexactly(5) == b"\x01\x01u\x01p"
    writer.write(b"\x01\x00")
    kind = (await reader.readexactly(4))[3]
    length = (await reader.readexactly(1))[0] if kind == 3 else 3
    await reader.readexactly(length + 2)
    writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
    await relay(reader, writer, port=port)


async def connect_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int) -> None:
    """An HTTP proxy that requires the same credentials."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"Proxy-Authorization: Basic dTpw" in head
    writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
    await relay(reader, writer, port=port)


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
        sink.close()

    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


@pytest.mark.parametrize(("scheme", "proxy"), [("socks5h", socks5), ("http", connect_proxy)])
@pytest.mark.parametrize("given", ["option", "environment"])
async def test_the_socket_goes_through_proxies(
    site: Site, make_network: MakeNetwork, scheme: str, proxy: object, given: str
) -> None:
    used: list[int] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        used.append(1)
        await proxy(reader, writer, port=site.port)  # type: ignore[operator]

    async with raw_server(handle) as port:
        url = f"{scheme}://u:p@127.0.0.1:{port}"
        network = make_network(ws_proxy=url) if given == "option" else make_network(environment={"ALL_PROXY": url})
        socket = await open_socket("ws://tiktok.invalid/x", network.settings, cookies={})
        await socket.close()
    assert used == [1]


async def test_a_refusing_proxy_is_named_as_the_cause(make_network: MakeNetwork) -> None:
    async with raw_server(saying(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")) as port:
        network = make_network(ws_proxy=f"http://u:pa55@127.0.0.1:{port}")
        with pytest.raises(NetworkError, match="the proxy refused") as caught:
            await open_socket("ws://tiktok.invalid/x", network.settings, cookies={})
    assert "pa55" not in str(caught.value)
