"""Scenarios in files."""

import json
from pathlib import Path

import pytest

from tikcast.errors import ConfigError
from tikcast.simulator import RoomPlan, SimulatorConfig, Strictness, TimelineEntry, load_scenario

TOML = """
seed = 7
rate = 5
offline = ["carol"]
capture = "frames.bin"
[strictness]
ack_timeout = 30
[[rooms]]
user = "ana"
nickname = "Ana 🌸"
rate = 20.0
mix = { WebcastChatMessage = 3, WebcastLikeMessage = 1.5 }
timeline = [{ at = 5, action = "chat", text = "!song" }, { at = 9.5, action = "end" }]
[[rooms]]
user = "bob"
"""


def test_a_scenario_file_holds_all_options_of_a_simulator(tmp_path: Path) -> None:
    path = tmp_path / "night.toml"
    path.write_text(TOML, encoding="utf-8")
    timeline = (TimelineEntry(at=5.0, action="chat", text="!song"), TimelineEntry(at=9.5, action="end"))
    mix = {"WebcastChatMessage": 3.0, "WebcastLikeMessage": 1.5}
    ana = RoomPlan(user="ana", nickname="Ana 🌸", rate=20.0, mix=mix, timeline=timeline)
    wanted = SimulatorConfig(
        seed=7,
        rate=5.0,
        offline=("carol",),
        capture=tmp_path / "frames.bin",
        strictness=Strictness(ack_timeout=30.0),
        plans=(ana, RoomPlan(user="bob")),
    )
    assert load_scenario(path) == wanted
    assert [(plan.user, plan.rate) for plan in wanted.room_plans()] == [("ana", 20.0), ("bob", 5.0)]


def test_json_gives_the_same_as_toml(tmp_path: Path) -> None:
    path = tmp_path / "night.json"
    path.write_text(json.dumps({"rooms": [{"user": "ana"}], "seed": 3}), encoding="utf-8")
    assert load_scenario(path) == SimulatorConfig(seed=3, plans=(RoomPlan(user="ana"),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed = ", "cannot be read"),
        ('rate = "fast"', "float"),
        ("speed = 1", "nothing is called 'speed'"),
        ("rooms = 3", "no list of tables"),
        ('[[rooms]]\nuser = "a b"', "no user name"),
        ('[[rooms]]\nname = "a"', "nothing is called 'name'"),
        ('[[rooms]]\nuser = "a"\ntimeline = [{at = 1, action = "fly"}]', "fly"),
        ('[[rooms]]\nuser = "a"\ntimeline = [{at = -1, action = "end"}]', "-1"),
        ('[[rooms]]\nuser = "a"\ntimeline = [{at = 1, action = "gift", gift = "Moon"}]', "Moon"),
        ("[strictness]\nkind = 1", "nothing is called 'kind'"),
        ("rate = -1", "-1"),
        ('[[rooms]]\nuser = "a"\n[[rooms]]\nuser = "a"', "twice"),
    ],
)
def test_a_wrong_value_is_reported_in_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_scenario(path).room_plans()


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_scenario(tmp_path / "none.toml")
