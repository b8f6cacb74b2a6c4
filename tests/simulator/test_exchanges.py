"""Other people's clients, byte for byte over raw sockets, from finding the room to the end of the live."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote

import pytest

from tests.simulator.raw import (
    ACCEPT,
    Push,
    RawSocket,
    Reply,
    control_action,
    http,
    pb,
    push,
    reply,
    websocket,
)
from tikcast.simulator import Simulator, Strictness

BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
DEFLATE = "permessage-deflate; client_max_window_bits"
SCREEN = (
    "device_platform=web&cookie_enabled=true&screen_width=1920&screen_height=1080&browser_language=en-US"
    "&browser_platform=Win32&browser_name=Mozilla&browser_online=true&tz_name=Europe%2FBerlin&app_name=tiktok_web"
    "&aid=1988&live_id=12&app_language=en&client_enter=1&identity=audience&history_comment_count=6&last_rtt=150"
    "&heartbeat_duration=10000&resp_content_type=protobuf&did_rule=3&sup_ws_ds_opt=1&update_version_code=2.0.0"
    "&version_code=180800&webcast_language=en"
)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=("ana",), seed=3, rate=60.0, strictness=Strictness(linger=1.0)) as running:
        yield running


class Watcher:
    """What a client keeps while it reads: the messages by id, and what it owes."""

    def __init__(self, socket: RawSocket, *, acknowledge: Callable[[Push, Reply], bytes | None]) -> None:
        self.messages: dict[int, str] = {}
        self.acks = 0
        self.kinds: list[str] = []
        self.ended = asyncio.Event()
        self._socket = socket
        self._acknowledge = acknowledge

    async def read(self, *, until: int = 0) -> None:
        """Read on: until there are that many messages, or else until the live is over."""
        async for data in self._socket.messages():
            frame = push(data)
            self.kinds.append(frame.payload_type)
            assert frame.payload_encoding == "pb"
            if frame.payload_type == "msg":
                self.take(frame)
            if self.ended.is_set() or 0 < until <= len(self.messages):
                return

    def take(self, frame: Push) -> None:
        inside = reply(frame.payload)
        assert (frame.headers.get("compress_type") == "gzip") == (frame.payload[:2] == b"\x1f\x8b")
        for message in inside.messages:
            self.messages[message[1]] = message[0]
            if control_action(message) == 3:
                self.ended.set()
        if inside.needs_ack and (ack := self._acknowledge(frame, inside)) is not None:
            self._socket.send(ack)
            self.acks += 1


async def check_ledger(sim: Simulator, watcher: Watcher, *, fetched: dict[int, str] | None = None) -> None:
    ledger = await sim.ledger("ana")
    assert {int(m["message_id"]): m["method"] for m in ledger["messages"]} == {**(fetched or {}), **watcher.messages}
    assert ledger["connections"] == 1
    assert {entry[0] for m in ledger["messages"] for entry in m["sent"]} == ({0, 1} if fetched else {1})
    assert ledger["acks"] >= watcher.acks - 2


def script(page: bytes, name: str) -> dict[str, dict[str, dict[str, object]]]:
    pattern = f'<script id="{name}" type="application/json">(.*?)</script>'
    found = re.search(pattern, page.decode(), re.DOTALL)
    assert found
    result: dict[str, dict[str, dict[str, object]]] = json.loads(found.group(1))
    return result


def beat(room: int, *, sequence: int | None = None) -> bytes:
    inside = pb((1, room)) if sequence is None else pb((1, room), (2, sequence))
    return pb((6, "pb"), (7, "hb"), (8, inside))


async def test_a_python_client_watches_a_live_with_a_signature(sim: Simulator) -> None:
    page = await http(
        sim.url,
        f"""
