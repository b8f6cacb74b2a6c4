"""What a recorder of captures writes, and what it does when the disk is slow or fails."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tikcast.capture.format import CaptureReader, CaptureRecord, Kind
from tikcast.capture.recorder import CaptureRecorder
from tikcast.errors import ConfigError


def read(path: Path) -> list[CaptureRecord]:
    with path.open("rb") as file:
        return list(CaptureReader(file, name=path.name))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.cap"


async def recorder_at(path: Path, *, max_buffered: int = 10**6) -> CaptureRecorder:
    recorder = CaptureRecorder(path, option="trace", max_buffered=max_buffered)
    await recorder.open()
    return recorder


async def test_connections_are_written_in_order_with_times_that_never_fall(path: Path) -> None:
    recorder = await recorder_at(path)
    one = recorder.connection(room_id=7, method="signed", username="ana")
    two = recorder.connection(room_id=8, method="direct", username=None)
    one.observe("answer", b"a")
    one.observe("received", b"b")
    two.observe("sent", b"c")
    two.observe("text", b"d")
    one.closed(1006, "gone")
    await recorder.close()
    records = read(path)
    assert [(record.kind, record.connection) for record in records] == [
        (Kind.OPENED, 1), (Kind.OPENED, 2), (Kind.ANSWER, 1), (Kind.RECEIVED, 1), (Kind.SENT, 2), (Kind.TEXT, 2),
        (Kind.CLOSED, 1),
    ]  # fmt: skip
    assert records[0].facts == {"room_id": "7", "method": "signed", "username": "ana"}
    assert records[-1].facts == {"code": 1006, "reason": "gone"}
    times = [record.at_us for record in records]
    assert times == sorted(times)


async def test_a_recorder_that_is_closed_does_not_open(path: Path) -> None:
    recorder = CaptureRecorder(path, option="trace")
    await recorder.close()
    await recorder.open()
    with pytest.raises(FileNotFoundError):
        read(path)


async def test_nothing_is_written_after_closing(path: Path) -> None:
    recorder = await recorder_at(path)
    tap = recorder.connection(room_id=7, method="direct", username=None)
    await recorder.close()
    await recorder.close()
    tap.observe("received", b"late")
    assert [record.kind for record in read(path)] == [Kind.OPENED]
    assert recorder_threads() == []


@pytest.fixture
def old_file(path: Path) -> Path:
    path.write_bytes(b"something else" * 1000)
    return path


async def test_an_older_file_is_replaced(old_file: Path) -> None:
    await (await recorder_at(old_file)).close()
    assert read(old_file) == []


async def test_what_was_recorded_is_in_the_file_while_recording_goes_on(path: Path) -> None:
    recorder = await recorder_at(path)
    recorder.connection(room_id=7, method="direct", username=None)
    deadline = threading.Event()
    while not read(path):
        assert not deadline.wait(0.01)
    await recorder.close()


@pytest.mark.parametrize("place", ["missing/x.cap", "."])
async def test_a_file_that_cannot_be_written_is_reported_at_once(tmp_path: Path, place: str) -> None:
    with pytest.raises(ConfigError, match=r"Wrong option trace: .* cannot be written \(.*\); give a file in a folder"):
        await recorder_at(tmp_path / place)


@contextmanager
def pipe() -> Iterator[tuple[int, Path]]:
    """A pipe as a file: it takes 64 KiB, then it blocks until somebody reads."""
    reader, writer = os.pipe()
    try:
        yield reader, Path(f"/dev/fd/{writer}")
    finally:
        os.close(writer)


async def test_a_disk_that_does_not_answer_blocks_nobody_and_what_is_lost_is_counted(path: Path) -> None:
    with pipe() as (reader, place):
        recorder = await recorder_at(place, max_buffered=300_000)
        tap = recorder.connection(room_id=7, method="direct", username=None)
        for _ in range(200):
            tap.observe("received", bytes(10_000))
        drained = drain(reader, path)
        await recorder.close()
    drained.join()
    records = read(path)
    kept = sum(record.kind == Kind.RECEIVED for record in records)
    lost = [record.facts["records"] for record in records if record.kind == Kind.LOST]
    assert 20 <= kept < 100
    assert [200 - kept] == lost


def drain(reader: int, path: Path) -> threading.Thread:
    """Copy what comes through a pipe into a file, until it is closed."""

    def copy() -> None:
        with open(reader, "rb") as source, path.open("wb") as sink:
            while data := source.read1():
                sink.write(data)

    thread = threading.Thread(target=copy)
    thread.start()
    return thread


async def test_a_disk_that_fails_ends_the_capture_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with pipe() as (reader, place):
        recorder = await recorder_at(place)
        os.close(reader)
        tap = recorder.connection(room_id=7, method="direct", username=None)
        while recorder_threads():
            tap.observe("received", b"x")
        tap.observe("received", b"x")
        await recorder.close()
    assert [record.getMessage() for record in caplog.records] == [
        f"{place} ends here: it cannot be written any further (Broken pipe)"
    ]


def recorder_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "tikcast recorder"]
