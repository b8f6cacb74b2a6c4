"""Each failure gives one sentence that says what to do, the right exit code, and no traceback."""

import os

import pytest

from tests.cli.runner import tikcast
from tests.room_server import RoomServer

COMMANDS = ["watch", "live", "info"]


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_host_that_cannot_be_reached(command: str) -> None:
    done = await tikcast(command, "ana", "--endpoint", "http://127.0.0.1:9")
    assert done.code == (3 if command == "live" else 1)
    assert "cannot be reached; check the address" in done.sentence


async def test_a_user_who_does_not_exist() -> None:
    from tikcast.simulator import Simulator

    async with Simulator(users=("ana",), seed=1) as sim:
        done = await tikcast("watch", "nobody_here", "--endpoint", sim.url)
    assert done.code == 1
    assert "@nobody_here: there is no such user on TikTok; check the spelling" in done.sentence


async def test_a_user_who_is_offline_as_a_sentence_and_as_json() -> None:
    async with RoomServer() as server:
        server.live = False
        text = await tikcast("watch", "ana", "--endpoint", server.url)
        json = await tikcast("watch", "ana", "--endpoint", server.url, "--json")
    assert (text.code, json.code, json.out) == (1, 1, "")
    assert "this user is not live now; try again later" in text.sentence
    assert json.error == {
        "error": "UserOffline",
        "message": text.sentence,
        "subject": "the live stream of @ana",
        "reason": "this user is not live now",
        "username": "ana",
        "stage": "lookup",
    }


async def test_a_captcha_page() -> None:
    async with RoomServer() as server:
        server.page = '<html><div id="tiktok-verify-page"></div></html>'
        done = await tikcast("watch", "ana", "--endpoint", server.url)
    assert done.code == 1
    assert "captcha; wait some minutes" in done.sentence


async def test_a_refused_handshake() -> None:
    async with RoomServer() as server:
        server.refusal = (415, "DEVICE_BLOCKED")
        done = await tikcast("watch", "ana", "--endpoint", server.url)
    assert done.code == 1
    assert "DEVICE_BLOCKED" in done.sentence


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["watch"], "requires an argument"),
        (["watch", "ana", "--nonsense"], "there is no option --nonsense"),
        (["watch", "ana", "--sesion", "secret"], "there is no option --sesion, did you mean --session;"),
        (["live", "ana", "bo"], "there is 1 argument too many; quote text with spaces; see `tikcast live --help`"),
        (["nonsense"], "there is no command 'nonsense'; see `tikcast --help`"),
        (["wach", "ana"], "did you mean 'watch'"),
        (["-v", "live"], "come after the command"),
        (["watch", "ana", "--only", "chatt"], "did you mean 'chat'"),
        (["watch", "ana", "--endpoint", "nonsense"], "'nonsense' is not a URL"),
        (["watch", "https://example.com/x"], "it is not a page of TikTok"),
        (["watch", "not a name"], "give a user name"),
        (["watch", "ana", "--proxy", "nonsense://"], "it is not a proxy URL"),
        (
            ["watch", "ana", "--proxy", "nonsense"],
            "Wrong option --proxy: it is not a proxy URL; give one such as http://",
        ),
        (["live", "ana", "--proxy=nonsense"], "Wrong option --proxy: it is not a proxy URL; give one such as http://"),
        (["record", "ana", "--wait", "--duration", "0"], "Wrong option --duration: 0.0 seconds; give more than 0"),
        (["replay", "x", "--speed", "fast"], "--speed is 'max' or a number above 0"),
        (["sim", "--rate", "-1"], "messages a second"),
        (["sim", "--duration", "nan"], "nan seconds; use 0 or more"),
        (["sim", "--users", "a,a"], "twice"),
        (["sim", "--scenario", "none.toml"], "none.toml cannot be read: No such file or directory; give a readable"),
    ],
)
async def test_wrong_use(arguments: list[str], reason: str) -> None:
    done = await tikcast(*arguments)
    assert (done.code, done.out) == (2, "")
    assert reason in done.sentence


@pytest.mark.parametrize(
    "arguments",
    [
        ["--session", "top-secret", "live", "ana"],
        ["--session=top-secret", "live", "ana"],
        ["live", "ana", "--sesion=top-secret"],
        ["live", "ana", "--session", "sessionid=1;", "sid_tt=top-secret", "more"],
    ],
)
async def test_a_secret_in_the_wrong_place_is_not_repeated(arguments: list[str]) -> None:
    done = await tikcast(*arguments)
    assert done.code == 2
    assert "top-secret" not in done.sentence


async def test_wrong_use_as_json() -> None:
    done = await tikcast("watch", "--json")
    assert done.code == 2
    assert done.error["error"] == "WrongUse"
    assert done.error["message"].endswith("see `tikcast watch --help`.")


async def test_bytes_that_are_not_utf8_are_escaped_in_sentences_and_in_json() -> None:
    name = os.fsdecode(b"na\xff")
    text = await tikcast("live", name)
    json = await tikcast("live", name, "--json")
    assert (text.code, json.code) == (2, 2)
    assert "'na\\udcff'" in text.sentence
    assert json.error["target"] == name