GET /@ana/live HTTP/1.1
Host: {{host}}
User-Agent: {BROWSER}
Accept: text/html,application/json,application/protobuf
Referer: https://www.tiktok.com/
Origin: https://www.tiktok.com
Accept-Encoding: gzip, deflate
Connection: keep-alive
""",
    )
    info = script(page.body, "SIGI_STATE")["LiveRoom"]["liveRoomUserInfo"]
    user = info["user"]
    assert isinstance(user, dict)
    assert user["status"] == 2
    room = int(user["roomId"])

    alive = await http(sim.url, f"GET /webcast/room/check_alive/?aid=1988&room_ids={room} HTTP/1.1\nHost: {{host}}")
    assert json.loads(alive.body)["data"] == [{"alive": True, "room_id": room, "room_id_str": str(room)}]

    query = f"client=ttlive-python&room_id={room}&user_agent={quote(BROWSER)}&platform=web&client_enter=true"
    signed = await http(
        sim.url, f"GET /signer/webcast/fetch?{query} HTTP/1.1\nHost: {{host}}\nUser-Agent: client/6\nX-Api-Key: k"
    )
    cookie = signed.header("X-Set-TT-Cookie").split(";")[0]
    first = reply(signed.body)
    assert cookie.startswith("ttwid=")
    assert first.is_first
    assert first.cursor
    assert first.route_params
    assert first.messages
    fetched = {message_id: method for method, message_id, _ in first.messages}

    params = "&".join(f"{name}={quote(value)}" for name, value in first.route_params.items())
    target = f"{first.push_server}?{params}&{SCREEN}&version_code=270000&compress=gzip&room_id={room}"
    target += f"&cursor={quote(first.cursor)}&internal_ext={quote(first.internal_ext.decode())}"
    async with websocket(
        sim.url,
        f"""
GET {target.partition(sim.url.removeprefix("http:"))[2]} HTTP/1.1
Host: {{host}}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: {{key}}
Sec-WebSocket-Version: 13
Sec-WebSocket-Extensions: {DEFLATE}
Sec-WebSocket-Protocol: echo-protocol
Cookie: {cookie}
User-Agent: {BROWSER}
""",
    ) as socket:
        assert socket.answer.status == 101
        assert socket.answer.header("Sec-WebSocket-Accept") == ACCEPT
        assert socket.answer.header("Sec-WebSocket-Protocol") == "echo-protocol"
        assert not socket.answer.header("Sec-WebSocket-Extensions")
        entering = pb((1, room), (2, ""), (4, 12), (5, "audience"), (6, ""), (9, "0"), (10, 0))
        socket.send(pb((6, "pb"), (7, "im_enter_room"), (8, entering)))
        socket.send(beat(room, sequence=1))
        watcher = Watcher(
            socket,
            acknowledge=lambda frame, inside: pb(
                (2, frame.log_id), (6, "pb"), (7, "ack"), (8, inside.internal_ext or b"-")
            ),
        )
        await watcher.read(until=40)
        await sim.control("ana", "end")
        await watcher.read()
        assert await socket.close() == 1000
    assert "hb" in watcher.kinds
    await check_ledger(sim, watcher, fetched=fetched)


async def test_a_python_client_watches_a_live_without_a_signer(sim: Simulator) -> None:
    query = "aid=1988&app_name=tiktok_web&device_platform=web_pc&sourceType=54&staleTime=600000&uniqueId=ana"
    found = await http(sim.url, f"GET /api-live/user/room?{query} HTTP/1.1\nHost: {{host}}\nUser-Agent: {BROWSER}")
    data = json.loads(found.body)
    assert data["statusCode"] == 0
    assert data["data"]["user"]["status"] == data["data"]["liveRoom"]["status"] == 2
    room = int(data["data"]["user"]["roomId"])

    cookie = ""
    for path in ("/@ana", "/@tiktok"):
        page = await http(
            sim.url,
            f"""
GET {path} HTTP/1.1
Host: {{host}}
Connection: Upgrade, HTTP2-Settings
Upgrade: h2c
HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA
User-Agent: {BROWSER}
""",
        )
        assert page.status == 200
        assert script(page.body, "__UNIVERSAL_DATA_FOR_REHYDRATION__")["__DEFAULT_SCOPE__"]["webapp.user-detail"]
        cookie = page.header("Set-Cookie").split(";")[0]
        assert cookie.startswith("ttwid=1%7C")

    async with websocket(
        sim.url,
        f"""
