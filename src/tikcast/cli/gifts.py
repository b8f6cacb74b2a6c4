"""`tikcast gifts`: what can be given in a live."""

from tikcast.cli._options import Connection
from tikcast.cli._output import print_documents, print_rows
from tikcast.cli._run import DONE, run


def gifts(user: str, /, *, language: str | None = None, connection: Connection = Connection()) -> int:
    """Show the gifts that can be given, and what they cost. They are asked for once a day.

    Args:
        user: A user who is live, page URL, share link, or room id.
        language: Name them in this language, such as en.
    """
    return run(_gifts(user, language=language, connection=connection))


async def _gifts(user: str, *, language: str | None, connection: Connection) -> int:
    async with connection.client() as tiktok:
        found = await tiktok.gift_list(user, language=language)
    if connection.json:
        print_documents(found)
    else:
        rows = [[gift.diamonds, gift.id, gift.name] for gift in sorted(found, key=lambda gift: gift.diamonds)]
        print_rows(rows, head=("diamonds", "id", "gift"))
    return DONE
