"""A simulator fault is defined in one place, and everything else that shows or checks faults follows from it."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, get, pass_time, visit, world
from tests.source_tree import Module, modules
from tikcast.errors import ConfigError
from tikcast.simulator import World

# Names of faults that are words with another meaning, too, and the modules where they stand for that.
OTHER_MEANINGS: dict[str, set[str]] = {
    "close": {"http"},  # the value of the HTTP header Connection
    "end": {"config", "world"},  # actions of a live stream, which people can also order directly
    "pause": {"config", "world"},
    "resume": {"config", "world"},
    "suspend": {"config", "world"},
    "slow": {"channel", "video"},  # an action of the video server
    "user_not_found": {"web_api"},  # TikTok's own answer for a name that nobody has
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


@pytest.mark.xfail(strict=True, reason="faults are listed in one table, carried out by others, and matched by name")
def test_each_fault_is_named_in_one_decorator() -> None:
    registered = Counter(name.value for module in simulator_modules() for name in registered_names(module.tree))
    assert {name: registered[name] for name in fault_names()} == dict.fromkeys(fault_names(), 1)


@pytest.mark.xfail(strict=True, reason="connections, rooms and handshakes match faults by their names")
def test_no_fault_is_named_anywhere_but_in_its_decorator() -> None:
    names = set(fault_names())
    found = {
        (text, module.name)
        for module in simulator_modules()
        for text in texts_elsewhere(module)
        if text in names and module.name.rpartition(".")[2] not in OTHER_MEANINGS.get(text, ())
    }
    assert found == set()


@pytest.fixture
def extra_fault() -> Iterator[str]:
    """A fault that exists only here: it is defined by its decorator and by nothing else."""
    hooks: Any = import_module("tikcast.simulator.faults.hooks")
    parameters = import_module("tikcast.simulator.faults.parameters")
    name = "repeated_often"

    def repeated_often(context: Any, *, copies: int) -> list[Any]:
        return [context.intact] * copies

    many = parameters.number("how many", 3, least=2, most=5)
    hooks.FRAME.fault(name, "the frame comes many times", copies=many)(repeated_often)
    yield name
    del hooks.FRAME.faults[name]


MISSING = pytest.mark.xfail(strict=True, reason="a fault cannot be defined by a decorator alone")


@MISSING
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


@MISSING
def test_a_fault_that_only_its_decorator_defines_is_checked(extra_fault: str) -> None:
    of = world()
    with pytest.raises(ConfigError, match="use a whole number from 2 to 5"):
        of.fault("ana", extra_fault, now_ms=START_MS, copies=6)
    with pytest.raises(ConfigError, match="copies, times, after"):
        of.fault("ana", extra_fault, now_ms=START_MS, size=2)


@MISSING
def test_a_fault_that_only_its_decorator_defines_happens_to_clients(extra_fault: str) -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", extra_fault, now_ms=START_MS, copies=4)
    pass_time(of, guest, seconds=3.0)
    sent = sendings(of)
    assert 4 in sent
    assert set(sent) == {1, 4}


def sendings(of: World) -> list[int]:
    """How often each message was sent."""
    return [len(message["sent"]) for message in of.hosts["ana"].room.ledger.report()["messages"]]


@MISSING
def test_a_fault_whose_function_takes_other_parameters_than_it_declares_is_refused() -> None:
    hooks = import_module("tikcast.simulator.faults.hooks")

    def without_parameters(context: Any) -> list[Any]:
        return [context.intact]

    size = import_module("tikcast.simulator.faults.parameters").size("its bytes", 5)
    with pytest.raises(TypeError, match="size"):
        hooks.FRAME.fault("mistaken", "a wrong definition", size=size)(without_parameters)
    assert "mistaken" not in hooks.FRAME.faults


@MISSING
def test_two_faults_cannot_have_the_same_name() -> None:
    hooks = import_module("tikcast.simulator.faults.hooks")

    def close(context: Any) -> list[Any]:
        return [context.intact]

    with pytest.raises(ValueError, match="close"):
        hooks.FRAME.fault("close", "a second one")(close)
