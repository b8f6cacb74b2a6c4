"""What a type checker makes of subscriptions; mypy --strict reads this file, nothing runs it.

Each `type: ignore` marks what must be refused: mypy fails when it is not.
"""

from collections.abc import Callable, Coroutine
from typing import Any, assert_type

from tikcast import ChatEvent, Event, GiftEvent, JoinEvent, LikeEvent, Live, UserEvent
from tikcast.live import EndReason, EventStream, LiveState, LiveStats


async def iteration(live: Live) -> None:
    async for event in live:
        assert_type(event, Event)
    async for chat in live.events(ChatEvent):
        assert_type(chat, ChatEvent)
    async for either in live.events(ChatEvent, GiftEvent):
        assert_type(either, ChatEvent | GiftEvent)
    async for one in live.events(ChatEvent, GiftEvent, LikeEvent):
        assert_type(one, ChatEvent | GiftEvent | LikeEvent)
    assert_type(live.events(), EventStream[Event])
    assert_type(await anext(live.events(JoinEvent)), JoinEvent)


def decorators(live: Live) -> None:
    @live.on(ChatEvent)
    async def on_chat(event: ChatEvent) -> None:
        assert_type(event.comment, str)

    @live.on(JoinEvent)
    def on_join(event: UserEvent) -> int:
        return event.action

    assert_type(on_chat, Callable[[ChatEvent], Coroutine[Any, Any, None]])
    assert_type(on_join, Callable[[JoinEvent], int])


def calls(live: Live) -> None:
    chats: list[ChatEvent] = []
    live.on(ChatEvent, chats.append)
    live.on(GiftEvent, lambda gift: gift.repeat_count)
    live.on(Event, print)


def refused(live: Live) -> None:
    def on_gift(event: GiftEvent) -> None: ...

    live.on(ChatEvent, on_gift)  # type: ignore[arg-type]
    live.on(ChatEvent)(on_gift)  # type: ignore[arg-type]
    live.on(Event, on_gift)  # type: ignore[arg-type]
    live.on(str, print)  # type: ignore[type-var]
    live.events(ChatEvent, str)  # type: ignore[type-var]
    live.on("chat", print)  # type: ignore[call-overload]


async def facts(live: Live) -> None:
    assert_type(live.room_id, int)
    assert_type(live.state, LiveState)
    assert_type(live.end_reason, EndReason | None)
    assert_type(live.stats(), LiveStats)
    assert_type(await live.wait_ended(), EndReason)
