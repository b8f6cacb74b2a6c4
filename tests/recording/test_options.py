"""The options of a recording, which are checked in one place."""

import inspect
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tikcast import Live
from tikcast.cli.record import record
from tikcast.errors import ConfigError
from tikcast.models.stream import STREAM_QUALITIES
from tikcast.recording import RecordingOptions
from tikcast.recording.options import FORMATS, QUALITIES
from tikcast.sync import Live as SyncLive

OPTIONS = {field.name: field.default for field in fields(RecordingOptions)}


@pytest.mark.parametrize("function", [Live.download, SyncLive.download])
def test_both_ways_to_download_have_the_options_and_their_defaults(function: Any) -> None:
    parameters = inspect.signature(function).parameters
    assert {name: parameter.default for name, parameter in parameters.items() if name != "self"} == OPTIONS


def test_the_command_has_the_options_and_their_defaults() -> None:
    parameters = inspect.signature(record).parameters
    names = {"output" if name == "path" else name: default for name, default in OPTIONS.items()}
    assert {name: parameters[name].default for name in names} == names


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("quality", "best ever"),
        ("format", "avi"),
        ("duration", 0),
        ("duration", float("nan")),
        ("segment", -1.0),
    ],
)
def test_values_that_cannot_work_are_refused(option: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=option):
        RecordingOptions(**{option: value})


@pytest.mark.parametrize(
    ("path", "wanted", "finished", "written"),
    [
        (None, "ts", "ts", "ts"),
        ("x.MKV", "ts", "mkv", "mkv"),
        (Path("x.flv"), "mkv", "mkv", "mkv"),
        ("x.mp4", "ts", "mp4", "ts"),
        ("x.avi", "mp4", "mp4", "ts"),
    ],
)
def test_the_suffix_of_the_path_selects_the_format_unless_one_is_given(
    path: Any, wanted: str, finished: str, written: str
) -> None:
    options = RecordingOptions(path=path, format=wanted)
    assert (options.file_format, options.written_format) == (finished, written)


def test_every_quality_of_streams_can_be_asked_for() -> None:
    assert ("best", *STREAM_QUALITIES) == QUALITIES
    assert FORMATS == ("ts", "mp4", "mkv", "flv")
