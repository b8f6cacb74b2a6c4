"""Write the locked versions as files for pip, which cannot read uv.lock and, before 25.1, no dependency groups.

Usage: locked.py REQUIREMENTS CONSTRAINTS (the two files to write)
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LEFT_OUT = {"record"}  # a large ffmpeg; development uses the one of the system
ROOT = Path(__file__).resolve().parent.parent


def requirements(project: dict[str, Any], group: str) -> Iterator[str]:
    """Yield the project itself with its extras, then the members of the dependency group."""
    extras = ",".join(name for name in project["project"]["optional-dependencies"] if name not in LEFT_OUT)
    yield f"--editable {ROOT.as_uri()}[{extras}]"
    yield from group_members(project["dependency-groups"], group)


def group_members(groups: dict[str, list[Any]], group: str) -> Iterator[str]:
    """Yield the requirements of a dependency group, including those of included groups."""
    for entry in groups[group]:
        if isinstance(entry, dict):
            yield from group_members(groups, entry["include-group"])
        else:
            yield entry


def constraints(lock: dict[str, Any]) -> Iterator[str]:
    """Yield one line per locked package; a version for some Python versions only keeps its marker."""
    for package in lock["package"]:
        if "registry" in package["source"]:
            line = f"{package['name']}=={package['version']}"
            markers = " or ".join(f"({m})" for m in package.get("resolution-markers", ()))
            yield f"{line} ; {markers}" if markers else line


def read(name: str) -> dict[str, Any]:
    """Read one of the repository's TOML files."""
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def main() -> None:
    """Write the two files."""
    if len(sys.argv) != 3:
        sys.exit("locked.py needs two file names: REQUIREMENTS CONSTRAINTS")
    wanted = requirements(read("pyproject.toml"), "dev")
    Path(sys.argv[1]).write_text("\n".join(wanted) + "\n", encoding="utf-8")
    Path(sys.argv[2]).write_text("\n".join(constraints(read("uv.lock"))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
