"""`tikcast sim` and the demo."""

import json
import signal
from pathlib import Path

import pytest
from curl_cffi.requests import AsyncSession

from tests.cli.runner import started, tikcast


async def test_the_first_line_has_the_url_and_the_live_users() -> None:
    async with started("sim", "--users", "ana,bob", "--seed", "5", "--json") as process:
        assert process.stdout is not None
        first = json.loads(await process.stdout.readline())
        assert first["users"] == ["ana", "bob"]
        assert set(first["rooms"]) == {"ana", "bob"}
        assert all(room.isdecimal() for room in first["rooms"].values())
        live = await tikcast("live", "bob", "--json", "--endpoint", first["url"])
        assert live.documents[0]["room_id"] == first["rooms"]["bob"]
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")


async def test_it_ends_by_itself_after_its_duration() -> None:
    done = await tikcast("sim", "--rooms", "3", "--duration", "0.2")
    assert done.code == 0
    assert "Live users: sim0, sim1, sim2." in done.out
    assert "tikcast watch sim0 --endpoint http://127.0.0.1:" in done.out


async def test_options_override_a_scenario_file(tmp_path: Path) -> None:
    scenario = tmp_path / "show.toml"
    scenario.write_text('seed = 7\n[[rooms]]\nuser = "zoe"\n')
    done = await tikcast("sim", "--scenario", str(scenario), "--duration", "0.1", "--json")
    assert done.code == 0
    assert done.documents[0]["users"] == ["zoe"]


async def test_a_port_in_use_is_reported() -> None:
    async with started("sim", "--json") as process:
        assert process.stdout is not None
        port = json.loads(await process.stdout.readline())["url"].rpartition(":")[2]
        done = await tikcast("sim", "--port", port)
    assert done.code == 2
    assert "choose another one" in done.sentence


async def test_the_demo_shows_events_and_a_summary_and_stops_by_itself() -> None:
    done = await tikcast("--seconds", "4", module="tikcast.cli.demo")
    assert (done.code, done.err) == (0, "")
    assert "chat " in done.out
    assert "Events by type" in done.out
    assert "Top gifters" in done.out
    assert " diamond" in done.out.splitlines()[-2]


async def test_the_demo_prints_its_usage() -> None:
    done = await tikcast("--nonsense", module="tikcast.cli.demo")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: ")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_ended_by_a_signal_it_leaves_no_video_behind(tmp_path: Path, number: int, code: int) -> None:
    temporary = {"TMPDIR": str(tmp_path)}
    async with started("sim", "--users", "ana", "--json", env=temporary) as process, AsyncSession() as http:
        assert process.stdout is not None
        info = json.loads(await process.stdout.readline())
        playlist = await http.get(f"{info['url']}/media/{info['rooms']['ana']}/ld/index.m3u8?sign=1", timeout=60)
        assert playlist.status_code == 200
        assert names_in(tmp_path, "tikcast-*")
        process.send_signal(number)
        _, err = await process.communicate()
    assert (process.returncode, err) == (code, b"")
    assert names_in(tmp_path, "tikcast-*") == set()


def names_in(folder: Path, pattern: str) -> set[str]:
    return {path.name for path in folder.glob(pattern)}
