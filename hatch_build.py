"""Build the compiled reader of the decoder into what is installed, or say why that goes without it.

Hatchling calls the hook for every wheel and every editable install; `python hatch_build.py` compiles for this
source tree alone and ends with 1 where it cannot. One binary serves every CPython from 3.11 on. Nothing fails
for want of a compiler, for the package reads the same without it; TIKCAST_NO_COMPILE=1 leaves it out.
"""

import atexit
import os
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

FOLDER = Path("src", "tikcast", "_wire", "protobuf")
SOURCE = "_pick.c"
NAMES = ("_pick.abi3.so", "_pick.pyd")
ADVICE = "Install a C compiler and Python's headers (Debian: gcc libc6-dev python3-dev), then install tikcast again."
# Setuptools knows the compiler of each system. Python's own flags ask it for debugging too, which would be most
# of the file; Microsoft's optimises without being told.
SETUP = """
import os
from setuptools import Extension, setup
flags = [] if os.name == "nt" else ["-O2", "-g0"]
reader = Extension("_pick", ["_pick.c"], py_limited_api=True, extra_compile_args=flags)
setup(name="reader", version="0", ext_modules=[reader], script_args=["build_ext", "--inplace"])
"""


class NotCompiledError(Exception):
    """Why there is no compiled reader, and what to do about it, in sentences."""


def compile_reader(root: Path, scratch: Path) -> Path | None:
    """The compiled reader, in the folder `scratch`; None when it is not wanted. NotCompiledError when it fails."""
    source = root / FOLDER / SOURCE
    if os.environ.get("TIKCAST_NO_COMPILE", "0") not in {"", "0"} or not source.exists():
        return None
    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        raise NotCompiledError("this Python has no stable ABI.")
    shutil.copy(source, scratch)
    command = [sys.executable, "-c", SETUP]
    ended = subprocess.run(
        command, cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )
    for name in NAMES:
        if ended.returncode == 0 and (scratch / name).exists():
            return scratch / name
    raise NotCompiledError(f"{_reason(ended.stdout)}. {ADVICE}")


def _reason(output: str) -> str:
    """The first line that calls itself an error, without the flags of a whole command."""
    found = (line for line in output.splitlines() if "error:" in line.lower())
    reason = next(found, "compiling it failed").strip().removeprefix("error: ").rstrip(".")
    return textwrap.shorten(reason, 120, placeholder=" …")


def put(reader: Path | None, folder: Path) -> None:
    """Give a source tree this reader, or none: an older one may not fit the source beside it."""
    for name in NAMES:
        if reader is None or name != reader.name:
            (folder / name).unlink(missing_ok=True)
    if reader is not None:
        # A process that has the old one open keeps it.
        new = folder / f"{os.getpid()}-{reader.name}"
        shutil.copyfile(reader, new)
        new.replace(folder / reader.name)


def build(root: Path, scratch: Path, *, into_tree: bool) -> Path | None:
    """Compile, for the source tree too if asked. NotCompiledError when that fails; the tree has none then."""
    reader = None
    try:
        try:
            reader = compile_reader(root, scratch)
        finally:
            if into_tree:
                put(reader, root / FOLDER)
    except OSError as error:
        raise NotCompiledError(f"{error}.") from error
    return reader


def complain(error: NotCompiledError) -> None:
    """Say in one line what is missing."""
    print(f"tikcast goes without its compiled reader, and decodes slower: {error}", file=sys.stderr)


class ReaderHook(BuildHookInterface[WheelBuilderConfig]):
    """Puts the compiled reader into a wheel, or for an editable install into the source tree."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tell hatchling what the wheel holds by that."""
        scratch = mkdtemp(prefix="tikcast-")
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)  # hatchling reads it after this
        editable = version == "editable"
        try:
            reader = build(Path(self.root), Path(scratch), into_tree=editable)
        except NotCompiledError as error:
            complain(error)
            return
        if reader is not None and not editable:
            builder: Any = self.build_config.builder
            platform = builder.get_best_matching_tag().rpartition("-")[2]
            build_data["force_include"][str(reader)] = f"tikcast/_wire/protobuf/{reader.name}"
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{platform}"


def main() -> int:
    """Compile for this source tree."""
    with TemporaryDirectory(prefix="tikcast-") as scratch:
        try:
            build(Path(__file__).resolve().parent, Path(scratch), into_tree=True)
        except NotCompiledError as error:
            complain(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
