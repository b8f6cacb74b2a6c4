"""`tikcast feed`: live streams that TikTok recommends."""

from tikcast import Feed
from tikcast.cli._options import Connection
from tikcast.cli._output import print_documents, print_table
from tikcast.cli._run import DONE, fail, run


def feed(*, pages: int = 1, connection: Connection = Connection()) -> int:
    """Show live streams that TikTok recommends, about six per page.

    Args:
        pages: The number of pages; 0 for all.
    """
    if pages < 0:
        fail(f"--pages cannot be {pages}, give 0 or more")
    return run(_feed(pages, connection=connection))


async def _feed(pages: int, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        live_feed = tiktok.feed()
        read = 0
        while live_feed.has_more and (read < pages or not pages):
            page = await live_feed.next()
            read += 1
            if connection.json:
                print_documents(live.item for live in page)
    if not connection.json:
        _print_lives(live_feed)
    return DONE


def _print_lives(live_feed: Feed) -> None:
    rows = [
        [live.info.viewers, f"@{live.host.username}", live.host.nickname, live.info.title] for live in live_feed.lives
    ]
    print_table(rows, header=("viewers", "user", "name", "title"))
