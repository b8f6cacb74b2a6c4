"""The live stream that is recorded: its events, the addresses of its video, and whether it goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from tikcast._clock import now
from tikcast._net.targets import Target
from tikcast.errors import LiveEndedError, TikcastError
from tikcast.events import Event, LiveEnded
from tikcast.models.stream import StreamUrls
from tikcast.recording.paths import NameFields

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tikcast._net.media import Media
    from tikcast._net.network import Network
    from tikcast.models import RoomInfo, UserInfo

logger = logging.getLogger("tikcast.recording.source")

E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)

_OVER: Final = frozenset({"ended", "suspended", "restarted"})


class Subscription(Protocol[E_co]):
    """Events from the moment of subscribing, until the live stream is over or `close` is called.

    Iterating raises the error with which the live stream failed.
    """

    def __aiter__(self) -> AsyncIterator[E_co]:
        """Iterate over the events."""

    def close(self) -> None:
        """Take no more events. Those that came can still be read."""


class LiveStream(Protocol):
    """What a recording needs of an open live stream; `tikcast.Live` has it."""

    @property
    def room_id(self) -> int:
        """The room."""

    @property
    def host(self) -> UserInfo | None:
        """Whose live stream it is; None when only the room id is known."""

    @property
    def info(self) -> RoomInfo | None:
        """The room as it was when it was opened; None when TikTok did not describe it."""

    @property
    def end_reason(self) -> str | None:
        """How it ended, None while it goes on."""

    def events(self, *kinds: type[E]) -> Subscription[E]:
        """Subscribe to events of these types."""


class VideoSource:
    """One live stream, as a recording uses it."""

    def __init__(self, live: LiveStream, network: Network) -> None:
        self._live = live
        self._network = network

    @property
    def over(self) -> bool:
        """Whether the live stream is known to be over."""
        return self._live.end_reason in _OVER

    def subscribe(self, *, all_events: bool) -> Subscription[Event]:
        """Subscribe to every event, or to the end of the live stream only. The caller closes it."""
        return self._live.events(Event) if all_events else self._live.events(LiveEnded)

    def media(self) -> Media:
        """New connections to the video servers. The caller closes them."""
        return self._network.media()

    def name_fields(self) -> NameFields:
        """What the names of files can say about the live stream."""
        live, info = self._live, self._live.info
        user = live.host.username if live.host is not None else ""
        started_at = (info.started_at or info.created_at) if info is not None else 0
        return NameFields(
            user=user or str(int(live.room_id)),
            title=info.title if info is not None else "",
            room_id=live.room_id,
            started_at=started_at or now(),
        )

    async def addresses(self) -> StreamUrls:
        """Fetch fresh addresses of the video.

        Raises `LiveEndedError` when the live stream is over, and other lookup errors.
        """
        if self.over:
            raise LiveEndedError(self._live.room_id)
        try:
            info = await self._network.lookups.room_info(self._live.room_id)
        except LiveEndedError:
            raise
        except TikcastError as error:
            if self._live.info is None:
                raise
            logger.info("The addresses of the video from the opening are used: %s", error)
            info = self._live.info
        return StreamUrls.from_webcast(info.stream_url)

    async def is_over(self) -> bool:
        """Ask whether the live stream is over. No answer counts as no."""
        if self.over:
            return True
        try:
            return await self._network.lookups.is_live(Target(room_id=self._live.room_id)) is False
        except TikcastError as error:
            logger.debug("Could not find out whether the room is live: %s", error)
            return False
