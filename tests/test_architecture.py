"""Imports point inwards, and nothing heavy loads before it is asked for."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

import tikcast
from tests.shared_data import REPO
from tests.source_tree import PACKAGE, Import, Module, modules, modules_of_tests, part_of

VALUES = {"errors", "options", "models", "events"}
PURE = {*VALUES, "_wire"}

# Part of the tree → the other parts it may import. A part that is not named here is an edge.
MAY_IMPORT = {
    "errors": set(),
    "options": {"errors"},
    "events": {"errors"},
    "models": {"errors", "events"},
    "_proto": set(),
    "_wire": {"_proto", *VALUES},
    "_inspect": {"_wire", "_proto", *VALUES},
    "wire": {"_inspect", "_wire", *VALUES},
    "_clock": set(),
    "signer": set(),
    "_options": {*PURE, "signer"},
    "_net": {*PURE, "_clock", "signer", "_options"},
    "_live": {*PURE, "_clock", "_options", "_net"},
    "live": {*PURE, "_clock", "_options", "_net", "_live"},
    "feed": {*PURE, "_net", "live"},
    "client": {*PURE, "_clock", "signer", "_options", "_net", "_live", "live", "feed"},
}
# Edges stand on the public API; these few reach below it, each for the reason beside it.
EDGE_REACHES = {
    "cli": {"_options"},  # options of clients
    "capture": {"_clock"},  # it measures time
    "diagnosis": {"_net", "_options", "_clock", "_wire"},  # it asks each source and method by itself
    "recording": {"_net", "_clock"},  # it fetches video as the client's browser does, and measures time
    "simulator": {"_proto", "_wire"},  # it encodes what the core decodes
    "sync": {"_options"},  # the types of the options that it hands on
}
# An option that asks for an edge loads it when it is given, never before.
LAZY_REACHES = {
    "client": {"capture"},  # TikTok(trace=…)
    "live": {"recording"},  # Live.download
}

# Tests stand on the public API, and those of a private part on that part; these few reach further.
TEST_REACHES = {
    "tests._wire": {"_proto"},  # the messages as the decoder reads them
    "tests._live": {"_net", "_options"},  # a network that is made for the test
    "tests._net": {"_options"},  # networks with options of the test's own
    "tests.cli": {"_options"},  # the options that a command takes over from a client
    "tests.test_client": {"_options"},  # the record of options, against the signature
    "tests.diagnosis": {"_options"},  # the options of a client that is examined
    "tests.test_connecting_faults": {"_options"},  # the same
    "tests.live_room": {"_net", "_options"},  # a live stream whose clock and chance are the test's
    "tests.chaos": {"_net", "_options", "_wire"},  # a network without sockets, in made-up time
    "tests.fuzz": {"_wire"},  # each reader of bytes is attacked by itself
    "tests.tools": {"_proto"},  # what is generated, against its sources
    "tests.recording": {"_net", "_options"},  # video from servers that are not the simulator
}

CLOCKS_AND_IO = {
    "asyncio", "concurrent", "http", "multiprocessing", "random", "select", "selectors", "socket",
    "ssl", "subprocess", "threading", "time", "urllib",
}  # fmt: skip

# The simulator is pure but for its skin. Its chance is seeded, and of HTTP it knows the status codes and queries.
HARMLESS_THERE = {"http", "random", "urllib"}
SKIN = ("server", "video.channel", "video.clips", "video.media")

# Third-party packages that may load with a module → the parts that may do so; None: any part.
THIRD_PARTY = {
    "google": None,
    "msgspec": None,
    "websockets": {"_net", "simulator"},
    "python_socks": {"_net"},
    "cyclopts": {"cli"},
    "rich": {"cli"},
    "starlette": {"simulator"},
    "uvicorn": {"simulator"},
    "prometheus_client": {"metrics"},
}

PUBLIC_NAMES = [
    "TikTok", "Live", "Feed", "Recording", "Endpoints", "Identity", "Timeouts", "Reconnect", "Limits", "decode_message",
    "decode_frame", "Frame", "LiveSession", "to_json", "to_dict", "from_json", "TikcastError", "Event",
    "RoomEvent", "ChatEvent", "UserEvent", "JoinEvent", "FollowEvent", "ShareEvent", "SubscribeEvent",
    "ViewersEvent", "GiftEvent", "LikeEvent", "QuestionEvent", "ControlEvent", "MicBattleEvent",
    "BattlesEvent", "RoomBannerEvent", "IntroEvent", "UnknownEvent", "LiveEnded",
]  # fmt: skip


def wrong_directions(tree: Iterable[Module]) -> Iterator[str]:
    """Yield each import that points outwards."""
    for module in tree:
        part = part_of(module.name)
        outwards = {i for i in module.imports if part and i.name.startswith("tikcast.") and not allowed(part, i)}
        yield from sorted({f"{module.name} imports tikcast.{part_of(i.name)}" for i in outwards})


def allowed(part: str, wanted: Import) -> bool:
    target = part_of(wanted.name)
    lazily = not wanted.at_import_time and target in LAZY_REACHES.get(part, set())
    return target == part or lazily or may_import(part, target)


def may_import(part: str, target: str) -> bool:
    if part in MAY_IMPORT:
        return target in MAY_IMPORT[part]
    return not target.startswith("_") or target in EDGE_REACHES.get(part, set())


def far_reaches(tree: Iterable[Module], *, granted: Mapping[str, set[str]] = TEST_REACHES) -> Iterator[str]:
    """Yield each import by which a test reaches into a private part that it is not a test of."""
    for module in tree:
        inside = {
            part for i in module.imports if i.name.startswith("tikcast.") and (part := part_of(i.name))[:1] == "_"
        }
        owns = {part_of(module.name), part_of(module.name).replace("test_", "_", 1)}
        fine = owns.union(*(parts for place, parts in granted.items() if is_within(module.name, place)))
        yield from sorted(f"{module.name} imports tikcast.{part}" for part in inside - fine)


def is_within(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def impurities(tree: Iterable[Module]) -> Iterator[str]:
    """Yield each import of a clock or of I/O in the pure parts."""
    for module in tree:
        if part_of(module.name) in {*PURE, "_inspect", "wire"} - {"errors", "options"}:
            for name in sorted({i.name.split(".")[0] for i in module.imports} & CLOCKS_AND_IO):
                yield f"{module.name} imports {name}"


def impure_simulation(tree: Iterable[Module]) -> Iterator[str]:
    """Yield each import of a clock or of I/O in the simulator below its skin."""
    for module in tree:
        inside = module.name.removeprefix("tikcast.simulator.")
        if part_of(module.name) == "simulator" and not inside.startswith(SKIN):
            for name in sorted({i.name.split(".")[0] for i in module.imports} & (CLOCKS_AND_IO - HARMLESS_THERE)):
                yield f"{module.name} imports {name}"


def heavy_imports(tree: Iterable[Module]) -> Iterator[str]:
    """Yield each third-party import that runs with a module and is not that part's to make."""
    for module in tree:
        for name in sorted({i.name.split(".")[0] for i in module.imports if i.at_import_time}):
            if name == "tikcast" or name in sys.stdlib_module_names:
                continue
            owners = THIRD_PARTY.get(name, set())
            if owners is not None and part_of(module.name) not in owners:
                yield f"{module.name} imports {name} at its top"


