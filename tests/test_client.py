"""The client: its options, its lookups, and what it closes."""

import dataclasses
import inspect
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.live_room import live_tasks
from tests.room_server import ROOM, RoomServer, chat, control
from tests.wire_schema import build
from tikcast import ChatEvent, Limits, Reconnect, TikTok, Timeouts, UnknownEvent, sync
from tikcast._options import ClientOptions
from tikcast.errors import ConfigError, InvalidTarget, UserOffline
from tikcast.live import LiveState


@asynccontextmanager
async def client(server: RoomServer, **options: Any) -> AsyncIterator[TikTok]:
    async with TikTok(endpoints=server.endpoints, connect=("direct",), **options) as tiktok:
        yield tiktok


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"capture": "x.tikcast"}, "Wrong option capture: it is not available in this version"),
        ({"history": "some"}, "give 'mark' or 'skip' or 'deliver'"),
        ({"queue_policy": "drop"}, "give 'drop_oldest' or 'wait'"),
        ({"connect": ("magic",)}, "are not methods to connect"),
        ({"proxy": "nonsense://"}, "it is not a proxy URL"),
    ],
)
def test_options_that_cannot_work_are_refused_at_once(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        TikTok(**options)


def test_switching_tls_verification_off_is_warned_about_where_it_is_done() -> None:
    with pytest.warns(UserWarning, match="anybody on the network path") as warned:
        TikTok(verify=False)
    assert warned[0].filename == __file__


def test_making_a_client_and_a_live_opens_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        live = TikTok().track("@ana")
    assert live.state is LiveState.NEW
    assert live.room_id == 0


def test_every_option_of_the_contract_is_taken_by_name() -> None:
    TikTok(
        identity=None, session=None, signer="https://signer.example", api_key="k", client_name="x",
        check_limits=False, send_session_to_signer=False, http_proxy=False, ws_proxy=False,
        verify=True, language="de", region="DE", timeouts=Timeouts(), reconnect=Reconnect(),
        limits=Limits(), history="skip", queue_policy="wait", experimental=True,
        extra_params={"a": "b"}, extra_headers={"X-A": "b"}, chat_sender=None, capture=None,
        trace=None, log_requests=True, on_error=None,
    )  # fmt: skip


def test_the_record_of_options_has_the_names_and_defaults_of_the_signature() -> None:
    parameters = inspect.signature(TikTok).parameters.values()
    defaults = ClientOptions()
    assert {parameter.name for parameter in parameters} == {field.name for field in dataclasses.fields(ClientOptions)}
    assert [parameter.name for parameter in parameters if parameter.default != getattr(defaults, parameter.name)] == []


def test_the_synchronous_client_has_the_same_options_and_call_soon() -> None:
    original, synchronous = inspect.signature(TikTok).parameters, inspect.signature(sync.TikTok).parameters
    assert list(synchronous) == [*original, "call_soon"]
    assert all(synchronous[name] == parameter for name, parameter in original.items())
    assert {parameter.kind for parameter in synchronous.values()} == {inspect.Parameter.KEYWORD_ONLY}


async def test_a_room_is_tracked_by_name_by_page_and_by_id() -> None:
    async with RoomServer() as server, client(server) as tiktok:
        for target in ("ana", "@ana", f"{server.url}/@ana/live?x=1", ROOM, str(ROOM)):
            async with tiktok.track(target) as live:
                connection = await server.accept()
                await connection.send(chat("hello"))
                async for event in live.events(ChatEvent):
                    assert event.comment == "hello"
                    break
                assert live.room_id == ROOM


async def test_leaving_the_client_closes_its_lives() -> None:
    async with RoomServer() as server:
        async with client(server) as tiktok:
            live = tiktok.track("@ana")
            await live.__aenter__()
            connection = await server.accept()
        assert live.state is LiveState.CLOSED
        assert live_tasks() == set()
        await connection.socket.wait_closed()


async def test_is_live_tells_of_users_and_of_rooms() -> None:
    async with RoomServer() as server, client(server) as tiktok:
        assert await tiktok.is_live("@ana") is True
        assert await tiktok.is_live(ROOM) is True
        assert await tiktok.is_live(ROOM + 1) is None
        assert await tiktok.are_live([ROOM, ROOM + 1]) == {ROOM: True, ROOM + 1: None}
        server.live = False
        assert await tiktok.is_live("@ana") is False
        assert await tiktok.is_live(str(ROOM)) is False


async def test_the_live_room_of_a_user_tells_the_host() -> None:
    async with RoomServer() as server, client(server) as tiktok:
        found = await tiktok.live_room("@ana")
        assert (found.room_id, found.title) == (ROOM, server.title)
        assert found.user is not None
        assert found.user.nickname == "Ana"
        server.live = False
        with pytest.raises(UserOffline):
            await tiktok.live_room("@ana")


async def test_room_info_and_gifts_are_told_for_users_and_rooms() -> None:
    async with RoomServer() as server, client(server) as tiktok:
        assert (await tiktok.room_info(ROOM)).title == server.title
        assert [gift.name for gift in await tiktok.gift_list("@ana")] == ["Rose"]
        assert [gift.name for gift in await tiktok.gift_list(ROOM, language="en")] == ["Rose"]


async def test_what_names_nobody_is_refused_by_every_lookup() -> None:
    async with RoomServer() as server, client(server) as tiktok:
        for lookup in (tiktok.is_live, tiktok.room_info, tiktok.live_room, tiktok.wait_until_live):
            with pytest.raises(InvalidTarget):
                await lookup("no such thing")
        assert server.asked == []


async def test_waiting_for_a_user_who_is_live_gives_the_room_at_once() -> None:
    async with RoomServer() as server, client(server) as tiktok:
        assert (await tiktok.wait_until_live("@ana")).room_id == ROOM


async def test_experimental_logs_each_unknown_type_once_and_delivers_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    new = [build("ResponseMessage", method="WebcastNewMessage", payload=b"", msg_id=n) for n in (1, 2)]
    async with (
        RoomServer() as server,
        client(server, experimental=True) as tiktok,
        tiktok.track("@ana") as live,
    ):
        connection = await server.accept()
        await connection.send(*new, control(3))
        events = [event async for event in live if isinstance(event, UnknownEvent)]
    assert len(events) == 2
    assert caplog.text.count("WebcastNewMessage") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"endpoints": "http://127.0.0.1:8080"}, "Wrong option endpoints: 'str' is no type for it; give Endpoints.at"),
        ({"timeouts": 5}, "Wrong option timeouts: 'int' is no type for it; give Timeouts"),
        ({"reconnect": 3}, "Wrong option reconnect: 'int' is no type for it; give Reconnect"),
        ({"limits": {}}, "Wrong option limits: 'dict' is no type for it; give Limits"),
        ({"identity": "chrome"}, "Wrong option identity: 'str' is no type for it; give Identity"),
    ],
)
def test_a_record_of_options_that_is_none_is_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        TikTok(**options)
    assert str(refused.value).startswith(sentence)


async def test_what_is_no_type_of_events_or_no_handler_is_refused_at_once() -> None:
    async with TikTok() as tiktok:
        live: Any = tiktok.track("ana")
        with pytest.raises(ConfigError, match="'chat' is no type of events; give a class such as ChatEvent"):
            live.on("chat", print)
        with pytest.raises(ConfigError, match="is no type of events"):
            live.events(int)
        with pytest.raises(ConfigError, match="'hello' cannot be called; give a function"):
            live.on(ChatEvent, "hello")
