"""What a recording asks about its room: where the video is, and whether the live goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from tikcast.errors import LiveEndedError, TikcastError
from tikcast.events import LiveEnded
from tikcast.models.stream import StreamUrls

if TYPE_CHECKING:
    from tikcast._net.network import Network
    from tikcast.live import Live

logger = logging.getLogger("tikcast.recording.room")

_OVER: Final = frozenset({"ended", "suspended", "restarted"})


class Room:
    """The room of a live that is open."""

    def __init__(self, live: Live, network: Network) -> None:
        self.live = live
        self.network = network
        # A reader, so that a live from which nobody else reads is not held up by its own queue.
        self._end = live.events(LiveEnded)

    @property
    def over(self) -> bool:
        """Whether the live is known to be over."""
        return self.live.end_reason in _OVER

    async def addresses(self) -> StreamUrls:
        """Fresh addresses of the video. Raises `LiveEndedError` when there will be none, and other lookup errors."""
        if self.over:
            raise LiveEndedError(self.live.room_id)
        try:
            info = await self.network.room_info(self.live.room_id)
        except LiveEndedError:
            raise
        except TikcastError as error:
            if self.live.info is None:
                raise
            logger.info("Taking the addresses of the video that are known: %s", error)
            info = self.live.info
        return StreamUrls.from_webcast(info.stream_url)

    async def is_over(self) -> bool:
        """Ask whether the live is over, and ask again when it seems so; not when nobody can tell."""
        if self.over:
            return True
        room_id = self.live.room_id
        try:
            if (await self.network.check_alive([room_id])).get(room_id) is not False:
                return False
        except TikcastError as error:
            logger.debug("Could not tell whether the room is live: %s", error)
            return False
        try:
            return (await self.network.room_info(room_id)).ended
        except TikcastError:
            return True

    async def wait_over(self) -> bool:
        """Wait until nothing more comes from the live; True when it is over, False when only we are."""
        try:
            await self.live.wait_ended()
        except TikcastError as error:
            logger.info("The video is recorded on without the live's events: %s", error)
        return self.over
