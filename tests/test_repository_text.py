"""The text of the repository is about tikcast only, and not about the machine on which it was written."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.shared_data import REPO

RULES = {
    "a path of one machine": re.compile(r"(?<![\w.])/(work|root|home)/\w"),
    "a note to oneself": re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"),
    "a number in somebody's tracker": re.compile(r"(?i)\bissues?\s+#?\d"),
    "data outside the repository": re.compile(r"\bshared/|\b(fields|enums)\.tsv|TIKCAST_SHARED"),
}
# Tests and benchmarks use data outside the clone; the document for developers describes this.
MAY_NAME_OUTSIDE_DATA = {"tests", "benchmarks", "CONTRIBUTING.md"}


def documents() -> list[Path]:
    """Every tracked or new text file, except this one, which contains the patterns."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    if not (REPO / ".git").exists():
        pytest.skip("This copy is no git repository, so its files cannot be told from others.")
    names = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True).stdout.split("\n")
    paths = [REPO / name for name in names if name and REPO / name != Path(__file__)]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def breaches(path: str, text: str) -> list[str]:
    """The matches of the rules in a text."""
    found = []
    for what, pattern in RULES.items():
        if what.startswith("data") and Path(path).parts[0] in MAY_NAME_OUTSIDE_DATA:
            continue
        found += [f"{path}: {what}: {match[0]!r}" for match in pattern.finditer(text)]
    return found


def test_no_file_names_a_machine_a_tracker_or_outside_data() -> None:
    found = []
    for path in documents():
        if path.name != "uv.lock":
            found += breaches(path.relative_to(REPO).as_posix(), path.read_text(encoding="utf-8", errors="replace"))
    assert found == []


@pytest.mark.parametrize(
    "text", ["see /work/x", "# TODO: later", "fixes issue 12", "as in fields.tsv", "from ../shared/wire"]
)
def test_such_a_text_is_found(text: str) -> None:
    assert breaches("src/tikcast/client.py", text)


def test_every_document_that_is_named_exists() -> None:
    paths = documents()
    known = {path.name for path in paths}
    named = re.compile(r"(?<![\w:/.-])[\w./-]*?([\w-]+\.md)\b")
    missing = [
        f"{path.relative_to(REPO)}: {name}"
        for path in paths
        if path.suffix in {".md", ".py", ".toml", ".yml", ".proto", ".sh"}
        for name in named.findall(path.read_text(encoding="utf-8", errors="replace"))
        if name not in known
    ]
    assert missing == []
