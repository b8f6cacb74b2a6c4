"""`tikcast info`: what TikTok says of a user and their live."""

from datetime import UTC, datetime

from tikcast import TikTok
from tikcast.cli._answer import answer, table
from tikcast.cli._options import Connection
from tikcast.cli._run import DONE, run
from tikcast.errors import LiveEndedError, UserOffline
from tikcast.models import RoomInfo, UserInfo


def info(user: str, /, *, connection: Connection = Connection()) -> int:
    """Show what TikTok says of a user and their live.

    Args:
        user: A user name, page URL, share link, or room id.
    """
    return run(_info(user, connection=connection))


async def _info(user: str, *, connection: Connection) -> int:
    async with connection.client() as tiktok:
        person, room = await _ask(tiktok, user)
    text = f"{_user_table(person)}\n{_room_table(room) if room else 'not live now'}"
    answer(text, {"user": person, "room": room}, json=connection.json)
    return DONE


async def _ask(tiktok: TikTok, user: str) -> tuple[UserInfo, RoomInfo | None]:
    """The room when there is one, with its owner; else the profile."""
    try:
        found = await tiktok.live_room(user)
        room = await tiktok.room_info(found.room_id)
    except (UserOffline, LiveEndedError) as error:
        if not isinstance(error, UserOffline):
            raise
        return await tiktok.user_info(error.username), None
    return found.user if found.user.id else room.owner, room


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
