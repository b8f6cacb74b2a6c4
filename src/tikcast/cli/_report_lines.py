"""Checks as a table that fits the terminal, and reports as text. What servers and files contain is escaped."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, chop_cells

from tikcast.cli._output import escape

if TYPE_CHECKING:
    from tikcast.diagnosis.checks import Check
    from tikcast.diagnosis.report import ConnectionFacts, FieldDifference, MessageSample, Report, RequestFacts

_GAP: Final = "  "
_WIDEST: Final = 160
_NARROWEST: Final = 20
_NARROW: Final = 72
_LONGEST_CELL: Final = 400
_VERDICTS: Final = {"ok": "ok", "failed": "FAILED", "none": "-"}
_HEADER: Final = ("verdict", "asked", "answer", "advice")


class CheckTable:
    """A table of checks, one at a time: with four columns, or on a narrow terminal with each cell on its own line."""

    def __init__(self, width: int | None = None) -> None:
        columns = shutil.get_terminal_size().columns if width is None else width
        self._width = min(max(columns, _NARROWEST), _WIDEST)

    def header(self) -> list[str]:
        """The names of the columns."""
        return self._row(_HEADER) if self._width >= _NARROW else []

    def lines(self, check: Check) -> list[str]:
        """One check."""
        answer = f"{check.received}: {check.answer}" if check.received else check.answer
        cells = (_VERDICTS[check.verdict], escape(check.asked), escape(answer), escape(check.advice))
        if self._width >= _NARROW:
            return self._row(cells)
        verdict, asked, answer, advice = cells
        return [
            *_hanging(f"{verdict}: {asked}", width=self._width, indent=2),
            *_hanging(f"  {answer}", width=self._width, indent=2),
            *(_hanging(f"  advice: {advice}", width=self._width, indent=4) if advice else []),
        ]

    def _row(self, cells: Sequence[str]) -> list[str]:
        left = self._width - 7 - 3 * len(_GAP)
        asked = min(left * 3 // 10, 34)
        answer = (left - asked) * 11 // 20
        widths = (7, asked, answer, left - asked - answer)
        columns = [wrap(cell, width=width) for cell, width in zip(cells, widths, strict=True)]
        height = max(map(len, columns))
        rows = zip(*([*column, *[""] * (height - len(column))] for column in columns), strict=True)
        return [_GAP.join(map(_padded, row, widths)).rstrip() for row in rows]


def wrap(text: str, *, width: int) -> list[str]:
    """`text` in lines of at most `width` terminal columns. Long words are split."""
    lines, line = [], ""
    for word in text.split():
        for piece in [word] if cell_len(word) <= width else chop_cells(word, width):
            joined = f"{line} {piece}" if line else piece
            if cell_len(joined) <= width:
                line = joined
            else:
                lines.append(line)
                line = piece
    return [*lines, line]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _hanging(text: str, *, width: int, indent: int) -> list[str]:
    """Lines of `text`, which keep its indent; those after the first are indented by `indent`."""
    start = text[: len(text) - len(text.lstrip())]
    first, *rest = wrap(text, width=width - max(indent, len(start)))
    return [f"{start}{first}", *(f"{' ' * indent}{line}" for line in rest)]


def report_lines(report: Report) -> list[str]:
    """A report as text."""
    return list(_report(report))


def _report(report: Report) -> Iterator[str]:
    table = CheckTable()
    versions = ", ".join(f"{name} {number}" for name, number in report.program.versions.items())
    yield f"Report of {escape(report.made_at)}, {escape(report.program.system)}"
    yield escape(versions, longest=1000)
    yield f"compiled reader: {'yes' if report.program.compiled_reader else 'no'}"
    yield from _facts(report.options)
    yield from ["", *table.header()]
    for check in report.checks:
        yield from table.lines(check)
    yield from _section("Requests", (line for request in report.requests for line in _request(request)))
    yield from _section("Connections", (line for one in report.connections for line in _connection(one)))
    yield from _section("Messages", _facts(report.messages))
    yield from _section(
        "Messages that tikcast cannot read whole", (line for one in report.samples for line in _sample(one))
    )
    yield from _section("Fields that differ from the schema", map(_difference, report.differences))
    yield from ["", escape(report.conclusion.sentence, longest=1000)]


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        if index == 0:
            yield from ["", title]
        yield f"  {line}"


def _facts(facts: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        yield f"{escape(name)}: {escape(str(value))}"


def _request(request: RequestFacts) -> Iterator[str]:
    outcome = escape(request.error) if request.status is None else f"status {request.status}, {request.size:,} bytes"
    what = f"{request.method} {request.host}{request.path}"
    yield f"{request.at_ms:>6} ms  {escape(what)}: {outcome}, {request.seconds:.2f} s ({escape(request.check)})"
    for name, values in (
        ("parameters", request.parameters),
        ("cookies sent", request.cookies),
        ("headers", request.headers),
    ):
        if values:
            yield f"           {name}: {escape(', '.join(values), longest=2000)}"
    for name, value in request.values.items():
        yield f"           {escape(name)} = {escape(value)}"
    for line in request.shape:
        yield f"           | {escape(line)}"


def _connection(one: ConnectionFacts) -> Iterator[str]:
    end = "open until the end" if one.close_code is None else f"closed with {one.close_code} {escape(one.close_reason)}"
    count = len(one.frames) + one.more_frames
    yield f"{escape(one.method)} ({escape(one.check)}): {count} frames, {end}".rstrip()
    for frame in one.frames:
        messages = ", ".join(f"{name} {times}" for name, times in frame.messages.items())
        what = f"{frame.kind} {frame.payload_type}, {frame.size:,} bytes"
        yield f"{frame.at_ms:>6} ms  {escape(what)}  {escape(messages)}  {escape(frame.error)}".rstrip()


def _sample(sample: MessageSample) -> Iterator[str]:
    yield f"{escape(sample.method)}: {sample.problem}, {sample.size:,} bytes"
    for note in sample.notes:
        yield f"  {escape(note)}"
    yield f"  {escape(sample.hex, longest=2**17)}"


def _difference(one: FieldDifference) -> str:
    value = "" if one.value is None else f", such as {one.value}"
    return (
        f"{escape(one.inside)} {escape(one.path)}: {escape(one.problem)} ({escape(one.type)}), {one.times} times{value}"
    )
