"""Decoding is the same on every protobuf runtime, the slow one in pure Python too."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests._wire.protobuf.runtime_probe import readings
from tests.shared_data import REPO


def probe(runtime: str) -> dict[str, Any]:
    env = os.environ | {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": runtime}
    command = [sys.executable, "-m", "tests._wire.protobuf.runtime_probe"]
    run = subprocess.run(command, cwd=REPO, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told: dict[str, Any] = json.loads(run.stdout)
    assert told["runtime"] == runtime
    return told


def test_the_runtime_in_pure_python_reads_the_same_and_warns_once(shared_dir: Path) -> None:
    slow = probe("python")
    assert len(slow["warnings"]) == 1
    assert "75 times slower" in slow["warnings"][0]
    assert slow["readings"] == readings()


def test_the_compiled_runtime_gives_no_warning(shared_dir: Path) -> None:
    assert probe("upb")["warnings"] == []
