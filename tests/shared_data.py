"""Real messages. They are not in the repository, but in the folder TIKCAST_SHARED or next to the clone."""

import base64
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class RealMessage:
    """One message as TikTok sent it; `captured` is UTC in ISO 8601, empty when unknown."""

    id: str
    method: str
    captured: str
    payload: bytes = field(repr=False)


def shared_dir() -> Path:
    """Return the folder of shared data. If it is missing, skip, or fail with TIKCAST_REQUIRE_SHARED=1."""
    path = Path(os.environ.get("TIKCAST_SHARED", REPO.parent / "shared")).resolve()
    if path.is_dir():
        return path
    message = f"No shared data at {path}: set TIKCAST_SHARED to the folder that holds payloads/."
    if os.environ.get("TIKCAST_REQUIRE_SHARED") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def shared_file(name: str) -> Path:
    """Return one file of the shared data; fails if the folder exists without the file."""
    path = shared_dir() / name
    if not path.is_file():
        pytest.fail(f"The shared data lacks {name}.", pytrace=False)
    return path


def read_jsonl_gz(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped JSON lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def load_real_messages() -> list[RealMessage]:
    """Read all real messages, in the order of the file."""
    rows = read_jsonl_gz(shared_file("payloads/real.jsonl.gz"))
    messages = [RealMessage(**{**row, "payload": base64.b64decode(row["payload"])}) for row in rows]
    if not messages:
        pytest.fail("payloads/real.jsonl.gz holds no message.", pytrace=False)
    return messages


def load_expected_events() -> dict[str, dict[str, Any]]:
    """Read the results of another decoder (event, timestamp, data), by message id."""
    return {row["id"]: row for row in read_jsonl_gz(shared_file("payloads/expected.jsonl.gz"))}
