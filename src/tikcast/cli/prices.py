"""`tikcast prices`: the prices of coins."""

from tikcast.cli._options import Connection
from tikcast.cli._output import print_documents, print_table
from tikcast.cli._run import DONE, run


def prices(*, connection: Connection = Connection()) -> int:
    """Show the prices of coins in the country of the request; use a proxy for another country."""
    return run(_prices(connection=connection))


async def _prices(*, connection: Connection) -> int:
    async with connection.client() as tiktok:
        price_list = await tiktok.price_list()
    if connection.json:
        print_documents(price_list.items)
    else:
        rows = [
            [item.diamonds, f"${item.usd_cents / 100:.2f}", ", ".join(price.text for price in item.local)]
            for item in price_list.items
        ]
        print_table(rows, header=("coins", "price", "local"))
    return DONE
