"""Fixtures for all tests."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import shared_data
from tests.shared_data import RealMessage

# The same examples in every run; `make fuzz` searches for new ones. No deadlines, because a test machine may be busy
# and hypothesis builds its table of characters at the first use, which takes a second.
settings.register_profile(
    "tikcast", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tikcast")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of `make release-check`, unless they are asked for."""
    if "release" in str(config.option.markexpr):
        return
    left_out = [item for item in items if item.get_closest_marker("release")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """Restore SIGINT: a shell makes background processes and their children ignore it."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def no_caches_of_others() -> Iterator[None]:
    """Tests do not use the cache folder of the user who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKCAST_CACHE_DIR", "")
        yield


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of shared data. If it is missing, the test is skipped, or fails with TIKCAST_REQUIRE_SHARED=1."""
    return shared_data.shared_dir()


@pytest.fixture(scope="session")
def real_messages() -> list[RealMessage]:
    """Real messages of TikTok: id, method, captured, payload."""
    return shared_data.load_real_messages()


@pytest.fixture(scope="session")
def expected_events() -> dict[str, dict[str, Any]]:
    """The results of another decoder for the real messages, by message id."""
    return shared_data.load_expected_events()
