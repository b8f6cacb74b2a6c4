"""`tikcast doctor`: checks every way between this machine and TikTok, and says what to do."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tikcast.cli._options import Connection
from tikcast.cli._output import as_json, escape
from tikcast.cli._report_lines import CheckTable, report_lines
from tikcast.cli._run import DONE, FAILED, fail, run
from tikcast.diagnosis.examination import TIMEOUTS, Examination, Patience
from tikcast.diagnosis.report import ReportFile, read_report

_LISTEN = 6.0


def doctor(
    user: str = "",
    /,
    *,
    report: Path | None = None,
    read: Path | None = None,
    connection: Connection = Connection(),
) -> int:
    """Check every source of TikTok and every method to connect, whatever fails, and say what to do. It takes less than
    a minute. The exit code is 0 if connecting works, or without USER if everything up to the room works.

    Args:
        user: A user who is live now, a page URL, a share link, or a room id.
        report: Write the evidence to a file for a bug report. It contains no secrets and no names.
        read: Show a file that --report has written, instead of checking anything.
    """
    if read is not None:
        if user or report is not None:
            fail("--read takes neither USER nor --report")
        return _read(read, json=connection.json)
    if report is None:
        return run(_examine(user, connection=connection, file=None))
    with closing(ReportFile(report)) as file:
        return run(_examine(user, connection=connection, file=file))


async def _examine(user: str, *, connection: Connection, file: ReportFile | None) -> int:
    patience = Patience(listen=0.0 if file is None else _LISTEN)
    table = None if connection.json else CheckTable()
    if table is not None:
        _print(table.header())
    examination = Examination(
        connection.options(timeouts=TIMEOUTS),
        target=user,
        patience=patience,
        lists=file is not None,
        show=lambda check: _print([as_json(check)] if table is None else table.lines(check)),
    )
    conclusion = await examination.run()
    if file is not None:
        file.write(examination.report())
    _print([as_json(conclusion)] if table is None else ["", escape(conclusion.sentence, longest=1000)])
    return DONE if conclusion.works else FAILED


def _read(path: Path, *, json: bool) -> int:
    found = read_report(path)
    _print([as_json(found)] if json else report_lines(found))
    return DONE


def _print(lines: list[str]) -> None:
    for line in lines:
        print(line, flush=True)
