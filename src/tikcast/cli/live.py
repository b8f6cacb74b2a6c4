"""`tikcast live`: is this user live?"""

from tikcast.cli._options import Connection
from tikcast.cli._output import answer
from tikcast.cli._run import DONE, FAILED, run
from tikcast.errors import LiveEndedError, LookupFailed, UserOffline


def live(user: str, /, *, connection: Connection = Connection()) -> int:
    """Tell whether a user is live: exit code 0 when yes, 1 when not.

    Args:
        user: A user name, page URL, share link, or room id.
    """
    return run(_live(user, connection=connection))


async def _live(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        room_id, alive = 0, await tiktok.is_live(user)
        if alive:
            try:
                room_id = (await tiktok.live_room(user)).room_id
            except (UserOffline, LiveEndedError):
                alive = False
            except LookupFailed:  # of a room that tells nothing to visitors, it is known that it is live
                room_id = 0
    words = {
        True: f"is live in room {room_id}" if room_id else "is live",
        False: "is not live",
        None: "may be live, TikTok does not tell",
    }
    facts = {"user": user, "live": alive, "room_id": str(room_id) if room_id else None}
    answer(f"{user} {words[alive]}", facts, json=connection.json)
    return DONE if alive else FAILED
