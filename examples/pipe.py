"""Send every event to another program as one line of JSON: python examples/pipe.py @somebody jq -c .type"""

import asyncio
import sys
from asyncio.subprocess import PIPE

from tikcast import TikTok, to_json


async def main(user: str, program: list[str]) -> None:
    child = await asyncio.create_subprocess_exec(*program, stdin=PIPE)
    assert child.stdin
    try:
        async with TikTok() as tiktok, tiktok.track(user) as live:
            async for event in live:
                child.stdin.write(to_json(event) + b"\n")
                # A slow program slows this loop down. Events that do not fit into the queue are dropped and counted.
                await child.stdin.drain()
    except ConnectionError:
        print("The program ended before the live stream", file=sys.stderr)
    child.stdin.close()
    await child.wait()


if len(sys.argv) < 3:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1], sys.argv[2:]))
