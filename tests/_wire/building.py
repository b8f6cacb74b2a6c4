"""Messages, responses and frames as TikTok would send them, made with the schema."""

from typing import Any, Literal

from tests.wire_schema import WireMessage, build, push_frame
from tikcast import LiveSession
from tikcast.events import Event, GiftEvent, LikeEvent

ROOM = 7_312_000_000_000_000_001
NOW = 1_760_000_000_000
Message = tuple[str, bytes]
History = Literal["mark", "skip", "deliver"]


def common(message_id: int = 0, *, room_id: int = ROOM, created: int = NOW) -> WireMessage:
    return build("Common", msg_id=message_id, room_id=room_id, create_time=created)


def chat(comment: str, *, message_id: int = 0, room_id: int = ROOM, user_id: int = 1) -> Message:
    user = build("User", id=user_id, nickname=f"user {user_id}", unique_id=f"user{user_id}")
    message = build("WebcastChatMessage", common=common(message_id, room_id=room_id), user=user, content=comment)
    return "WebcastChatMessage", message.SerializeToString()


def gift(
    count: int,
    *,
    message_id: int = 0,
    end: bool = False,
    group: int = 1_775_541_449_605,
    gift_id: int = 5655,
    price: int = 1,
    kind: int = 1,
    user_id: int = 1,
    room_id: int = ROOM,
) -> Message:
    message = build(
        "WebcastGiftMessage",
        common=common(message_id, room_id=room_id),
        user=build("User", id=user_id, nickname=f"user {user_id}"),
        gift=build("GiftStruct", id=gift_id, name="Rose", diamond_count=price, type=kind),
        gift_id=gift_id,
        group_id=group,
        repeat_count=count,
        repeat_end=int(end),
    )
    return "WebcastGiftMessage", message.SerializeToString()


def like(count: int, total: int, *, message_id: int = 0, room_id: int = ROOM) -> Message:
    message = build("WebcastLikeMessage", common=common(message_id, room_id=room_id), count=count, total=total)
    return "WebcastLikeMessage", message.SerializeToString()


def control(action: int, *, message_id: int = 0) -> Message:
    message = build("WebcastControlMessage", common=common(message_id), action=action)
    return "WebcastControlMessage", message.SerializeToString()


def response(*messages: Message, history: bool = False, **fields: Any) -> WireMessage:
    """A response; the messages' ids stand in their heads only."""
    out = build("WebcastResponse", **fields)
    for method, payload in messages:
        out.messages.add(method=method, payload=payload, is_history=history)
    return out


def frame(body: WireMessage, *, log_id: int = 0, compress: bool = True, kind: str = "msg") -> bytes:
    return push_frame(kind, body.SerializeToString(), log_id=log_id, compress=compress)


def framed(*messages: Message, history: bool = False) -> bytes:
    """A push frame with these messages."""
    return frame(response(*messages, history=history))


def deliver(session: LiveSession, *messages: Message, at: int = NOW, history: bool = False) -> list[Event]:
    """What a session makes of a frame with these messages."""
    return session.receive(framed(*messages, history=history), at)


def gifts(events: list[Event]) -> list[GiftEvent]:
    return [event for event in events if isinstance(event, GiftEvent)]


def likes(events: list[Event]) -> list[LikeEvent]:
    return [event for event in events if isinstance(event, LikeEvent)]
