"""Follow several live streams at once and print who gets the most diamonds: python examples/rooms.py @ana @bo"""

import asyncio
import sys

from tikcast import ChatEvent, GiftEvent, TikTok
from tikcast.errors import TikcastError


async def follow(tiktok: TikTok, user: str) -> int:
    diamonds = 0
    try:
        async with tiktok.track(user) as live:
            async for event in live.events(ChatEvent, GiftEvent):
                match event:
                    case ChatEvent():
                        print(f"[{user}] {event.user.nickname}: {event.comment}")
                    case GiftEvent():
                        diamonds += event.new_diamonds or 0
            print(f"[{user}] the live stream is over: {live.end_reason}")
    except TikcastError as error:
        print(f"[{user}] {error}")
    return diamonds


async def main(users: list[str]) -> None:
    async with TikTok() as tiktok, asyncio.TaskGroup() as group:
        tasks = {user: group.create_task(follow(tiktok, user)) for user in users}
    for user in sorted(users, key=lambda user: tasks[user].result(), reverse=True):
        print(f"{user} got {tasks[user].result()} diamonds")


if len(sys.argv) < 2:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1:]))
