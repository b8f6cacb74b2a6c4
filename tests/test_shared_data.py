"""The loaders of real messages, and what happens without the data."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.shared_data import REPO, RealMessage

ONE_TEST = "tests/test_shared_data.py::test_every_expected_reading_belongs_to_a_real_message"


def test_every_real_message_has_an_id_of_its_own_a_method_and_bytes(
    real_messages: list[RealMessage],
) -> None:
    assert len({message.id for message in real_messages}) == len(real_messages)
    assert all(message.method and message.payload for message in real_messages)


def test_every_expected_reading_belongs_to_a_real_message(
    real_messages: list[RealMessage], expected_events: dict[str, dict[str, Any]]
) -> None:
    assert expected_events.keys() <= {message.id for message in real_messages}


def run_one_test(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE_TEST]
    clean = {k: v for k, v in os.environ.items() if k not in {"TIKCAST_REQUIRE_SHARED", "TIKCAST_SHARED"}}
    return subprocess.run(command, cwd=REPO, env=clean | env, capture_output=True, text=True, check=False)


def test_missing_shared_data_skips_and_says_where_it_looked(tmp_path: Path) -> None:
    run = run_one_test({"TIKCAST_SHARED": str(tmp_path / "nowhere")})
    assert run.returncode == 0, run.stdout
    assert "1 skipped" in run.stdout
    assert f"No shared data at {tmp_path / 'nowhere'}" in run.stdout


def test_missing_shared_data_fails_where_it_is_required(tmp_path: Path) -> None:
    run = run_one_test({"TIKCAST_SHARED": str(tmp_path / "nowhere"), "TIKCAST_REQUIRE_SHARED": "1"})
    assert run.returncode == 1, run.stdout
    assert "No shared data at" in run.stdout
