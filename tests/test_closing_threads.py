"""Closing a client of `tikcast.sync` from another thread than the one that waits, wherever it waits."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.background import Background, background
from tests.room_server import HangingServer
from tikcast import Reconnect, Timeouts
from tikcast.errors import TikcastError
from tikcast.sync import TikTok

PATIENT = Timeouts(request=300.0, handshake=300.0, first_frame=300.0, close=300.0)
LATER = Reconnect(first_delay=300.0, max_delay=300.0, jitter=0.0)
PATIENCE = 60.0
SOCKET = "/webcast/im/ws_proxy/ws_reuse_supplement/"


def opening(tiktok: TikTok) -> None:
    with tiktok.track("ana"):
        raise AssertionError("it opened")


def reading(tiktok: TikTok) -> None:
    with tiktok.track("ana") as live:
        for _ in live:
            pass


def waiting(tiktok: TikTok) -> None:
    tiktok.wait_until_live("ana")


def watching(tiktok: TikTok) -> None:
    next(tiktok.watch("ana"))


@pytest.fixture
def behind() -> Iterator[Background]:
    with background() as running:
        yield running


WAYS: list[tuple[str, Callable[[TikTok], None]]] = [
    ("/@ana/live", opening),
    ("/@ana", opening),
    ("/webcast/room/info/", opening),
    (SOCKET, opening),
    ("/@ana/live", waiting),
    ("/@ana/live", watching),
]


def client(server: HangingServer) -> TikTok:
    options: dict[str, Any] = {"connect": ("direct",), "timeouts": PATIENT, "reconnect": LATER}
    return TikTok(endpoints=server.endpoints, **options)


@pytest.mark.parametrize(("hangs", "wait"), WAYS)
def test_a_call_that_hangs_ends_when_another_thread_closes_the_client(
    behind: Background, hangs: str, wait: Callable[[TikTok], None]
) -> None:
    with behind.entered(HangingServer()) as server, ThreadPoolExecutor(1) as pool:
        server.hangs = hangs
        tiktok = client(server)
        call = pool.submit(wait, tiktok)
        behind.run(server.hanging.wait())
        tiktok.close()
        with pytest.raises(TikcastError, match="closed"):
            call.result(PATIENCE)


@pytest.mark.parametrize("drops", [False, True], ids=["connected", "waiting to reconnect"])
def test_events_end_when_another_thread_closes_the_client(behind: Background, drops: bool) -> None:
    with behind.entered(HangingServer()) as server, ThreadPoolExecutor(1) as pool:
        tiktok = client(server)
        call = pool.submit(reading, tiktok)
        connection = behind.run(server.accept())
        if drops:
            behind.run(connection.drop())
        tiktok.close()
        call.result(PATIENCE)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tikcast")]
