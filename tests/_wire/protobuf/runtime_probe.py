"""Decode real and damaged messages on whichever protobuf runtime is asked for, and print what came of it as JSON."""

import json
import sys
import warnings
from typing import Any

from tests.shared_data import load_real_messages


def readings() -> list[Any]:
    """Each event without the words of the runtime itself."""
    from tests._wire.building import frame, response
    from tests._wire.test_hostile import damaged
    from tikcast import decode_frame, decode_message, to_json

    messages = load_real_messages()
    some = [(message.method, message.payload) for message in messages]
    some += damaged(messages, seed=5, times=800)
    events = [decode_message(method, payload) for method, payload in some]
    opened = decode_frame(frame(response(*some[:40])))
    assert opened.events == events[:40]
    for method, payload in some[::7]:
        decode_frame(payload)
        decode_frame(frame(response((method, payload)))[:-30])
    documents = [json.loads(to_json(event)) for event in events]
    return [{name: value for name, value in item.items() if name not in {"error", "notes"}} for item in documents]


def main() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        told = readings()
    from google.protobuf.internal import api_implementation

    report = {
        "runtime": api_implementation.Type(),
        "warnings": [str(item.message) for item in caught if item.category is RuntimeWarning],
        "readings": told,
    }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
