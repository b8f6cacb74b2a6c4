"""`tikcast audience`: who watches a live."""

from tikcast.cli._options import Connection
from tikcast.cli._output import answer, print_documents, print_rows
from tikcast.cli._run import DONE, run


def audience(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show who watches a live, those who gave most first. It needs --session.

    Args:
        user: A user who is live, page URL, share link, or room id.
    """
    return run(_audience(user, connection=connection))


async def _audience(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        found = await tiktok.audience(user)
    if connection.json:
        print_documents(found.members)
        return DONE
    rows = [[member.score, f"@{member.user.username}", member.user.nickname] for member in found.members]
    print_rows(rows, head=("score", "user", "name"))
    answer(f"{found.total} viewers, {found.anonymous} of them without a name", None, json=False)
    return DONE
