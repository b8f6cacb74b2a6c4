"""Build the compiled reader of the decoder into a wheel or an editable install.

Hatchling calls the hook for every wheel and every editable install. `python hatch_build.py` compiles for this source
tree only, and ends with exit code 1 if that fails. One binary works with every CPython from 3.11 on. Without a
compiler an installation still succeeds, with a warning: the package then decodes the same events, but slower.
TIKCAST_NO_COMPILE=1 leaves the reader out. A missing source file is an error of this repository and ends every build.
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
# Setuptools knows the compiler of each system. Python's own flags add debug information, which would be most of the
# file; Microsoft's compiler optimises by default.
SETUP = """
import os
from setuptools import Extension, setup
flags = [] if os.name == "nt" else ["-O2", "-g0"]
reader = Extension("_pick", ["_pick.c"], py_limited_api=True, extra_compile_args=flags)
setup(name="reader", version="0", ext_modules=[reader], script_args=["build_ext", "--inplace"])
"""


class NotCompiledError(Exception):
    """Why there is no compiled reader, and what to do about it, in sentences."""


class MissingSourceError(Exception):
    """The source of the reader is not where this script expects it."""

    def __init__(self, source: Path) -> None:
        super().__init__(f"{source} is missing: the compiled reader has moved, or the source tree is incomplete")


def compile_reader(root: Path, scratch: Path) -> Path | None:
    """The compiled reader, in the folder `scratch`; None when TIKCAST_NO_COMPILE leaves it out.

    Raises NotCompiledError when it cannot be compiled here, and MissingSourceError.
    """
    source = root / FOLDER / SOURCE
    if not source.exists():
        raise MissingSourceError(source)
    if os.environ.get("TIKCAST_NO_COMPILE", "0") not in {"", "0"}:
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
    """The first line with an error, without the flags of a whole command."""
    errors = (line for line in output.splitlines() if "error:" in line.lower())
    reason = next(errors, "compiling it failed").strip().removeprefix("error: ").rstrip(".")
    return textwrap.shorten(reason, 120, placeholder=" …")


def put(reader: Path | None, folder: Path) -> None:
    """Put this reader into a source tree, or remove the one there: an older one may not fit the source."""
    for name in NAMES:
        if reader is None or name != reader.name:
            (folder / name).unlink(missing_ok=True)
    if reader is not None:
        # A process that has the old file open keeps it.
        new = folder / f"{os.getpid()}-{reader.name}"
        shutil.copyfile(reader, new)
        new.replace(folder / reader.name)


def build(root: Path, scratch: Path, *, into_tree: bool) -> Path | None:
    """Compile, with `into_tree` for the source tree too. NotCompiledError when that fails; then the tree has none."""
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


def warn(error: NotCompiledError) -> None:
    """Print in one line what is missing."""
    print(f"tikcast is installed without its compiled reader and decodes slower: {error}", file=sys.stderr)


class ReaderHook(BuildHookInterface[WheelBuilderConfig]):
    """Puts the compiled reader into a wheel, or into the source tree for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the reader to the wheel."""
        scratch = mkdtemp(prefix="tikcast-")
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)  # hatchling reads it after this
        editable = version == "editable"
        try:
            reader = build(Path(self.root), Path(scratch), into_tree=editable)
        except NotCompiledError as error:
            warn(error)
            return
        if reader is not None and not editable:
            builder: Any = self.build_config.builder
            platform = builder.get_best_matching_tag().rpartition("-")[2]
            build_data["force_include"][str(reader)] = f"{FOLDER.relative_to('src').as_posix()}/{reader.name}"
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{platform}"


def main() -> int:
    """Compile for this source tree."""
    with TemporaryDirectory(prefix="tikcast-") as scratch:
        try:
            build(Path(__file__).resolve().parent, Path(scratch), into_tree=True)
        except NotCompiledError as error:
            warn(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
