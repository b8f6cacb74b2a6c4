"""Count the gifts of a live stream until it ends: python examples/gifts.py @somebody"""

import asyncio
import sys
from collections import Counter

from tikcast import GiftEvent, TikTok


async def main(user: str) -> None:
    gifts: Counter[str] = Counter()
    diamonds: Counter[str] = Counter()
    async with TikTok() as tiktok, tiktok.track(user) as live:
        async for event in live:
            match event:
                case GiftEvent(new_gifts=count, gift=gift, user=giver) if count:
                    gifts[gift.name] += count
                    diamonds[giver.nickname] += event.new_diamonds or 0
                    print(f"{giver.nickname} gave {count} {gift.name}")
    print("Gifts:", ", ".join(f"{count} {name}" for name, count in gifts.most_common()))
    print("Givers:", ", ".join(f"{name} ({count})" for name, count in diamonds.most_common(3)))


if len(sys.argv) != 2:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1]))
