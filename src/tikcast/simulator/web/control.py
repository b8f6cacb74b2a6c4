"""The control API: the ledger of what was sent, actions of rooms and videos, and faults."""

from __future__ import annotations

import msgspec

from tikcast.errors import ConfigError
from tikcast.simulator.faults.catalog import faults, read_order
from tikcast.simulator.room.state import ACTIONS, Action, ActionError
from tikcast.simulator.video.streams import VIDEO_ACTIONS, VideoAction
from tikcast.simulator.web.requests import WebAnswer, WebRequest, json_answer
from tikcast.simulator.world import World


class _ActionBody(msgspec.Struct):
    action: Action


class _VideoActionBody(msgspec.Struct):
    action: VideoAction


def ledger(world: World, request: WebRequest, *, user: str, now_ms: int) -> WebAnswer:
    """`GET /_sim/ledger/{user}`: everything that was sent for a user, over all their live streams."""
    del request, now_ms
    owner = world.host_of(user)
    return json_answer(owner.room.ledger.report()) if owner else _unknown_user(user)


def act(world: World, request: WebRequest, *, user: str, now_ms: int) -> WebAnswer:
    """`POST /_sim/rooms/{user}` `{"action": …}`: pause, resume, end, suspend, go_live."""
    try:
        body = msgspec.json.decode(request.body, type=_ActionBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        example = f'send {{"action": …}} with one of {", ".join(ACTIONS)}'
        return json_answer({"error": f"the body names no action; {example}"}, status=400)
    try:
        owner = world.act(user, body.action, now_ms=now_ms)
    except KeyError:
        return _unknown_user(user)
    except ActionError as error:
        return json_answer({"error": str(error)}, status=409)
    return json_answer({"user": owner.plan.user, "room_id": str(owner.room.room_id), "state": owner.room.state})


def act_video(world: World, request: WebRequest, *, user: str, now_ms: int) -> WebAnswer:
    """`POST /_sim/video/{user}` `{"action": …}` with one of `VIDEO_ACTIONS`."""
    del now_ms
    try:
        body = msgspec.json.decode(request.body, type=_VideoActionBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        example = f'send {{"action": …}} with one of {", ".join(VIDEO_ACTIONS)}'
        return json_answer({"error": f"the body names no action; {example}"}, status=400)
    owner = world.host_of(user)
    if owner is None:
        return _unknown_user(user)
    owner.video.act(body.action)
    return json_answer({"user": owner.plan.user, "fault": owner.video.fault, **owner.video.variant._asdict()})


def list_faults(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`GET /_sim/faults`: all faults by name, and those that have not happened yet, by user."""
    del request, now_ms
    known = {name: fault.report() for name, fault in faults().items()}
    waiting = {owner.plan.user: owner.faults.report() for owner in world.hosts.values() if owner.faults}
    return json_answer({"faults": known, "waiting": waiting})


def order_fault(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`POST /_sim/faults` `{"user": …, "fault": …}`: order a fault, with its parameters beside its name."""
    parameters = _object(request.body)
    user, name = parameters.pop("user", None), parameters.pop("fault", None)
    if not isinstance(user, str) or not isinstance(name, str):
        example = 'send {"user": "sim0", "fault": "close", "code": 1001}, or such'
        return json_answer({"error": f"the body names no user and fault; {example}"}, status=400)
    try:
        order = world.order(user, read_order(name, parameters), now_ms=now_ms)
    except KeyError:
        return _unknown_user(user)
    except ConfigError as error:
        return json_answer({"error": str(error)}, status=400)
    except ActionError as error:
        return json_answer({"error": str(error)}, status=409)
    return json_answer({"user": user, "fault": order.name, "parameters": order.settings})


def heal(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`DELETE /_sim/faults?user=`: remove the faults that have not happened yet."""
    del now_ms
    user = request.query.get("user", "")
    try:
        world.heal(user)
    except KeyError:
        return _unknown_user(user)
    return json_answer({"user": user, "waiting": []})


def _object(body: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _unknown_user(user: str) -> WebAnswer:
    return json_answer({"error": f"no user is called {user!r}"}, status=404)
