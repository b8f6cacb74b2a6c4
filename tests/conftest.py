"""What every test may ask for."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import shared_data
from tests.shared_data import RealMessage

# The same examples in every run: looking for new ones is what `make fuzz` is for. In a fresh clone the first draw
# of text builds hypothesis's table of characters, which takes a second, and a test machine may be busy: speed is
# measured by benchmarks, not by tests.
settings.register_profile(
    "tikcast", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tikcast")


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """A shell makes what it starts in the background deaf to SIGINT, and so all that this starts in turn."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def no_caches_of_others() -> Iterator[None]:
    """No test reads or writes the caches of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKCAST_CACHE_DIR", "")
        yield


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of shared data: missing, it fails in CI and skips elsewhere."""
    return shared_data.shared_dir()


@pytest.fixture(scope="session")
def real_messages() -> list[RealMessage]:
    """Messages that TikTok really sent: id, method, captured, payload."""
    return shared_data.load_real_messages()


@pytest.fixture(scope="session")
def expected_events() -> dict[str, dict[str, Any]]:
    """Another decoder's reading of the real messages, by message id."""
    return shared_data.load_expected_events()
