"""`tikcast info`: what TikTok says of a user and their live."""

from datetime import UTC, datetime

from tikcast.cli._options import Connection
from tikcast.cli._output import answer, table
from tikcast.cli._run import DONE, run
from tikcast.errors import AgeRestricted, LoginRequired, UserOffline
from tikcast.models import RoomInfo, UserInfo


def info(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show what TikTok says of a user and their live; of a live that is closed to visitors, the user alone.

    Args:
        user: A user name, page URL, share link, or room id.
    """
    return run(_info(user, connection=connection))


async def _info(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        try:
            found = await tiktok.live_room(user)
        except UserOffline as error:
            _tell(await tiktok.user_info(error.username), "not live now", json=connection.json)
            return DONE
        try:
            room = await tiktok.room_info(found.room_id)
        except (AgeRestricted, LoginRequired):
            if found.user.id:
                _tell(found.user, f"live in room {int(found.room_id)}, closed to visitors", json=connection.json)
            raise
    _tell(found.user if found.user.id else room.owner, room, json=connection.json)
    return DONE


def _tell(person: UserInfo, room: RoomInfo | str, *, json: bool) -> None:
    """A user, and the room or in one line why there is none."""
    known = None if isinstance(room, str) else room
    told = room if isinstance(room, str) else _room_table(room)
    answer(f"{_user_table(person)}\n{told}", {"user": person, "room": known}, json=json)


def _user_table(user: UserInfo) -> str:
    return table(
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
    return table(
        {
            "room": int(room.id),
            "title": room.title,
            "since": _moment(room.started_at or room.created_at),
            "viewers": room.viewers,
            "entered": room.stats.entered,
            "likes": room.likes,
            "tag": room.hashtag,
        }
    )


def _moment(seconds: int) -> str | None:
    if not 0 < seconds < 2**34:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M %Z")
