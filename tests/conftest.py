"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import shared_data
from tests.shared_data import RealMessage

# In a fresh clone the first draw of text builds hypothesis's table of characters, which takes a second, and a
# test machine may be busy: speed is measured by benchmarks, not by tests.
settings.register_profile("tikcast", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tikcast")


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
