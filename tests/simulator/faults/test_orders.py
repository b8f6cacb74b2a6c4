"""Ordering faults: which there are, which orders are refused, how often and when faults happen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.shared_data import REPO
from tests.simulator.worlds import START_MS, connect, get, pass_time, visit, world
from tikcast.errors import ConfigError
from tikcast.simulator import Simulator, TimelineEntry, World, load_scenario
from tikcast.simulator.faults.catalog import faults, read_order
from tikcast.simulator.faults.orders import WaitingFaults
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer


def order(of: World, **body: Any) -> WebAnswer:
    return post(of, json.dumps(body).encode())


def post(of: World, body: bytes) -> WebAnswer:
    return answer(of, WebRequest(method="POST", path="/_sim/faults", body=body), now_ms=START_MS)


def error_of(found: WebAnswer) -> str:
    message: str = json.loads(found.body)["error"]
    return message


def test_the_list_gives_each_fault_with_its_parameters() -> None:
    listed = json.loads(get(world(), "/_sim/faults").body)["faults"]
    assert listed.keys() == faults().keys()
    close = listed["close"]
    assert close["group"] == "connection"
    assert close["about"]
    assert close["parameters"]["code"] == {
        "about": "the close code",
        "type": "int",
        "default": 1011,
        "least": 1000,
        "most": 4999,
    }
    assert close["parameters"]["times"]["default"] == 1
    assert close["parameters"]["after"]["default"] == 0


def test_every_fault_and_each_of_its_parameters_is_described() -> None:
    for kind in faults().values():
        assert kind.about
        assert {"times", "after"} <= kind.parameters.keys()
        assert all(parameter.about for parameter in kind.parameters.values())
        # These names are used in orders and timelines beside the parameters.
        assert not kind.parameters.keys() & {"user", "fault", "name", "now_ms", "at", "action"}


@pytest.mark.parametrize("name", faults())
def test_every_fault_can_be_ordered_with_its_defaults(name: str) -> None:
    of = world()
    found = order(of, user="ana", fault=name)
    assert found.status == 200
    answered = json.loads(found.body)
    assert answered["fault"] == name
    assert answered["parameters"].keys() == faults()[name].parameters.keys()


def test_a_fault_is_listed_as_waiting_until_it_has_happened_or_is_removed() -> None:
    of = world()
    order(of, user="ana", fault="duplicate", times=2)
    (waiting,) = json.loads(get(of, "/_sim/faults").body)["waiting"]["ana"]
    assert (waiting["fault"], waiting["left"]) == ("duplicate", 2)
    visit(of)
    (waiting,) = json.loads(get(of, "/_sim/faults").body)["waiting"]["ana"]
    assert waiting["left"] == 1
    healed = answer(of, WebRequest(method="DELETE", path="/_sim/faults", query={"user": "ana"}), now_ms=START_MS)
    assert healed.status == 200
    assert json.loads(get(of, "/_sim/faults").body)["waiting"] == {}


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ({"fault": "fly"}, "use one of close, reset, "),
        ({"fault": "close", "speed": 3}, "use code, reason, times, after"),
        ({"fault": "close", "code": 999}, "use a whole number from 1000 to 4999"),
        ({"fault": "close", "code": "1000"}, "use a whole number"),
        ({"fault": "close", "code": 1000.5}, "use a whole number"),
        ({"fault": "close", "code": True}, "use a whole number"),
        ({"fault": "close", "reason": "x" * 200}, "use a text of up to 120 characters"),
        ({"fault": "close", "times": 0}, "use a whole number from 1 to"),
        ({"fault": "close", "after": -1}, "use a number from 0 to"),
        ({"fault": "close", "after": None}, "use a number from 0 to"),
        ({"fault": "replay", "flagged": "no"}, "use true or false"),
        ({"fault": "signer_refused", "status": 404}, "use one of 429, 401, 402, 403, 420, 500, 503"),
        ({"fault": "captcha", "where": "moon"}, "use one of lookup, page, "),
        ({"fault": "captcha", "where": ["page"]}, "use one of lookup, page, "),
        ({"fault": "close", "now_ms": 5}, "use code"),
    ],
)
def test_a_wrong_order_is_refused_with_what_is_allowed(body: dict[str, Any], allowed: str) -> None:
    of = world()
    found = order(of, user="ana", **body)
    assert found.status == 400
    assert allowed in error_of(found)
    assert not of.hosts["ana"].faults


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"user": "ana"}', b'{"fault": "close"}', b'{"user": 1}'])
def test_an_order_without_user_and_fault_is_refused_with_an_example(body: bytes) -> None:
    found = post(world(), body)
    assert found.status == 400
    assert '"fault": "close"' in error_of(found)


def test_an_unknown_user_gets_no_fault() -> None:
    of = world()
    assert order(of, user="nobody", fault="close").status == 404
    assert answer(of, WebRequest(method="DELETE", path="/_sim/faults"), now_ms=START_MS).status == 404
    with pytest.raises(KeyError):
        of.fault("nobody", "close", now_ms=START_MS)


def test_faults_can_be_ordered_from_a_world() -> None:
    of = world()
    of.fault("Ana", "close", now_ms=START_MS, code=1001, times=3)
    with pytest.raises(ConfigError, match="use one of close"):
        of.fault("ana", "fly", now_ms=START_MS)
    of.heal("ANA")
    assert not of.hosts["ana"].faults


async def test_faults_can_be_ordered_from_a_running_simulator() -> None:
    async with Simulator(users=("ana",)) as sim:
        await sim.fault("ana", "close", code=1006)
        (waiting,) = sim.world.hosts["ana"].faults.report()
        assert waiting["parameters"]["code"] == 1006
        await sim.heal("ana")
        assert not sim.world.hosts["ana"].faults
        with pytest.raises(ConfigError):
            await sim.fault("ana", "close", code=1)


def test_a_fault_waits_for_its_time_and_happens_as_often_as_ordered() -> None:
    waiting = WaitingFaults()
    waiting.add(read_order("captcha", {"times": 2, "after": 5, "where": "pages"}), START_MS)
    assert waiting.take_request("page", START_MS + 4999) is None
    assert waiting.take_request("api", START_MS + 5000) is None
    assert waiting.take_request("profile", START_MS + 5000)
    assert waiting.take_request("page", START_MS + 5000)
    assert waiting.take_request("page", START_MS + 5000) is None
    assert not waiting


def test_of_two_faults_the_older_order_happens_first() -> None:
    waiting = WaitingFaults()
    waiting.add(read_order("forbidden", {}), START_MS)
    waiting.add(read_order("captcha", {}), START_MS)
    assert waiting.take_request("page", START_MS)
    assert [waiting["fault"] for waiting in waiting.report()] == ["captcha"]
    assert waiting.take_request("page", START_MS)
    assert waiting.take_request("page", START_MS) is None


def test_after_counts_from_when_the_connection_entered() -> None:
    of = world()
    of.fault("ana", "close", now_ms=START_MS, after=3.0, times=2)
    now = START_MS + 60_000
    guest = visit(of, now_ms=now)
    for _ in range(2):
        now = pass_time(of, guest, from_ms=now, seconds=2.8)
        assert not guest.thrown_out()
        now = pass_time(of, guest, from_ms=now, seconds=0.4)
        assert guest.thrown_out()
        guest.return_at(now)
    assert not of.hosts["ana"].faults


def test_each_connection_counts_as_one_time() -> None:
    of = world()
    guests = [visit(of) for _ in range(3)]
    waiting = connect(of)
    of.fault("ana", "close", now_ms=START_MS, times=2)
    pass_time(of, *guests, seconds=0.5)
    assert sum(guest.thrown_out() for guest in guests) == 2
    assert waiting.closing is None


def test_other_users_are_not_affected() -> None:
    of = world(users=("ana", "bob"))
    ana, bob = visit(of, user="ana"), visit(of, user="bob")
    of.fault("ana", "reset", now_ms=START_MS)
    pass_time(of, ana, bob, seconds=0.5)
    assert ana.thrown_out()
    assert not bob.thrown_out()


DOCUMENT = (REPO / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_the_document_lists_the_faults_as_the_simulator_does() -> None:
    listed = json.loads(get(world(), "/_sim/faults").body)["faults"]
    rows = [
        (name, group, about, parameters)
        for group, table in re.findall(r"^<!-- faults: (\w+) -->$(.*?)^<!-- end", DOCUMENT, re.MULTILINE | re.DOTALL)
        for name, about, parameters in re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", table, re.MULTILINE)
    ]
    assert rows == [
        (name, fault["group"], fault["about"], written(fault["parameters"])) for name, fault in listed.items()
    ]


def written(parameters: dict[str, dict[str, Any]]) -> str:
    """The parameters that not all faults have, in the form of the document."""
    own = {name: parameter["default"] for name, parameter in parameters.items() if name not in {"times", "after"}}
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in own.items()}
    return ", ".join(f"`{name}` {text.removesuffix('.0')}" for name, text in texts.items())


@pytest.mark.parametrize("shown", re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL))
def test_every_scenario_that_the_document_shows_can_be_played(shown: str, tmp_path: Path) -> None:
    (tmp_path / "shown.toml").write_text(shown, encoding="utf-8")
    of = World(load_scenario(tmp_path / "shown.toml"), now_ms=START_MS)
    now = START_MS
    while now < START_MS + 200_000:
        now = of.advance(now)
    assert of.hosts


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('fault = "fly"', "use one of close"),
        ('fault = "close", code = 1', "use a whole number from 1000"),
        ('fault = "close", text = "hi"', "use code"),
        ('fault = "close", action = "end"', "write two entries"),
        ("", "use one of close"),
    ],
)
def test_a_wrong_fault_in_a_scenario_raises_an_error_with_advice(entry: str, message: str, tmp_path: Path) -> None:
    moment = f"{{ at = 1.0, {entry} }}" if entry else "{ at = 1.0 }"
    (tmp_path / "wrong.toml").write_text(f'[[rooms]]\nuser = "ana"\ntimeline = [{moment}]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_scenario(tmp_path / "wrong.toml")


def test_a_scenario_gives_a_faults_parameters_beside_its_name(tmp_path: Path) -> None:
    text = '[[rooms]]\nuser = "ana"\ntimeline = [{ at = 2, fault = "text", text = "hi", times = 3 }]\n'
    (tmp_path / "night.toml").write_text(text, encoding="utf-8")
    (plan,) = load_scenario(tmp_path / "night.toml").room_plans()
    assert plan.timeline == (TimelineEntry(at=2.0, fault="text", parameters={"text": "hi", "times": 3}),)
