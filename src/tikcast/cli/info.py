"""`tikcast info`: information about a user and their live stream."""

from datetime import UTC, datetime

from tikcast.cli._options import Connection
from tikcast.cli._output import facts_table, print_answer
from tikcast.cli._run import DONE, run
from tikcast.errors import LiveEndedError, LookupFailed, UserOffline
from tikcast.models import RoomInfo, UserInfo


def info(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show information about a user and their live stream; if it is closed to visitors, only about the user.

    Args:
        user: A user name, a page URL, a share link, or a room id.
    """
    return run(_info(user, connection=connection))


async def _info(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        try:
            live_room = await tiktok.live_room(user)
        except UserOffline as error:
            _print_user(await tiktok.user_info(error.username), "not live now", json=connection.json)
            return DONE
        try:
            room = await tiktok.room_info(live_room.room_id)
        except LiveEndedError:
            raise
        except LookupFailed:
            if live_room.user.id:
                reason = f"live in room {int(live_room.room_id)}, closed to visitors"
                _print_user(live_room.user, reason, json=connection.json)
            raise
    _print_user(live_room.user if live_room.user.id else room.owner, room, json=connection.json)
    return DONE


def _print_user(user: UserInfo, room: RoomInfo | str, *, json: bool) -> None:
    """Print a user, and their room or one line that says why there is none."""
    room_text = room if isinstance(room, str) else _room_table(room)
    facts = {"user": user, "room": None if isinstance(room, str) else room}
    print_answer(f"{_user_table(user)}\n{room_text}", facts, json=json)


def _user_table(user: UserInfo) -> str:
    return facts_table(
        {
            "name": user.nickname,
            "user": f"@{user.username}",
            "id": int(user.id),
            "verified": "yes" if user.verified else None,
            "followers": user.follower_count,
            "following": user.following_count,
            "bio": user.bio,
        }
    )


def _room_table(room: RoomInfo) -> str:
    return facts_table(
        {
            "room": int(room.id),
            "title": room.title,
            "since": _local_time(room.started_at or room.created_at),
            "viewers": room.viewers,
            "entered": room.stats.entered,
            "likes": room.likes,
            "tag": room.hashtag,
        }
    )


def _local_time(seconds: int) -> str | None:
    if not 0 < seconds < 2**34:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M %Z")
