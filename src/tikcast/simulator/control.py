"""The control API: the ledger to compare with, and the levers of the rooms."""

from __future__ import annotations

import msgspec

from tikcast.simulator.config import ACTIONS, Action
from tikcast.simulator.http import Answer, Request, json_answer
from tikcast.simulator.world import ActionError, World


class _Order(msgspec.Struct):
    action: Action


def ledger(world: World, request: Request, *, user: str, now_ms: int) -> Answer:
    """`GET /_sim/ledger/{user}`: everything that was sent for a user, over all their lives."""
    del request, now_ms
    owner = world.host_of(user)
    return json_answer(owner.room.ledger.report()) if owner else _nobody(user)


def act(world: World, request: Request, *, user: str, now_ms: int) -> Answer:
    """`POST /_sim/rooms/{user}` `{"action": …}`: pause, resume, end, suspend, go_live."""
    try:
        order = msgspec.json.decode(request.body, type=_Order)
    except (msgspec.DecodeError, UnicodeDecodeError):
        example = f'send {{"action": …}} with one of {", ".join(ACTIONS)}'
        return json_answer({"error": f"the body names no action; {example}"}, status=400)
    try:
        owner = world.act(user, order.action, now_ms=now_ms)
    except KeyError:
        return _nobody(user)
    except ActionError as error:
        return json_answer({"error": str(error)}, status=409)
    return json_answer({"user": owner.plan.user, "room_id": str(owner.room.room_id), "state": owner.room.state})


def _nobody(user: str) -> Answer:
    return json_answer({"error": f"no user is called {user!r}"}, status=404)
