"""`tikcast live`: whether a user is live."""

from tikcast.cli._options import Connection
from tikcast.cli._output import print_answer
from tikcast.cli._run import DONE, FAILED, run
from tikcast.errors import LiveEndedError, LookupFailed, UserOffline


def live(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show whether a user is live. The exit code is 0 if live, 1 if not.

    Args:
        user: A user name, a page URL, a share link, or a room id.
    """
    return run(_live(user, connection=connection))


async def _live(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        room_id, is_live = 0, await tiktok.is_live(user)
        if is_live:
            try:
                room_id = (await tiktok.live_room(user)).room_id
            except (UserOffline, LiveEndedError):
                is_live = False
            except LookupFailed:  # the room is live, but visitors get no information about it
                room_id = 0
    words = {
        True: f"is live in room {room_id}" if room_id else "is live",
        False: "is not live",
        None: "may be live; TikTok's answer does not contain it",
    }
    facts = {"user": user, "live": is_live, "room_id": str(room_id) if room_id else None}
    print_answer(f"{user} {words[is_live]}", facts, json=connection.json)
    return DONE if is_live else FAILED
