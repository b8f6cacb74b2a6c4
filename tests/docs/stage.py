"""What the checks of the documents' tables use: a simulator, clients, and captured log messages."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.proxies import Proxy, http_proxy
from tikcast import ChatEvent, Endpoints, TikTok
from tikcast.simulator import RoomPlan, Simulator

HOST = "http://live.tiktok.invalid"
"""A host that can only be reached through a proxy."""


class Stage:
    """A simulator with eight live streams, and the fixtures of the test."""

    def __init__(self, simulator: Simulator, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.simulator = simulator
        self.folder = folder
        self.monkeypatch = monkeypatch

    @property
    def room_id(self) -> int:
        return self.simulator.rooms["sim0"]

    def client(self, **options: Any) -> TikTok:
        return TikTok(endpoints=Endpoints.at(self.simulator.url), **options)

    @asynccontextmanager
    async def asked(self, **options: Any) -> AsyncIterator[tuple[TikTok, list[str]]]:
        """A client, and its complete requests to the simulator, with headers."""
        async with http_proxy(urlsplit(self.simulator.url).port or 0) as proxy:
            requests: list[str] = []
            async with TikTok(endpoints=Endpoints.at(HOST), proxy=proxy.url, **options) as tiktok:
                yield tiktok, requests
            requests += [request.decode("latin-1") for request in proxy.requests]


Check = Callable[[Stage], Awaitable[None]]


class Checks:
    """The check for each row of a document's tables, by the name in the other library.

    `altering`: checks that change what the simulator does, and so need one of their own. A check that
    several lines share is made once.
    """

    def __init__(self) -> None:
        self.by_name: dict[str, Check] = {}
        self.altering: set[Check] = set()
        self._done: set[Check] = set()

    def row(self, *names: str, alters: bool = False) -> Callable[[Check], Check]:
        """Register a check for rows of the tables. `alters`: it changes the state of the simulator."""

        def register(check: Check) -> Check:
            self.by_name.update(dict.fromkeys(names, check))
            self.altering.update({check} if alters else ())
            return check

        return register

    async def make(self, name: str, *, site: Simulator, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Run the check of a row with `site`, or with a new simulator if the check changes its state."""
        check = self.by_name[name]
        if check in self._done:
            return
        if check in self.altering:
            async with eight_lives() as own:
                await check(Stage(own, folder, monkeypatch))
        else:
            await check(Stage(site, folder, monkeypatch))
        self._done.add(check)


MIX = {"WebcastChatMessage": 3, "WebcastMemberMessage": 3, "WebcastSocialMessage": 3, "WebcastGiftMessage": 1}


def eight_lives() -> Simulator:
    return Simulator(plans=tuple(RoomPlan(user=f"sim{n}", mix=MIX) for n in range(8)), seed=4, rate=100.0)


async def first_chat(tiktok: TikTok) -> ChatEvent:
    async with tiktok.track("@sim0") as live:
        return await anext(live.events(ChatEvent))


@asynccontextmanager
async def two_proxies(stage: Stage) -> AsyncIterator[tuple[Proxy, Proxy]]:
    """Two proxies: one for requests, one for the WebSocket."""
    port = urlsplit(stage.simulator.url).port or 0
    async with http_proxy(port) as http, http_proxy(port) as ws:
        yield http, ws


def assert_apart(http: Proxy, ws: Proxy) -> None:
    """Check that each proxy was used for its purpose only."""
    assert "/@sim0/live" in http.paths()
    assert not any(path.startswith("/webcast/im/") for path in http.paths())
    assert ws.paths()
    assert all(path.startswith("/webcast/im/") for path in ws.paths())


class captured:  # noqa: N801 - a context manager, used like a function
    """Collects the log messages of tikcast at one level."""

    def __init__(self, level: int) -> None:
        self._handler = logging.Handler(level)
        self._handler.addFilter(lambda record: record.levelno == level)
        self._handler.emit = lambda record: self._messages.append(record.getMessage())  # type: ignore[method-assign]
        self._messages: list[str] = []
        self._logger = logging.getLogger("tikcast")
        self._level = level

    def __enter__(self) -> list[str]:
        self._before = self._logger.level
        self._logger.setLevel(self._level)
        self._logger.addHandler(self._handler)
        return self._messages

    def __exit__(self, *_: object) -> None:
        self._logger.setLevel(self._before)
        self._logger.removeHandler(self._handler)