GET /webcast/im/ws_proxy/ws_reuse_supplement/?{SCREEN}&ws_direct=1&compress=gzip&room_id={room} HTTP/1.1
Host: {{host}}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: {{key}}
Sec-WebSocket-Version: 13
Sec-WebSocket-Extensions: {DEFLATE}
Cookie: {cookie}
User-Agent: {BROWSER}
Origin: https://www.tiktok.com
Referer: https://www.tiktok.com/
Accept-Language: en-US,en;q=0.9
""",
    ) as socket:
        assert socket.answer.status == 101
        assert not socket.answer.header("Sec-WebSocket-Protocol")
        assert "ping-interval=10" in socket.answer.header("Handshake-Options")
        socket.send(beat(room))
        socket.send(pb((6, "pb"), (7, "im_enter_room"), (8, pb((1, room), (4, 12), (5, "audience"), (9, "0")))))
        socket.send(b"are you there", opcode=9)

        def acknowledge(frame: Push, inside: Reply) -> bytes | None:
            if not inside.internal_ext:
                return None
            return pb((2, frame.log_id), (6, "pb"), (7, "ack"), (8, inside.internal_ext))

        watcher = Watcher(socket, acknowledge=acknowledge)
        await watcher.read(until=40)
        socket.send(beat(room))
        await sim.control("ana", "end")
        await watcher.read()
        assert await socket.close() == 1000
    assert socket.pongs == [b"are you there"]
    await check_ledger(sim, watcher)


async def test_a_node_client_watches_a_live_and_waits_for_the_server_to_close(sim: Simulator) -> None:
    page = await http(sim.url, f"GET /@ana/live?aid=1988 HTTP/1.1\nHost: {{host}}\nUser-Agent: {BROWSER}")
    user = script(page.body, "SIGI_STATE")["LiveRoom"]["liveRoomUserInfo"]["user"]
    assert isinstance(user, dict)
    anchor = await http(sim.url, "GET /signer/webcast/anchors/ana/room_id HTTP/1.1\nHost: {host}")
    assert json.loads(anchor.body)["ok"] is True
    assert json.loads(anchor.body)["room_id"] == user["roomId"]
    info = await http(sim.url, f"GET /webcast/room/info/?aid=1988&room_id={user['roomId']} HTTP/1.1\nHost: {{host}}")
    assert json.loads(info.body)["data"]["status"] == 2

    query = f"client=ttlive-node&cursor=&user_agent={quote(BROWSER)}&client_enter=true&platform=web"
    signed = await http(
        sim.url,
        f"GET /signer/webcast/rooms/{user['roomId']}/connect?{query} HTTP/1.1\n"
        "Host: {host}\nAccept: application/protobuf,application/json",
    )
    first = reply(signed.body)
    room = int(signed.header("X-Room-Id"))
    cookie = signed.header("X-Set-TT-Cookie").split(";")[0]
    assert "?" not in first.push_server
    fetched = {message_id: method for method, message_id, _ in first.messages}
    params = "&".join(f"{name}={quote(value, safe='')}" for name, value in first.route_params.items())
    path = first.push_server.partition(sim.url.removeprefix("http:"))[2]
    target = f"{path}?{SCREEN}&{params}&compress=gzip&room_id={room}&user_agent={quote(BROWSER)}"
    target += f"&cursor={quote(first.cursor)}&internal_ext={quote(first.internal_ext.decode())}"
    async with websocket(
        sim.url,
        f"""
