"""`tikcast audience`: the viewers of a live stream."""

from tikcast.cli._options import Connection
from tikcast.cli._output import print_answer, print_documents, print_table
from tikcast.cli._run import DONE, run


def audience(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show the viewers of a live stream; those who gave most come first. This needs --session.

    Args:
        user: A user who is live, a page URL, a share link, or a room id.
    """
    return run(_audience(user, connection=connection))


async def _audience(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        audience_list = await tiktok.audience(user)
    if connection.json:
        print_documents(audience_list.members)
        return DONE
    rows = [[member.score, f"@{member.user.username}", member.user.nickname] for member in audience_list.members]
    print_table(rows, header=("score", "user", "name"))
    text = f"{audience_list.total} viewers, {audience_list.anonymous} of them anonymous"
    print_answer(text, None, json=False)
    return DONE
