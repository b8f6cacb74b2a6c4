"""`tikcast gifts`: the gifts of a live stream."""

from tikcast.cli._options import Connection
from tikcast.cli._output import print_documents, print_table
from tikcast.cli._run import DONE, run


def gifts(user: str, /, *, language: str | None = None, connection: Connection = Connection()) -> int:
    """Show the available gifts and their prices. The list is requested at most once a day.

    Args:
        user: A user who is live, a page URL, a share link, or a room id.
        language: The language of the names, such as en.
    """
    return run(_gifts(user, language=language, connection=connection))


async def _gifts(user: str, *, language: str | None, connection: Connection) -> int:
    async with connection.client() as tiktok:
        gift_list = await tiktok.gift_list(user, language=language)
    if connection.json:
        print_documents(gift_list)
    else:
        rows = [[gift.diamonds, gift.id, gift.name] for gift in sorted(gift_list, key=lambda gift: gift.diamonds)]
        print_table(rows, header=("diamonds", "id", "gift"))
    return DONE