GET {target} HTTP/1.1
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: {{key}}
Connection: Upgrade
Upgrade: websocket
Cookie: {cookie}
User-Agent: {BROWSER}
Sec-WebSocket-Extensions: {DEFLATE}
Host: {{host}}
""",
    ) as socket:
        assert socket.answer.status == 101
        entering = pb((1, room), (4, 12), (5, "audience"), (8, 7_123_456_789_012_345_678), (9, "0"))
        socket.send(pb((6, "pb"), (7, "im_enter_room"), (8, entering)))

        def acknowledge(frame: Push, inside: Reply) -> bytes:
            named = [(2, frame.log_id)] if frame.log_id else []
            return pb(*named, (6, "pb"), (7, "ack"), (8, inside.internal_ext or b"-"))

        watcher = Watcher(socket, acknowledge=acknowledge)
        await watcher.read(until=40)
        socket.send(beat(room, sequence=1))
        await sim.control("ana", "end")
        await watcher.read()
        async for _ in socket.messages():
            pass
        assert socket.close_code == 1000
    await check_ledger(sim, watcher, fetched=fetched)


async def test_a_go_client_watches_a_live_in_its_older_ways(sim: Simulator) -> None:
    limits = await http(sim.url, "GET /signer/webcast/rate_limits?apiKey=k HTTP/1.1\nHost: {host}")
    assert json.loads(limits.body)["minute"]["remaining"] > 0
    page = await http(sim.url, f"GET /@ana/live HTTP/1.1\nHost: {{host}}\nUser-Agent: {BROWSER}")
    user = script(page.body, "SIGI_STATE")["LiveRoom"]["liveRoomUserInfo"]["user"]
    assert isinstance(user, dict)
    room = int(str(user["roomId"]))

    inner = quote(f"{sim.url}/webcast/fetch/?aid=1988&room_id={room}&version_code=180800", safe="")
    query = f"client=gotiktok_live&uuc=1&url={inner}&room_id={room}&apiKey="
    signed = await http(sim.url, f"GET /signer/webcast/fetch/?{query} HTTP/1.1\nHost: {{host}}\nUser-Agent: Go")
    first = reply(signed.body)
    fetched = {message_id: method for method, message_id, _ in first.messages}
    params = "&".join(f"{name}={quote(value, safe='')}" for name, value in first.route_params.items())
    target = f"/webcast/im/push/v2/?{SCREEN}&{params}&compress=gzip&room_id={room}&cursor={quote(first.cursor)}"
    async with websocket(
        sim.url,
        f"""
GET {target} HTTP/1.1
Host: {{host}}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: {{key}}
Origin: https://www.tiktok.com
User-Agent: {BROWSER}
Sec-WebSocket-Version: 13
Sec-WebSocket-Protocol: echo-protocol
Cookie: {signed.header("X-Set-TT-Cookie").split(";")[0]}
""",
    ) as socket:
        assert socket.answer.status == 101
        assert socket.answer.header("Sec-WebSocket-Protocol") == "echo-protocol"
        socket.send(pb((7, "im_enter_room"), (8, pb((1, room), (4, 12), (5, "audience"), (9, "0")))))
        socket.send(bytes.fromhex("3a026862"))
        watcher = Watcher(
            socket,
            acknowledge=lambda frame, inside: pb((2, frame.log_id), (7, "ack"), (8, inside.internal_ext)),
        )
        await watcher.read(until=40)
        socket.send(bytes.fromhex("3a026862"))
        await sim.control("ana", "suspend")
        async for data in socket.messages():
            frame = push(data)
            if frame.payload_type == "msg":
                watcher.take(frame)
        assert socket.close_code == 1000
    assert watcher.kinds.count("hb") >= 1
    await check_ledger(sim, watcher, fetched=fetched)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (f"User-Agent: {BROWSER}", "http: named cookie not present"),
        ("Cookie: ttwid=1", "DEVICE_BLOCKED"),
        (f"Cookie: ttwid=1\nUser-Agent: {BROWSER}\nOrigin: https://www.tiktok.com/", "illegal origin"),
    ],
)
async def test_a_refusal_is_a_plain_answer_with_its_reason_in_a_header(
    sim: Simulator, headers: str, message: str
) -> None:
    head = f"""
GET /webcast/im/push/v2/?aid=1988&ws_direct=1&room_id={sim.rooms["ana"]} HTTP/1.1
Host: {{host}}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: {{key}}
Sec-WebSocket-Version: 13
{headers}
"""
    async with websocket(sim.url, head) as socket:
        assert socket.answer.status in {200, 400, 415}
        assert socket.answer.header("Handshake-Msg") == message
        assert socket.answer.header("Handshake-Status") == "415"
