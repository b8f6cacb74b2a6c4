"""The memory and time that hostile inputs cost, each measured in a new process."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.fuzz.memory_probe import CASES
from tests.shared_data import REPO

MIB = 1 << 20

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),  # twenty processes, one after another
    pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc"),
]


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, Any]]:
    """The report of every case."""
    found = {}
    for case in CASES:
        command = [sys.executable, "-m", "tests.fuzz.memory_probe", case]
        done = subprocess.run(command, capture_output=True, text=True, cwd=REPO, check=False)
        assert done.returncode == 0, f"{case}: {done.stderr}"
        found[case] = json.loads(done.stdout)
    return found


def test_a_gibibyte_of_zeros_costs_less_than_64_mib_wherever_it_comes_in(costs: dict[str, dict[str, Any]]) -> None:
    bombs = {case: cost for case, cost in costs.items() if case.startswith("bomb")}
    assert len(bombs) == 3
    assert all(cost["sent"] < 2 * MIB for cost in bombs.values())
    assert {case: cost["grown"] for case, cost in bombs.items() if cost["grown"] >= 64 * MIB} == {}


def test_a_gibibyte_of_zeros_costs_less_than_100_ms_of_the_processor(costs: dict[str, dict[str, Any]]) -> None:
    bombs = {case: cost["seconds"] for case, cost in costs.items() if case.startswith("bomb")}
    assert {case: seconds for case, seconds in bombs.items() if seconds >= 0.1} == {}


def test_small_inputs_with_millions_of_parts_stay_bounded(costs: dict[str, dict[str, Any]]) -> None:
    assert {case: cost["grown"] for case, cost in costs.items() if cost["grown"] >= 128 * MIB} == {}


def test_wrong_lengths_and_deep_nesting_cost_almost_nothing(costs: dict[str, dict[str, Any]]) -> None:
    lies = [case for case in costs if "four gigabytes" in case or "without end" in case]
    assert len(lies) == 5
    assert {case: costs[case]["grown"] for case in lies if costs[case]["grown"] >= 32 * MIB} == {}
