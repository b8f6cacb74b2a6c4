"""`tikcast feed`: lives that TikTok recommends."""

from tikcast import Feed
from tikcast.cli._options import Connection
from tikcast.cli._output import print_documents, print_rows
from tikcast.cli._run import DONE, fail, run


def feed(*, pages: int = 1, connection: Connection = Connection()) -> int:
    """Show lives that TikTok recommends, about six a page.

    Args:
        pages: How many pages, 0 for all.
    """
    if pages < 0:
        fail(f"{pages} pages cannot be shown, give 0 or more")
    return run(_feed(pages, connection=connection))


async def _feed(pages: int, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        found = tiktok.feed()
        read = 0
        while found.has_more and (read < pages or not pages):
            page = await found.next()
            read += 1
            if connection.json:
                print_documents(live.item for live in page)
    if not connection.json:
        _show(found)
    return DONE


def _show(found: Feed) -> None:
    rows = [[live.info.viewers, f"@{live.host.username}", live.host.nickname, live.info.title] for live in found.lives]
    print_rows(rows, head=("viewers", "user", "name", "title"))
