"""Decode real and damaged messages with or without the compiled reader, and print what came of it as JSON.

Run as a module with "compiled", "plain" or "left over"; or with "starved", to read while memory ends at any place.
"""

import gc
import json
import sys
from types import ModuleType
from typing import Any

from tests._wire.protobytes import field
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


def filled(reader: Any) -> tuple[Any, list[int]]:
    """A plan with numbers of its own for what is absent or empty, and these."""
    from tikcast._wire.protobuf.picking import FieldAction

    shared = [10**30 + at for at in range(6)]
    root = (
        ((1, FieldAction.TAKE_TEXT, 0, 0), (2, FieldAction.ENTER, 0, 1), (3, FieldAction.TAKE_UINT64, 1, 0)),
        0,
        False,
    )
    inside = (((1, FieldAction.ADD_BYTES, 2, 0),), 0b100, False)
    return reader((root, inside), tuple(shared[:3]), tuple(shared[3:])), shared


def starved() -> dict[str, object]:
    """Read again and again, each time with another allocation that fails."""
    import _testcapi  # type: ignore[import-not-found]

    from tikcast._wire.protobuf._pick import Plan

    plan, shared = filled(Plan)
    data = field(1, "Ж" * 50) + field(2, field(1, b"x" * 50) * 20) + field(3, 2**60)
    expected = plan.read(data)
    before = [sys.getrefcount(one) for one in shared]
    refused, wrong = 0, []
    gc.disable()
    for start in range(1, 60):
        _testcapi.set_nomemory(start, start + 1)
        try:
            right = plan.read(data) == expected
        except MemoryError:
            right = True
            refused += 1
        finally:
            _testcapi.remove_mem_hooks()
        if not right:
            wrong.append(start)
    after = [sys.getrefcount(one) for one in shared]
    return {"refused": refused, "wrong": wrong, "as before": before == after}


def main(mode: str) -> None:
    if mode == "plain":
        sys.modules["tikcast._wire.protobuf._pick"] = None  # type: ignore[assignment]
    elif mode == "left over":
        sys.modules["tikcast._wire.protobuf._pick"] = ModuleType("_pick")  # of a version that stated no layout
    told = starved() if mode == "starved" else {"readings": readings()}
    from tikcast._wire.protobuf.picking import COMPILED

    sys.stdout.write(json.dumps({"compiled": COMPILED, **told}))


if __name__ == "__main__":
    main(sys.argv[1])
