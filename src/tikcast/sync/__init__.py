"""The synchronous API of tikcast: the same names, without asyncio.

    with TikTok() as tiktok, tiktok.track("@somebody") as live:
        for event in live: ...

Events, errors and options are those of `tikcast`.
"""

from tikcast.live import ChatSender
from tikcast.sync.client import TikTok
from tikcast.sync.feed import Feed
from tikcast.sync.handlers import CallSoon
from tikcast.sync.live import EventStream, Live
from tikcast.sync.recording import Recording

__all__ = ["CallSoon", "ChatSender", "EventStream", "Feed", "Live", "Recording", "TikTok"]
