"""`tikcast doctor`: a table of all checks, one sentence at the end, and reports for others."""

import shutil
import unicodedata
from pathlib import Path

import pytest

from tests.cli.runner import tikcast
from tests.diagnosis.reports import full_report
from tests.hostile_site import ATTACK, open_hostile_site
from tests.room_server import RoomServer
from tests.source_tree import PACKAGE
from tikcast.cli._report_lines import CheckTable, report_lines, wrap
from tikcast.diagnosis.checks import Check
from tikcast.diagnosis.report import encode_report, read_report
from tikcast.simulator import Simulator

COLUMNS = ("verdict", "asked", "answer", "advice")


async def test_the_table_has_a_row_for_each_check_and_the_last_line_says_what_to_do() -> None:
    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        done = await tikcast("doctor", "ana", "--endpoint", sim.url, env={"COLUMNS": "140"})
    lines = done.out.splitlines()
    assert done.code == 0, done.out + done.err
    assert lines[0].split() == list(COLUMNS)
    assert [line for line in lines if line.startswith("ok") and "the live page of @ana" in line]
    assert [line for line in lines if line.startswith("ok") and "connect by the method direct" in line]
    assert lines[-1] == "Connecting works: direct and signed; nothing needs to be done."


async def test_json_has_a_document_for_each_check_and_then_the_conclusion() -> None:
    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        done = await tikcast("doctor", "ana", "--json", "--endpoint", sim.url)
    *checks, conclusion = done.documents
    assert done.code == 0
    assert {"name", "asked", "answer", "verdict", "advice"} <= checks[0].keys()
    assert [check["name"] for check in checks[-2:]] == ["connect/direct", "connect/signed"]
    assert conclusion == {
        "outcome": "connected",
        "sentence": "Connecting works: direct and signed; nothing needs to be done.",
    }


async def test_every_check_is_made_although_both_methods_fail() -> None:
    async with RoomServer() as server:
        server.refusal = (415, "DEVICE_BLOCKED")
        done = await tikcast("doctor", "ana", "--json", "--endpoint", server.url)
    assert done.code == 1
    *checks, conclusion = done.documents
    failed = {check["name"]: check["stage"] for check in checks if check["verdict"] == "failed"}
    assert failed["connect/direct"] == "handshake"
    assert failed["connect/signed"] == "signature"
    assert "fresh identity" in conclusion["sentence"]


async def test_a_captcha_ends_no_check() -> None:
    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        await sim.fault("ana", "captcha", where="lookup", times=1000)
        done = await tikcast("doctor", "ana", "--json", "--endpoint", sim.url)
    *checks, conclusion = done.documents
    verdicts = {check["name"]: check["verdict"] for check in checks}
    assert done.code == 1
    assert (verdicts["user/live_page"], verdicts["user/profile"]) == ("failed", "failed")
    assert verdicts["signer/limits"] == "ok"
    assert "captcha" in conclusion["sentence"]


async def test_an_offline_user_and_no_user() -> None:
    async with Simulator(users=("ana",), offline=("carol",), seed=1) as sim:
        offline = await tikcast("doctor", "carol", "--endpoint", sim.url)
        nobody = await tikcast("doctor", "--endpoint", sim.url)
    assert offline.code == 1
    assert offline.out.splitlines()[-1].startswith("TikTok works, and @carol is not live now: ")
    assert nobody.code == 0
    assert nobody.out.splitlines()[-1].startswith("TikTok can be reached: run `tikcast doctor USER`")


