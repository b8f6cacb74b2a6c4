"""Decoding without end takes no more memory than decoding for a while."""

import json
import subprocess
import sys

import pytest

from tests.shared_data import REPO, shared_dir

MIB = 1 << 20


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_the_process_stays_where_it_was_however_many_messages_it_decodes() -> None:
    shared_dir()
    command = [sys.executable, "-m", "benchmarks.memory", "--messages", "30000", "--json"]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    results = json.loads(done.stdout)
    assert [result["loop"] for result in results] == ["decode_frame", "LiveSession"]
    assert all(result["messages"] >= 30_000 for result in results)
    assert {result["loop"]: result["grown"] / MIB for result in results if result["grown"] >= 5 * MIB} == {}