def import_circles(tree: Sequence[Module]) -> list[list[str]]:
    """Return each group of modules that import each other, whenever an import runs, those for type checkers too."""
    names = {module.name for module in tree}
    imports = {
        module.name: {target for i in module.imports if (target := nearest(i.name, names))} - {module.name}
        for module in tree
    }
    reached = {name: reachable(name, imports) for name in imports}
    circles = {frozenset(other for other in reached[name] if name in reached[other]) for name in reached}
    return sorted(sorted(circle) for circle in circles if circle)


def nearest(name: str, names: set[str]) -> str:
    """Return the module that an import names: the name itself, or what it is imported from; "" for others."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name


def reachable(name: str, imports: Mapping[str, set[str]]) -> set[str]:
    """Return the modules that a module imports, directly or by way of others."""
    reached: set[str] = set()
    waiting = list(imports[name])
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += imports[module]
    return reached


def made_up(name: str, text: str) -> list[Module]:
    return [Module(name=name, path=PACKAGE / "made_up.py", text=text)]


def test_imports_point_inwards() -> None:
    assert list(wrong_directions(modules())) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tikcast.events.chat", "from tikcast._wire import frames"),
        ("tikcast.events.chat", "from ..live import Live"),
        ("tikcast.events.chat", "def f():\n    from tikcast import client"),
        ("tikcast._net.http", "import tikcast._proto.schema"),
        ("tikcast._live.hub", "from tikcast.live import Live"),
        ("tikcast.live", "from tikcast.client import TikTok"),
        ("tikcast.live", "from tikcast.cli import main"),
        ("tikcast.client", "from tikcast.capture import recorder"),
        ("tikcast.cli.watch", "from tikcast._net.network import Network"),
        ("tikcast.simulator.server.app", "from tikcast._net import socket"),
    ],
)
def test_an_import_that_points_outwards_is_found(name: str, text: str) -> None:
    assert list(wrong_directions(made_up(name, text)))


def test_no_modules_import_each_other() -> None:
    assert import_circles(modules()) == []


@pytest.mark.parametrize(
    "back",
    [
        "from tikcast.feed import Feed",
        "from tikcast import feed",
        "def f():\n    import tikcast.feed",
        "if TYPE_CHECKING:\n    from tikcast.feed import Feed",
    ],
)
def test_modules_that_import_each_other_are_found(back: str) -> None:
    tree = [
        *made_up("tikcast.feed", "from tikcast.live import Live"),
        *made_up("tikcast.live", "from tikcast.events.chat import ChatEvent\nimport asyncio"),
        *made_up("tikcast.events.chat", back),
        *made_up("tikcast.client", "from tikcast.feed import Feed"),
    ]
    assert import_circles(tree) == [["tikcast.events.chat", "tikcast.feed", "tikcast.live"]]


def test_tests_stand_on_the_public_api_or_on_the_part_that_they_are_tests_of() -> None:
    assert list(far_reaches(modules_of_tests())) == []


def test_no_test_may_reach_further_than_it_does() -> None:
    reaches = list(far_reaches(modules_of_tests(), granted={}))
    for place, parts in TEST_REACHES.items():
        reached = {reach.rpartition(".")[2] for reach in reaches if is_within(reach.partition(" ")[0], place)}
        assert parts == reached, place


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tests.test_client", "from tikcast._net.network import Network"),
        ("tests.cli.test_watch", "def f():\n    from tikcast import _live"),
        ("tests._net.test_http", "from tikcast._wire import frames"),
    ],
)
def test_a_test_that_reaches_into_another_part_is_found(name: str, text: str) -> None:
    assert list(far_reaches(made_up(name, text)))


def test_the_pure_parts_know_no_clock_and_open_nothing() -> None:
    assert list(impurities(modules())) == []


@pytest.mark.parametrize("text", ["import time", "from asyncio import Queue", "import urllib.parse"])
def test_a_clock_or_io_in_a_pure_part_is_found(text: str) -> None:
    assert list(impurities(made_up("tikcast._wire.session.session", text)))


def test_the_network_and_live_streams_read_the_time_through_one_module() -> None:
    parts = {"_net", "_live", "live", "client", "feed"}
    assert [m.name for m in modules() if part_of(m.name) in parts and "time" in {i.name for i in m.imports}] == []


def test_the_simulator_below_its_skin_knows_no_clock_and_opens_no_socket() -> None:
    assert list(impure_simulation(modules())) == []
    assert list(impure_simulation(made_up("tikcast.simulator.room.room", "import time")))


def test_extras_load_only_where_they_are_owned() -> None:
    assert list(heavy_imports(modules())) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tikcast.client", "import rich"),
        ("tikcast._net.http", "from curl_cffi import requests"),
        ("tikcast._wire.frames", "try:\n    import zlib_ng\nexcept ImportError:\n    pass"),
        ("tikcast.cli.sim", "import uvicorn"),
    ],
)
def test_an_extra_at_the_top_of_a_module_is_found(name: str, text: str) -> None:
    assert list(heavy_imports(made_up(name, text)))


@pytest.mark.parametrize(
    "text",
    ["def f():\n    import rich", "if TYPE_CHECKING:\n    import rich", "import json, msgspec"],
)
def test_an_import_that_waits_until_it_is_needed_is_fine(text: str) -> None:
    assert not list(heavy_imports(made_up("tikcast.client", text)))


def test_importing_tikcast_loads_no_extra_and_no_http_client() -> None:
    lazy = {
        "curl_cffi", "cyclopts", "deflate", "rich", "starlette", "uvicorn",
        "zlib_ng", "tikcast.cli", "tikcast.simulator",
    }  # fmt: skip
    assert loaded_by("tikcast") & lazy == set()


def test_the_command_line_shows_its_help_without_loading_a_server() -> None:
    assert loaded_by("tikcast.cli") & {"starlette", "uvicorn", "curl_cffi"} == set()


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_top_level_exports_exactly_the_names_of_the_contract() -> None:
    assert sorted(tikcast.__all__) == sorted(PUBLIC_NAMES)
    assert len(tikcast.__all__) < 40
    assert [name for name in tikcast.__all__ if not hasattr(tikcast, name)] == []


def test_the_top_level_only_re_exports() -> None:
    top = next(module for module in modules() if module.name == "tikcast")
    assert top.functions == []


def test_the_architecture_document_names_every_part_and_no_file_that_is_not_there() -> None:
    document = (REPO / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = {path.name for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {part for part in parts if part not in document} == set()
    named = set(re.findall(r"(?<![\w*])\w+\.py\b", document))
    assert named - {path.name for path in REPO.rglob("*.py") if ".venv" not in path.parts} == set()


def shared_names(tree: Iterable[Module]) -> dict[str, list[str]]:
    """Class names that several modules define, apart from those of the synchronous counterparts."""
    places: dict[str, list[str]] = {}
    for module in tree:
        if part_of(module.name) != "sync" and not module.generated:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(module.name)
    return {name: modules for name, modules in places.items() if len(modules) > 1}


def test_one_class_name_stands_for_one_idea() -> None:
    assert shared_names(modules()) == {}
    made = [*made_up("tikcast.client", "class Live: ..."), *made_up("tikcast.live", "class Live: ...")]
    assert shared_names(made) == {"Live": ["tikcast.client", "tikcast.live"]}
