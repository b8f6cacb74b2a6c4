"""Read the chat aloud, one comment after another: python examples/speech.py @somebody speech.txt

Speaking takes longer than writing, so comments wait in a short queue. If it is full, the oldest comment is dropped.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from tikcast import ChatEvent, TikTok


def spoken(event: ChatEvent) -> str:
    """The text to speak: one line, without emotes, of limited length; "" if there is nothing to say."""
    text = " ".join(part for part in event.parts if isinstance(part, str))
    name, words = (" ".join(part.split()) for part in (event.user.nickname, text))
    return f"{name} says: {words[:200]}" if words else ""


async def speak(comments: asyncio.Queue[str], say: Callable[[str], None]) -> None:
    while text := await comments.get():
        await asyncio.to_thread(say, text)


async def main(user: str, say: Callable[[str], None]) -> None:
    comments: asyncio.Queue[str] = asyncio.Queue(maxsize=5)
    async with TikTok(history="skip") as tiktok, tiktok.track(user) as live, asyncio.TaskGroup() as group:
        group.create_task(speak(comments, say))
        async for event in live.events(ChatEvent):
            if text := spoken(event):
                if comments.full():
                    comments.get_nowait()
                comments.put_nowait(text)
        await comments.put("")  # ends `speak`


if len(sys.argv) != 3:
    sys.exit(__doc__)
with Path(sys.argv[2]).open("a", encoding="utf-8") as sink:
    # Replace this function with a call of your text-to-speech engine. It may block.
    asyncio.run(main(sys.argv[1], lambda text: print(text, file=sink, flush=True)))
