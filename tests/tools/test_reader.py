"""The compiled reader is built into what is installed, and nothing fails where it cannot be."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.shared_data import REPO

SOURCES = ("pyproject.toml", "uv.lock", "hatch_build.py", "Makefile", ".gitignore", "README.md", "LICENSE")
READERS = ("_pick.abi3.so", "_pick.pyd")
ASK = """
from tikcast import decode_message
from tikcast._wire.protobuf.picking import COMPILED
print(COMPILED, decode_message("WebcastChatMessage", b"\\x1a\\x02hi").comment)
"""
MISSING = "tikcast is installed without its compiled reader and decodes slower: "
# `make setup` sees to a compiler in CI.
needs_compiler = pytest.mark.skipif(
    shutil.which("cc") is None and os.environ.get("CI") != "true", reason="there is no C compiler"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what an installation is made of, with nothing compiled."""
    root = tmp_path / "tree"
    ignore = shutil.ignore_patterns("__pycache__", *READERS)
    for folder in ("src", "tools"):
        shutil.copytree(REPO / folder, root / folder, ignore=ignore)
    for name in SOURCES:
        shutil.copy(REPO / name, root / name)
    return root


def run(tree: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a tree."""
    usual = {name: value for name, value in os.environ.items() if name not in {"CC", "TIKCAST_NO_COMPILE"}}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=tree, env=usual | env, capture_output=True, text=True, check=False)


def build(tree: Path, target: str = "wheel", **env: str) -> tuple[Path, str]:
    """Build one distribution; the file, and what was said on the way to it."""
    ended = run(tree, "-m", "hatchling", "build", "--target", target, **env)
    assert ended.returncode == 0, ended.stderr
    *said, name = (ended.stdout + ended.stderr).splitlines()
    return tree / name, "\n".join(said)


def installed(wheel: Path) -> str:
    """What a program says that finds tikcast in the unpacked wheel."""
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    ended = run(wheel.parent, "-c", ASK, PYTHONPATH=str(folder))
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def readers(tree: Path) -> list[str]:
    return [name for name in READERS if (tree / "src/tikcast/_wire/protobuf" / name).exists()]


@needs_compiler
def test_a_wheel_holds_the_compiled_reader_for_every_later_python_and_no_source_of_it(tree: Path) -> None:
    wheel, said = build(tree)
    assert said == ""
    assert "-cp311-abi3-" in wheel.name
    assert not wheel.name.endswith("-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names & {f"tikcast/_wire/protobuf/{name}" for name in READERS}
    assert not any(name.endswith("_pick.c") for name in names)
    assert readers(tree) == []
    assert installed(wheel) == "True hi\n"


@needs_compiler
def test_the_wheel_of_a_source_distribution_is_compiled_too(tree: Path) -> None:
    archive, _ = build(tree, "sdist")
    shutil.unpack_archive(archive, tree / "unpacked", filter="data")
    wheel, _ = build(tree / "unpacked" / archive.name.removesuffix(".tar.gz"))
    assert "-cp311-abi3-" in wheel.name


def test_who_leaves_the_reader_out_gets_a_wheel_for_every_system_that_works(tree: Path) -> None:
    wheel, said = build(tree, TIKCAST_NO_COMPILE="1")
    assert said == ""
    assert wheel.name.endswith("-py3-none-any.whl")
    assert installed(wheel) == "False hi\n"


@pytest.mark.parametrize("compiler", ["false", "no-such-compiler"])
def test_without_a_working_compiler_the_wheel_works_and_one_line_says_what_to_install(
    tree: Path, compiler: str
) -> None:
    wheel, said = build(tree, CC=compiler)
    assert wheel.name.endswith("-py3-none-any.whl")
    assert said.startswith(MISSING)
    assert said.endswith("(Debian: gcc libc6-dev python3-dev), then install tikcast again.")
    assert "\n" not in said
    assert compiler in said
    assert installed(wheel) == "False hi\n"


@needs_compiler
def test_an_editable_install_compiles_into_the_tree_which_keeps_no_reader_that_is_not_wanted(tree: Path) -> None:
    wheel, said = build(tree, "wheel:editable")
    assert said == ""
    assert wheel.name.endswith("-py3-none-any.whl")
    assert len(readers(tree)) == 1
    assert run(tree, "-c", ASK, PYTHONPATH="src").stdout == "True hi\n"
    build(tree, "wheel:editable", TIKCAST_NO_COMPILE="1")
    assert readers(tree) == []


@needs_compiler
def test_a_reader_that_no_longer_compiles_leaves_the_tree_without_one(tree: Path) -> None:
    assert run(tree, "hatch_build.py").returncode == 0
    assert len(readers(tree)) == 1
    with (tree / "src/tikcast/_wire/protobuf/_pick.c").open("a") as source:
        source.write("\n#error half written\n")
    ended = run(tree, "hatch_build.py")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{MISSING}_pick.c:")
    assert "half written" in ended.stderr
    assert readers(tree) == []
    assert run(tree, "-c", ASK, PYTHONPATH="src").stdout == "False hi\n"


def test_make_sets_up_again_when_the_source_of_the_reader_is_newer(tree: Path) -> None:
    stamp = tree / ".venv/.ready"
    stamp.parent.mkdir()
    stamp.touch()
    later = max(path.stat().st_mtime for path in tree.rglob("*") if path.is_file()) + 10
    os.utime(stamp, (later, later))
    question = ["make", "--question", "setup"]
    assert subprocess.run(question, cwd=tree, check=False).returncode == 0
    os.utime(tree / "src/tikcast/_wire/protobuf/_pick.c", (later + 10, later + 10))
    assert subprocess.run(question, cwd=tree, check=False).returncode == 1


def test_a_wheel_holds_the_descriptors_of_the_schema_and_no_stubs_of_them(tree: Path) -> None:
    wheel, _ = build(tree, TIKCAST_NO_COMPILE="1")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("tikcast/_proto/")}
    assert {"tikcast/_proto/schema.binpb", "tikcast/_proto/fast.binpb", "tikcast/_proto/fast.py"} <= names
    assert [name for name in names if name.endswith(".pyi")] == []


@pytest.mark.parametrize("target", ["wheel", "wheel:editable"])
def test_a_reader_that_is_not_where_it_belongs_ends_the_build(tree: Path, target: str) -> None:
    source = tree / "src/tikcast/_wire/protobuf/_pick.c"
    source.rename(source.parent.parent / source.name)
    ended = run(tree, "-m", "hatchling", "build", "--target", target)
    assert ended.returncode != 0
    assert "_pick.c is missing" in ended.stderr


def test_everything_that_names_the_source_of_the_reader_names_its_place() -> None:
    texts = {name: (REPO / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "CONTRIBUTING.md")}
    named = {path for text in texts.values() for path in re.findall(r"src/tikcast/[\w/]*_pick\.c", text)}
    assert named == {"src/tikcast/_wire/protobuf/_pick.c"}
    assert (REPO / "src/tikcast/_wire/protobuf/_pick.c").exists()
    modules = {path for text in texts.values() for path in re.findall(r"from (tikcast[\w.]*) import COMPILED", text)}
    assert modules == {"tikcast._wire.protobuf.picking"}
