"""Decompression: bounded, complete or refused, whichever library does it."""

import gzip
import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from tests._wire.gunzip_probe import TEXT
from tests.shared_data import REPO
from tikcast._wire.gunzip import BadCompressionError, gunzip

MIB = 1024 * 1024
PACKAGES = {"deflate": "deflate", "zlib-ng": "zlib_ng", "zlib": "zlib"}


@pytest.fixture(scope="module", params=list(PACKAGES))
def report(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What one library made of every case, in a process of its own."""
    if find_spec(PACKAGES[request.param]) is None:
        pytest.skip(f"{request.param} is not installed: it comes with the extra 'fast'")
    command = [sys.executable, "-m", "tests._wire.gunzip_probe", request.param]
    run = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(run.stdout)
    assert told["backend"] == request.param
    return told


def test_sound_data_comes_out_whole(report: dict[str, Any]) -> None:
    assert [name for name, right in report["sound"].items() if not right] == []


def test_data_that_is_cut_damaged_followed_by_more_or_lying_is_refused(report: dict[str, Any]) -> None:
    accepted = {name: told for name, told in report["hostile"].items() if not told.startswith("refused: ")}
    assert accepted == {}
    assert len(report["hostile"]) > 500


def test_junk_after_a_member_costs_nothing_of_it_even_where_it_is_overlooked(report: dict[str, Any]) -> None:
    # libdeflate does not tell how far it read: junk passes that is no member and ends in the right size.
    told = report["junk that states the size"]
    if report["backend"] == "deflate" and not told.startswith("refused: "):
        assert told == TEXT.hex()
    else:
        assert "8 bytes follow" in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cut at 300", "ends too early"),
        ("nothing", "ends too early"),
        ("two members", "bytes follow"),
        ("a member and junk", "4 bytes follow"),
        ("wrong checksum", "damaged"),
        ("size 0", "damaged"),
        ("one byte over the limit", "past the limit of 65536 bytes"),
        ("over the limit, stating less", "past the limit of 65536 bytes"),
    ],
)
def test_the_refusal_says_what_is_wrong(report: dict[str, Any], name: str, words: str) -> None:
    assert words in report["hostile"][name]


def test_a_bomb_of_a_gibibyte_costs_no_more_than_the_limit_whatever_size_it_states(report: dict[str, Any]) -> None:
    for cost in report["bombs"]:
        assert "past the limit of 16777216 bytes" in cost["told"]
        assert cost["sent"] < 2 * MIB
        assert cost["peak"] < 40 * MIB
        assert cost["grown"] < 64 * MIB


def test_the_limit_is_the_callers() -> None:
    data = gzip.compress(b"a" * 1000)
    assert gunzip(data, 1000) == b"a" * 1000
    with pytest.raises(BadCompressionError, match="limit of 999 bytes"):
        gunzip(data, 999)
