"""`tikcast live`: whether a user is live, and what each source of TikTok says about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tikcast.cli._options import Connection
from tikcast.cli._output import escape, print_answer
from tikcast.cli._run import DONE, FAILED, UNKNOWN, report, run
from tikcast.errors import UserNotFound

if TYPE_CHECKING:
    from tikcast.models import LiveStatus

_WORDS: Final = {
    "live": "is live",
    "paused": "is live, and paused",
    "offline": "is not live",
    "never_live": "is not live, and never was",
    "unknown": "may be live; TikTok's answers do not tell",
}


def live(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show whether a user is live. The exit code is 0 if live, 1 if not, 3 if TikTok's answers do not tell.

    With -v it also shows what each source said.

    Args:
        user: A user name, a page URL, a share link, or a room id.
    """
    return run(_live(user, connection=connection))


async def _live(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        status = await tiktok.live_status(user)
    details = list(_details(status)) if connection.verbose and not connection.json else []
    if status.error is None:
        where = f" in room {status.room_id}" if status.room_id else ""
        room_id = str(status.room_id) if status.room_id else None
        facts: dict[str, object] = {"user": user, "live": status.live, "room_id": room_id}
        facts |= _evidence(status) if connection.verbose else {}
        text = "\n".join([f"{user} {_WORDS[status.status]}{where}", *details])
        print_answer(text, facts, json=connection.json)
    else:
        for line in details:
            print(escape(line), file=sys.stderr)
        report(status.error, json=connection.json)
    if isinstance(status.error, UserNotFound):
        return FAILED
    return {True: DONE, False: FAILED, None: UNKNOWN}[status.live]


def _evidence(status: LiveStatus) -> dict[str, object]:
    """What -v adds to the JSON document."""
    facts = status.to_dict()
    return {name: facts[name] for name in ("status", "reasons", "evidence")}


def _details(status: LiveStatus) -> Iterator[str]:
    """What each source said, one per line, and the reasons for the answer."""
    for answer in status.evidence:
        yield f"  {answer.source:<12} {answer.says:<10} {answer.seconds:4.1f} s  {answer.detail}".rstrip()
    yield from (f"  because {reason}" for reason in status.reasons)
