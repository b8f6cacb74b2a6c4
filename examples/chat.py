"""Print the chat of a live stream: python examples/chat.py @somebody"""

import asyncio
import sys

from tikcast import ChatEvent, TikTok


async def main(user: str) -> None:
    async with TikTok() as tiktok, tiktok.track(user) as live:
        async for event in live:
            if isinstance(event, ChatEvent):
                print(f"{event.user.nickname}: {event.comment}")


if len(sys.argv) != 2:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1]))
