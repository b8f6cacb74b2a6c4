"""The requirements for pip are those of the lock file."""

import re
import tomllib
from typing import Any

from locked import LEFT_OUT, constraints, read, requirements
from tests.shared_data import REPO


def name_of(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return found[0].lower().replace("_", "-")


def locked_names(lock: dict[str, Any]) -> set[str]:
    return {package["name"] for package in lock["package"]}


def test_pip_gets_the_project_with_its_extras_and_the_whole_development_group() -> None:
    project = read("pyproject.toml")
    first, *rest = requirements(project, "dev")
    extras = [name for name in project["project"]["optional-dependencies"] if name not in LEFT_OUT]
    assert first == f"--editable {REPO.as_uri()}[{','.join(extras)}]"
    assert {"pytest", "ruff", "mypy"} <= {name_of(line) for line in rest}


def test_every_locked_package_keeps_its_version() -> None:
    lock = read("uv.lock")
    assert {name_of(line) for line in constraints(lock)} == locked_names(lock) - {"tikcast"}


def test_a_package_locked_twice_keeps_a_marker_for_each_version() -> None:
    lock = tomllib.loads(
        """
        [[package]]
        name = "a"
        version = "1"
        source = { registry = "https://pypi.org/simple" }
        resolution-markers = ["python_version < '3.12'"]
        [[package]]
        name = "a"
        version = "2"
        source = { registry = "https://pypi.org/simple" }
        resolution-markers = ["python_version == '3.12'", "python_version > '3.12'"]
        """
    )
    assert list(constraints(lock)) == [
        "a==1 ; (python_version < '3.12')",
        "a==2 ; (python_version == '3.12') or (python_version > '3.12')",
    ]


def test_the_lock_contains_every_requirement_of_the_project() -> None:
    project, lock = read("pyproject.toml"), read("uv.lock")
    tables = [project["project"]["optional-dependencies"], project["dependency-groups"]]
    wanted = {name_of(line) for line in project["project"]["dependencies"]}
    for group in (group for table in tables for group in table.values()):
        wanted |= {name_of(line) for line in group if isinstance(line, str)}
    assert wanted - locked_names(lock) == set()
