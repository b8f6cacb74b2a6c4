"""A bot that answers commands in the chat: python examples/commands.py @somebody

tikcast does not send chat itself, because only accounts can write and TikTok blocks accounts that write with a program.
Sending is done by an object that you give to the client. The one in this example prints the text.
"""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable

from tikcast import ChatEvent, Live, TikTok

Command = Callable[[ChatEvent, str], Awaitable[str]]
commands: dict[str, Command] = {}


def command(function: Command) -> Command:
    commands[function.__name__] = function
    return function


@command
async def hello(event: ChatEvent, text: str) -> str:
    return f"Hello {text or event.user.nickname}!"


@command
async def dice(event: ChatEvent, text: str) -> str:
    sides = int(text) if text in {"4", "8", "10", "12", "20", "100"} else 6
    return f"{event.user.nickname} rolls {secrets.randbelow(sides) + 1} of {sides}"


@command
async def shout(event: ChatEvent, text: str) -> str:
    return text.upper() if event.identity.is_moderator else "Only moderators may shout"


async def answer(live: Live, event: ChatEvent) -> None:
    name, _, text = event.comment.removeprefix("!").partition(" ")
    if event.comment.startswith("!") and not event.is_history and name in commands:
        await live.send(await commands[name](event, text.strip()))


class Printer:
    """Prints what would be sent."""

    async def send_chat(self, room_id: int, text: str) -> None:
        """Send `text` to the room."""
        print(f"To room {room_id}: {text}")


async def main(user: str) -> None:
    async with TikTok(chat_sender=Printer()) as tiktok, tiktok.track(user) as live:
        live.on(ChatEvent, lambda event: answer(live, event))
        await live.wait_ended()


if len(sys.argv) != 2:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1]))
