"""Decode real and damaged messages with or without the compiled reader, and print what came of it as JSON.

Run as a module with "compiled" or "plain".
"""

import json
import sys

from tests.shared_data import load_real_messages


def readings() -> list[str]:
    """Every event with its notes, then whole frames of them, sound and cut."""
    from tests._wire.building import frame, response
    from tests._wire.test_hostile import damaged
    from tikcast import Event, decode_frame, decode_message, to_json

    messages = load_real_messages()
    some = [(message.method, message.payload) for message in messages]
    some += damaged(messages, seed=9, times=600)
    events: list[Event] = [decode_message(method, payload) for method, payload in some]
    for at in range(0, len(some), 10):
        whole = frame(response(*some[at : at + 10]), compress=at % 20 == 0)
        for data in (whole, whole[: len(whole) - at % 97]):
            opened = decode_frame(data)
            events += opened.events
    return [to_json(event).decode() for event in events]


def main(mode: str) -> None:
    if mode == "plain":
        sys.modules["tikcast._wire._pick"] = None  # type: ignore[assignment]
    told = readings()
    from tikcast._wire.picking import COMPILED

    sys.stdout.write(json.dumps({"compiled": COMPILED, "readings": told}))


if __name__ == "__main__":
    main(sys.argv[1])
