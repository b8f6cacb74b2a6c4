"""What the tests of the pure core share."""

import pytest

from tests.shared_data import RealMessage


@pytest.fixture(scope="session")
def samples(real_messages: list[RealMessage]) -> dict[str, RealMessage]:
    """The shortest real message of each type, by wire name."""
    by_size = sorted(real_messages, key=lambda message: len(message.payload), reverse=True)
    return {message.method: message for message in by_size}
