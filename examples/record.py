"""Wait until a user is live, then record video and chat: python examples/record.py @somebody 30

The last argument is the number of seconds between two requests. The files next to the video hold the chat as subtitles
(.srt, .ass) and every event (.jsonl), with the times of the video.
"""

import asyncio
import sys

from tikcast import TikTok


async def main(user: str, interval: float) -> None:
    async with TikTok() as tiktok:
        print("Waiting until", user, "is live")
        room = await tiktok.wait_until_live(user, interval=interval)
        async with tiktok.track(user) as live:
            recording = await live.download("{user}.ts", events=True)
            print("Recording", room.title)
            for part in await recording.wait():
                print(f"{part.path.name}: {part.duration:.1f} s, {part.size} bytes")


if len(sys.argv) != 3:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1], float(sys.argv[2])))
