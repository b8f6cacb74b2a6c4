"""Responses: all that is fit to be read comes through."""

from collections.abc import Sequence

from tests.shared_data import RealMessage
from tests.wire_schema import build
from tikcast._wire.response import read_response


def test_thousands_of_ordinary_messages_after_a_long_absence_all_come_through(
    real_messages: Sequence[RealMessage],
) -> None:
    response = build("WebcastResponse")
    for number in range(3000):
        message = real_messages[number % len(real_messages)]
        response.messages.add(method=message.method, payload=message.payload, msg_id=number + 1)
    data = response.SerializeToString()
    assert len(data) > 4 * 2**20
    kept, wrong = read_response(data)
    assert (len(kept.messages), wrong) == (3000, "")
