"""The report of an examination, and the file in which it is given to others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from tikcast.diagnosis.checks import Check, Conclusion
from tikcast.errors import ReportError

if TYPE_CHECKING:
    from os import PathLike

VERSION: Final = 1
"""The version of the format. A later version may add fields; what it changes gets another number."""

LARGEST_FILE: Final = 8 * 2**20

Text = Annotated[str, Meta(max_length=2_000)]
Texts = Annotated[list[Text], Meta(max_length=500)]
Counts = Annotated[dict[Text, int], Meta(max_length=500)]


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """The program and the machine. `versions`: of tikcast and of the packages that it uses."""

    versions: dict[Text, Text]
    system: Text = ""
    compiled_reader: bool = False


class RequestFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request that `check` made `at_ms` after the beginning, without contents.

    `parameters`, `cookies` and `headers` are names only: of the query, of the cookies that were sent, and of the
    answer's headers. `values`: the headers whose values identify nobody. `shape`: the fields of the body.
    """

    check: Text
    at_ms: int
    method: Text
    host: Text
    path: Text
    parameters: Texts = []
    cookies: Texts = []
    status: int | None = None
    headers: Texts = []
    values: dict[Text, Text] = {}
    size: int = 0
    seconds: float = 0.0
    error: Text = ""
    shape: Texts = []


class FrameFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A frame of a connection: its direction, its payload type, and how many messages of each wire name it holds."""

    at_ms: int
    kind: Literal["received", "sent", "answer", "text"]
    payload_type: Text = ""
    size: int = 0
    messages: Counts = {}
    error: Text = ""


class ConnectionFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connection: its first frames, how many frames came after them, and how it ended."""

    check: Text
    method: Text
    frames: Annotated[list[FrameFacts], Meta(max_length=1_000)] = []
    more_frames: int = 0
    close_code: int | None = None
    close_reason: Text = ""


class MessageSample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that tikcast cannot read whole. `hex`: its bytes, in which letters, digits and ids are replaced."""

    method: Text
    problem: Literal["unknown", "undecoded", "salvaged"]
    size: int
    notes: Texts = []
    hex: Annotated[str, Meta(max_length=2**17)] = ""


class FieldDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field that differs from the schema, in messages or records of the name `inside`. `value`: a small number."""

    inside: Text
    path: Text
    problem: Text
    type: Text
    value: int | None = None
    times: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All evidence of one examination, without secrets and names.

    `options`: what the client was told, as far as it matters. `messages`: how many came, by wire name.
    """

    tikcast_report: int = VERSION
    made_at: Text = ""
    program: Program
    options: dict[Text, Text]
    conclusion: Conclusion
    checks: Annotated[list[Check], Meta(max_length=200)]
    requests: Annotated[list[RequestFacts], Meta(max_length=500)] = []
    connections: Annotated[list[ConnectionFacts], Meta(max_length=50)] = []
    messages: Counts = {}
    samples: Annotated[list[MessageSample], Meta(max_length=200)] = []
    differences: Annotated[list[FieldDifference], Meta(max_length=2_000)] = []


def encode_report(report: Report) -> bytes:
    """A report as JSON that people can read, too."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def read_report(path: str | PathLike[str]) -> Report:
    """Read a report. The file may come from anybody: its size and all of its parts are limited.

    Raises `ReportError` for a file that is not a report, and OSError for one that cannot be opened.
    """
    name = os.fspath(path)
    with Path(path).open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ReportError(name, f"it has more than {LARGEST_FILE} bytes")
    return decode_report(data, name=name)


def decode_report(data: bytes, *, name: str) -> Report:
    """The report in these bytes. Raises `ReportError`."""
    try:
        version = msgspec.json.decode(data, type=_Versioned).tikcast_report
        report = msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ReportError(name, "it is not a report of `tikcast doctor --report`") from error
    if version > VERSION:
        advice = "read it with a newer version of tikcast"
        raise ReportError(name, f"its format is version {version}, and this tikcast knows {VERSION}", advice=advice)
    return report


class _Versioned(msgspec.Struct):
    """The part of a report that all versions have in common."""

    tikcast_report: int


class ReportFile:
    """A file for a report. It is created before the examination, so that a wrong path is noticed at once.

    An existing file is replaced only by a complete report. Raises OSError.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)
        folder = self._path.parent
        if self._path.is_dir():
            raise IsADirectoryError(21, "Is a directory", str(path))
        with NamedTemporaryFile(dir=folder, prefix=f".{self._path.name}.", delete=False) as file:
            self._temporary = Path(file.name)

    def write(self, report: Report) -> None:
        """Write the report and put it into its place."""
        self._temporary.write_bytes(encode_report(report))
        self._temporary.replace(self._path)

    def close(self) -> None:
        """Remove what was not completed. Closing twice is fine."""
        with suppress(FileNotFoundError):
            self._temporary.unlink()