async def test_the_missing_compiled_reader_is_shown_with_what_to_install(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "tikcast", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        done = await tikcast("doctor", "ana", "--json", "--endpoint", sim.url, env={"PYTHONPATH": str(tmp_path)})
    assert done.code == 0
    assert done.documents[0]["name"] == "program/reader"
    assert done.documents[0]["verdict"] == "none"
    assert "install a C compiler" in done.documents[0]["advice"]


async def test_a_report_is_written_and_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        made = await tikcast("doctor", "ana", "--report", str(path), "--endpoint", sim.url)
    assert made.code == 0, made.err
    report = read_report(path)
    assert {request.check for request in report.requests} >= {"user/live_page", "connect/direct", "signer/limits"}
    shown = await tikcast("doctor", "--read", str(path))
    assert shown.code == 0
    assert "Requests" in shown.out
    assert "im_enter_room" in shown.out
    assert shown.out.splitlines()[-1] == made.out.splitlines()[-1]
    as_json = await tikcast("doctor", "--read", str(path), "--json")
    assert as_json.documents[0]["conclusion"]["outcome"] == "connected"


async def test_a_report_is_written_although_nothing_works(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    done = await tikcast("doctor", "ana", "--report", str(path), "--endpoint", "http://127.0.0.1:9")
    assert done.code == 1
    assert read_report(path).conclusion.outcome == "unreachable"
    assert {request.error for request in read_report(path).requests} == {"NetworkError"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ana", "--read", "x"), 2, "--read takes neither USER nor --report"),
        (("--read", "x", "--report", "y"), 2, "--read takes neither USER nor --report"),
        (("--read", "missing.json"), 1, "missing.json: No such file"),
        (("ana", "--report", "missing/report.json"), 1, "No such file"),
        (("--read", __file__), 1, "it is not a report of `tikcast doctor --report`"),
    ],
)
async def test_wrong_arguments_are_one_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = await tikcast("doctor", *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.sentence


@pytest.mark.parametrize("width", [20, 40, 80, 100, 200])
def test_no_line_of_the_table_is_wider_than_the_terminal(width: int) -> None:
    table = CheckTable(width)
    texts = ["", "short", "日本語" * 30, "a-very-long-word-" * 20, "several words of usual length " * 6, ATTACK * 5]
    lines = table.header()
    for asked in texts:
        for answer in texts:
            check = Check(name="x", asked=asked, answer=answer, verdict="failed", advice=texts[4])
            lines += table.lines(check)
    assert max(map(cells, lines)) <= width
    assert not {mark for line in lines for mark in line if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}}


def cells(line: str) -> int:
    """The columns of a terminal that a line takes."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in line)


@pytest.mark.parametrize("columns", ["40", "80"])
async def test_the_whole_command_fits_a_terminal(columns: str) -> None:
    async with Simulator(users=("ana",), seed=1, rate=20.0) as sim:
        done = await tikcast("doctor", "ana", "--endpoint", sim.url, env={"COLUMNS": columns})
    assert done.code == 0
    *table, _, sentence = done.out.splitlines()
    assert max(map(len, table)) <= int(columns)
    assert {"live", "page", "@ana", "status"} <= set(" ".join(table).split())
    assert sentence.startswith("Connecting works")


def test_words_are_wrapped_and_long_words_are_split() -> None:
    assert wrap("one two three", width=7) == ["one two", "three"]
    assert wrap("abcdefghij kl", width=4) == ["abcd", "efgh", "ij", "kl"]
    assert wrap("日本語", width=4) == ["日本", "語"]
    assert wrap("", width=4) == [""]


@pytest.mark.parametrize("width", ["40", "100"])
async def test_texts_of_a_hostile_server_are_escaped(width: str) -> None:
    async with open_hostile_site() as site:
        done = await tikcast("doctor", "ana", "--endpoint", site.url, env={"COLUMNS": width})
    marks = {mark for mark in done.out if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}}
    assert marks <= {"\n"}
    assert not any(line.startswith("tikcast: fake line") for line in done.out.splitlines())


async def test_texts_of_a_hostile_report_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(encode_report(full_report(ATTACK)))
    done = await tikcast("doctor", "--read", str(path))
    assert done.code == 0
    assert {mark for mark in done.out if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}} <= {"\n"}
    assert not any(line.strip().startswith("tikcast: fake line") for line in done.out.splitlines())


def test_a_report_is_shown_with_every_fact() -> None:
    text = "\n".join(report_lines(full_report("fact")))
    for words in (
        "status 200, 1,234 bytes",
        "closed with 1006 fact",
        "unknown, 2 bytes",
        "3 times, such as 7",
        "fact 2",
    ):
        assert words in text
