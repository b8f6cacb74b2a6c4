"""A module holds one idea: it is not long, and it is no fragment of an idea either."""

import ast
from collections import Counter
from statistics import median

from tests.source_tree import PACKAGE, Function, Module, modules

LONGEST_MODULE = 600
LONGEST_FUNCTION = 60
USUAL_MODULE = range(120, 351)
LONG_FUNCTION = 30
# What share of the functions may be longer than that.
FEW = 0.03
MODULES_IN_A_FOLDER = 22
SHORT_MODULE = 40

# Modules shorter than 40 lines, each with the reason for a module of its own.
COMMAND = "one module a command"
FAMILY = "one module a family of events"
SHORT: dict[str, str] = {
    "tikcast._proto.fast": "gives the messages of one descriptor set as its attributes",
    "tikcast._proto.schema": "gives the messages of one descriptor set as its attributes",
    "tikcast._proto.varint": "the one reader of varints, below the schema and the wire format",
    "tikcast.cli.audience": COMMAND,
    "tikcast.cli.feed": COMMAND,
    "tikcast.cli.gifts": COMMAND,
    "tikcast.cli.prices": COMMAND,
    "tikcast.events.chat": FAMILY,
    "tikcast.events.raw": FAMILY,
    "tikcast.models.picture": "one module an answer",
    "tikcast.simulator.chance": "every part of the simulator imports it",
    "tikcast.simulator.room.state": "what the room, its connections and the faults share",
}


def hand_written() -> list[Module]:
    return [module for module in modules() if not module.generated]


def size(module: Module) -> int:
    return len(module.text.splitlines())


def lines(function: Function) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def only_gathers(module: Module) -> bool:
    """Whether it is the module of a folder and defines nothing itself: such a module has no size to speak of."""
    defines = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return module.path.name in {"__init__.py", "__main__.py"} and not any(
        isinstance(node, defines) for node in module.tree.body
    )


def test_no_module_is_longer_than_600_lines() -> None:
    assert {m.name: size(m) for m in hand_written() if size(m) > LONGEST_MODULE} == {}


def test_the_usual_module_has_120_to_350_lines() -> None:
    sizes = [size(module) for module in hand_written() if not only_gathers(module)]
    assert int(median(sizes)) in USUAL_MODULE


def test_a_module_of_less_than_40_lines_has_a_reason() -> None:
    short = {m.name for m in hand_written() if size(m) < SHORT_MODULE and not only_gathers(m)}
    assert short == set(SHORT)


def test_a_folder_holds_at_most_22_modules() -> None:
    folders = Counter(str(m.path.parent.relative_to(PACKAGE)) for m in hand_written() if m.path.name != "__init__.py")
    assert {name: count for name, count in folders.items() if count > MODULES_IN_A_FOLDER} == {}


def test_no_function_is_longer_than_60_lines_and_few_than_30() -> None:
    sizes = {f"{m.name}.{function.name}": lines(function) for m in hand_written() for function in m.functions}
    assert {name: count for name, count in sizes.items() if count > LONGEST_FUNCTION} == {}
    long = {name: count for name, count in sizes.items() if count > LONG_FUNCTION}
    assert len(long) <= FEW * len(sizes), long


def test_only_generated_folders_hold_generated_modules() -> None:
    generated = [module.name for module in modules() if module.generated]
    assert [name for name in generated if "._proto" not in name and "._generated" not in name] == []
