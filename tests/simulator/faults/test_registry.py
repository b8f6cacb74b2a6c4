"""A simulator fault is defined in one place, and everything else that shows or checks faults follows from it."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest
from fault_tables import with_tables

from tests.shared_data import REPO
from tests.simulator.worlds import START_MS, get, pass_time, visit, world
from tests.source_tree import Module, modules
from tikcast.errors import ConfigError
from tikcast.simulator import World
from tikcast.simulator.faults.hooks import FRAME, REQUEST, ROOM, FrameContext, RequestContext, RoomChange
from tikcast.simulator.faults.parameters import number, one_of, size
from tikcast.simulator.messages.outgoing import OutboxEntry
from tikcast.simulator.room.state import Access
from tikcast.simulator.web.requests import WebAnswer

# Names of faults that are words with another meaning, too, and the modules where they stand for that.
ACTIONS = {"config", "faults.room", "room.state", "world"}
WATCHERS = {"faults.room", "room.state", "people.accounts", "web.api", "web.pages", "web.room_info", "world"}
OTHER_MEANINGS: dict[str, set[str]] = {
    # the value of the HTTP header Connection, and a type of frames
    "close": {"web.requests", "messages.frames"},
    "end": ACTIONS,  # actions of a live stream, which can also be ordered directly
    "pause": ACTIONS,
    "resume": ACTIONS,
    "suspend": ACTIONS,
    "reset": {"messages.outgoing"},  # why a connection ended
    **dict.fromkeys(get_args(Access), WATCHERS),  # who may watch, also without a fault
    "slow": {"video.channel", "video.streams"},  # an action of the video server
    "user_not_found": {"web.requests"},  # TikTok's own answer for a name that no user has
}


def simulator_modules() -> list[Module]:
    return [module for module in modules() if module.name.startswith("tikcast.simulator.")]


def fault_names() -> list[str]:
    listed = json.loads(get(world(), "/_sim/faults").body)["faults"]
    return list(listed)


def registered_names(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the first argument of each decorator that is called with a text first."""
    for node in ast.walk(tree):
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            first = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first


def texts_elsewhere(module: Module) -> Iterator[str]:
    """Yield each text of a module that is no name in a decorator."""
    names = set(registered_names(module.tree))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in names:
            yield node.value


def test_each_fault_is_named_in_one_decorator() -> None:
    registered = Counter(name.value for module in simulator_modules() for name in registered_names(module.tree))
    assert {name: registered[name] for name in fault_names()} == dict.fromkeys(fault_names(), 1)


def test_no_fault_is_named_anywhere_but_in_its_decorator() -> None:
    names = set(fault_names())
    elsewhere = {
        (text, module.name.removeprefix("tikcast.simulator."))
        for module in simulator_modules()
        for text in texts_elsewhere(module)
        if text in names
    }
    assert elsewhere == {(text, module) for text, module in elsewhere if module in OTHER_MEANINGS.get(text, ())}


@pytest.fixture
def extra_fault() -> Iterator[str]:
    """A fault that exists only here: it is defined by its decorator and by nothing else."""
    name = "repeated_often"

    @FRAME.fault(name, "the frame comes many times", copies=number("how many", 3, least=2, most=5))
    def repeated_often(context: FrameContext, *, copies: int) -> list[OutboxEntry]:
        return [context.intact] * copies

    yield name
    del FRAME.faults[name]


def test_a_fault_that_only_its_decorator_defines_is_listed(extra_fault: str) -> None:
    listed = json.loads(get(world(), "/_sim/faults").body)["faults"]
    assert listed[extra_fault] == {
        "group": "connection",
        "about": "the frame comes many times",
        "parameters": {
            "copies": {"about": "how many", "type": "int", "default": 3, "least": 2, "most": 5},
            "times": listed["close"]["parameters"]["times"],
            "after": listed["close"]["parameters"]["after"],
        },
    }


def test_a_fault_that_only_its_decorator_defines_is_checked(extra_fault: str) -> None:
    of = world()
    with pytest.raises(ConfigError, match="use a whole number from 2 to 5"):
        of.fault("ana", extra_fault, now_ms=START_MS, copies=6)
    with pytest.raises(ConfigError, match="copies, times, after"):
        of.fault("ana", extra_fault, now_ms=START_MS, size=2)


def test_a_fault_that_only_its_decorator_defines_happens_to_clients(extra_fault: str) -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", extra_fault, now_ms=START_MS, copies=4)
    pass_time(of, guest, seconds=3.0)
    sent = sendings(of)
    assert 4 in sent
    assert set(sent) == {1, 4}


def test_a_fault_that_only_its_decorator_defines_gets_its_line_in_the_document(extra_fault: str) -> None:
    page = (REPO / "docs" / "simulator.md").read_text(encoding="utf-8")
    added = set(with_tables(page).splitlines()) - set(page.splitlines())
    assert added == {f"| `{extra_fault}` | the frame comes many times | `copies` 3 |"}


def test_a_fault_of_requests_needs_only_its_decorator() -> None:
    @REQUEST.fault("moved", "another status", place="api", status=one_of("the status", 301, 302))
    def moved(_: RequestContext, *, status: int) -> WebAnswer:
        return WebAnswer(status=status)

    try:
        of = world()
        of.fault("ana", "moved", now_ms=START_MS, status=302)
        statuses = [get(of, "/api-live/user/room/", uniqueId="ana").status for _ in range(2)]
        assert statuses == [302, 200]
    finally:
        del REQUEST.faults["moved"]


def test_a_fault_of_the_live_stream_needs_only_its_decorator() -> None:
    @ROOM.fault("break", "the host pauses for a while", seconds=number("how long", 5))
    def short_break(*, seconds: int) -> list[RoomChange]:
        return [RoomChange(action="pause"), RoomChange(action="resume", after_ms=1000 * seconds)]

    try:
        of = world()
        of.fault("ana", "break", now_ms=START_MS, seconds=2)
        states = []
        for now_ms in (START_MS, START_MS + 1999, START_MS + 2000):
            of.advance(now_ms)
            states.append(of.hosts["ana"].room.state)
        assert states == ["paused", "paused", "live"]
        of.fault("ana", "break", now_ms=START_MS + 3000)
        of.act("ana", "end", now_ms=START_MS + 4000)
        of.advance(START_MS + 9000)
        assert of.hosts["ana"].room.state == "ended"
    finally:
        del ROOM.faults["break"]


def sendings(of: World) -> list[int]:
    """How often each message was sent."""
    return [len(message["sent"]) for message in of.hosts["ana"].room.ledger.report()["messages"]]


def test_a_fault_whose_function_takes_other_parameters_than_it_declares_is_refused() -> None:
    def without_parameters(context: FrameContext) -> list[OutboxEntry]:
        return [context.intact]

    with pytest.raises(TypeError, match="size"):
        FRAME.fault("mistaken", "a wrong definition", size=size("its bytes", 5))(without_parameters)
    assert "mistaken" not in FRAME.faults


def test_two_faults_cannot_have_the_same_name() -> None:
    def close(context: FrameContext) -> list[OutboxEntry]:
        return [context.intact]

    with pytest.raises(ValueError, match="close"):
        FRAME.fault("close", "a second one")(close)
