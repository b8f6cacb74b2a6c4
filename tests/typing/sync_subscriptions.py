"""What a type checker makes of tikcast.sync; mypy --strict reads this file, nothing runs it.

Each `type: ignore` marks what must be refused: mypy fails when it is not.
"""

from collections.abc import Callable
from typing import assert_type

from tikcast import ChatEvent, Event, GiftEvent, JoinEvent, LikeEvent, UserEvent
from tikcast.live import EndReason, LiveState, LiveStats
from tikcast.models import AudienceList, GiftInfo, LiveRoom, Picture, PriceList, RoomInfo, SignerLimits, UserInfo
from tikcast.recording import Part, Progress
from tikcast.sync import EventStream, Live, Recording, TikTok


def opening(tiktok: TikTok) -> None:
    with TikTok(call_soon=lambda work: work(), api_key="k") as own, own.track("@x") as live:
        assert_type(live, Live)
    assert_type(tiktok.track(5, gift_list=True), Live)
    assert_type(tiktok.lives, tuple[Live, ...])
    TikTok(api_key=5)  # type: ignore[arg-type]
    TikTok(no_such_option=5)  # type: ignore[call-arg]
    TikTok(call_soon=print)


def iteration(live: Live) -> None:
    for event in live:
        assert_type(event, Event)
    for chat in live.events(ChatEvent):
        assert_type(chat, ChatEvent)
    for either in live.events(ChatEvent, GiftEvent):
        assert_type(either, ChatEvent | GiftEvent)
    for one in live.events(ChatEvent, GiftEvent, LikeEvent):
        assert_type(one, ChatEvent | GiftEvent | LikeEvent)
    assert_type(live.events(), EventStream[Event])
    assert_type(next(live.events(JoinEvent)), JoinEvent)


def handlers(live: Live) -> None:
    @live.on(ChatEvent)
    def on_chat(event: ChatEvent) -> None:
        assert_type(event.comment, str)

    @live.on(JoinEvent)
    def on_join(event: UserEvent) -> int:
        return event.action

    assert_type(on_chat, Callable[[ChatEvent], None])
    assert_type(on_join, Callable[[JoinEvent], int])
    chats: list[ChatEvent] = []
    live.on(ChatEvent, chats.append)
    live.on(GiftEvent, lambda gift: gift.repeat_count)


def refused(live: Live) -> None:
    def on_gift(event: GiftEvent) -> None: ...

    live.on(ChatEvent, on_gift)  # type: ignore[arg-type]
    live.on(ChatEvent)(on_gift)  # type: ignore[arg-type]
    live.on(str, print)  # type: ignore[type-var]
    live.events(ChatEvent, str)  # type: ignore[type-var]


def lists(tiktok: TikTok, live: Live) -> None:
    for page in tiktok.feed():
        assert_type(page[0].track(), Live)
    assert_type(tiktok.feed().has_more, bool)
    for found in tiktok.watch("x", "y", interval=60.0):
        assert_type(found, Live)
    with live.download("x.ts", quality="hd", duration=5.0, events=True) as recording:
        assert_type(recording, Recording)
        assert_type(recording.wait(), tuple[Part, ...])
        assert_type(recording.progress, Progress)


def answers(tiktok: TikTok, live: Live) -> None:
    assert_type(tiktok.user_info("x"), UserInfo)
    assert_type(tiktok.is_live("x"), bool | None)
    assert_type(tiktok.are_live([1]), dict[int, bool | None])
    assert_type(tiktok.room_info("x"), RoomInfo)
    assert_type(tiktok.gift_list(1, language="en"), list[GiftInfo])
    assert_type(tiktok.signer_limits(), SignerLimits)
    assert_type(tiktok.price_list(), PriceList)
    assert_type(tiktok.audience("x"), AudienceList)
    assert_type(tiktok.live_room("x"), LiveRoom)
    assert_type(tiktok.wait_until_live("x", interval=60.0), LiveRoom)
    assert_type(tiktok.fetch_image("https://p16.example/x.jpeg", size=100), Picture)
    assert_type(live.info, RoomInfo | None)
    assert_type(live.state, LiveState)
    assert_type(live.stats(), LiveStats)
    assert_type(live.wait_ended(), EndReason)
    assert_type(live.run(), EndReason)
