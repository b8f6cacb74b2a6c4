"""`tikcast prices`: what coins cost."""

from tikcast.cli._options import Connection
from tikcast.cli._output import print_documents, print_rows
from tikcast.cli._run import DONE, run


def prices(*, connection: Connection = Connection()) -> int:
    """Show what coins cost where the request comes from: another country's prices need a proxy there."""
    return run(_prices(connection=connection))


async def _prices(*, connection: Connection) -> int:
    async with connection.client() as tiktok:
        found = await tiktok.price_list()
    if connection.json:
        print_documents(found.items)
    else:
        rows = [
            [item.diamonds, f"${item.usd_cents / 100:.2f}", ", ".join(price.text for price in item.local)]
            for item in found.items
        ]
        print_rows(rows, head=("coins", "price", "local"))
    return DONE
