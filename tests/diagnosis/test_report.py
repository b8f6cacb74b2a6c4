"""Report files are complete JSON that people can read, and a file from anybody can be read safely."""

import contextlib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagnosis.reports import full_report
from tikcast.diagnosis.report import (
    LARGEST_FILE,
    VERSION,
    Report,
    ReportFile,
    decode_report,
    encode_report,
    read_report,
)
from tikcast.errors import ReportError


def test_a_report_is_the_same_after_writing_and_reading() -> None:
    assert decode_report(encode_report(full_report()), name="x") == full_report()


def test_a_report_is_json_on_many_lines_that_begins_with_its_version() -> None:
    data = encode_report(full_report())
    assert next(iter(json.loads(data).items())) == ("tikcast_report", VERSION)
    assert len(data.splitlines()) > 50


def test_a_report_with_fields_of_a_later_version_is_read() -> None:
    content = json.loads(encode_report(full_report())) | {"weather": "fine"}
    assert decode_report(json.dumps(content).encode(), name="x") == full_report()


def test_another_version_of_the_format_is_refused_with_advice() -> None:
    content = json.loads(encode_report(full_report())) | {"tikcast_report": VERSION + 1}
    with pytest.raises(ReportError, match="newer version of tikcast"):
        decode_report(json.dumps(content).encode(), name="x")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"nonsense", b"\xff\xfe", b'{"tikcast_report": "1"}', b'{"tikcast_report": 1}',
        b'{"tikcast_report": 1e400}', b"[" * 100_000, b'{"tikcast_report": 1, "checks": ' + b"[" * 100_000,
        encode_report(full_report("x" * 3_000)), encode_report(full_report())[:-100],
    ],
    ids=lambda data: str(data[:30]),
)  # fmt: skip
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(ReportError, match="x cannot be read"):
        decode_report(data, name="x")


@given(st.data())
def test_damaged_reports_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(encode_report(full_report()))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ReportError):
        assert isinstance(decode_report(bytes(whole), name="x"), Report)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (LARGEST_FILE + 1))
    with pytest.raises(ReportError, match="more than 8388608 bytes"):
        read_report(path)


def test_the_largest_lists_of_a_report_are_limited() -> None:
    report = full_report()
    many = msgspec.structs.replace(report, checks=report.checks * 201)
    with pytest.raises(ReportError):
        decode_report(encode_report(many), name="x")


def test_a_file_is_replaced_only_by_a_complete_report(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("before")
    file = ReportFile(path)
    assert path.read_text() == "before"
    file.close()
    assert path.read_text() == "before"
    file = ReportFile(path)
    file.write(full_report())
    file.close()
    assert read_report(path) == full_report()
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_that_cannot_be_written_is_noticed_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        ReportFile(tmp_path)
    with pytest.raises(FileNotFoundError):
        ReportFile(tmp_path / "missing" / "report.json")
