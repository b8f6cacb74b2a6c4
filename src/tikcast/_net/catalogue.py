"""The gifts of TikTok by language: asked for when somebody wants them, and then known for a while."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from tikcast._net import answers
from tikcast._net.store import file_name
from tikcast.errors import ConfigError, TikcastError
from tikcast.models import GiftInfo, ShapeError

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.store import Store

logger = logging.getLogger("tikcast.net.catalogue")

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

Gifts = Sequence[dict[str, object]]
"""Gifts as TikTok sent them, which is how they are kept: later versions may read more of them."""


class Catalogue:
    """The gift lists that one client knows; `store` shares them with later ones."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._webcast = settings.endpoints.webcast
        self._browser = settings.browser
        self._turn = asyncio.Lock()

    async def gifts(
        self, ask: Callable[[], Awaitable[Gifts]], *, language: str | None, max_age: float
    ) -> list[GiftInfo]:
        """The gifts named in `language`, not older than `max_age` seconds; `ask` gets new ones.

        When asking fails, an older list is better than none. Raises what `ask` raises when there is
        none, `LookupFailed` when its answer cannot be read, and `ConfigError` for what is no language.
        """
        if language is not None and not _LANGUAGE.fullmatch(language):
            raise ConfigError(f"{language!r} is no language", option="language", advice="give a code such as 'en'")
        name = file_name("gifts", language or self._browser.language, self._browser.region, self._webcast)
        async with self._turn:  # who comes at the same time finds what the first one got
            known = await self._known(name, max_age=max_age)
            if known is not None:
                return known
            try:
                found = await ask()
            except TikcastError as error:
                old = None if isinstance(error, ConfigError) else await self._known(name, max_age=math.inf)
                if old is None:
                    raise
                logger.warning("No new gift list, using an older one: %s", error)
                return old
            return await self._take(name, found)

    async def _take(self, name: str, found: Gifts) -> list[GiftInfo]:
        with answers.readable("the gift list"):
            gifts = _read(found)
        if gifts:
            await self._store.put(name, msgspec.json.encode(found))
        return gifts

    async def _known(self, name: str, *, max_age: float) -> list[GiftInfo] | None:
        """What is kept, None when it is too old or cannot be read."""
        kept = await self._store.get(name, max_age=max_age)
        if kept is None:
            return None
        try:
            return _read(msgspec.json.decode(kept.data, type=list[dict[str, object]]))
        except (msgspec.MsgspecError, ShapeError, ValueError, RecursionError):
            logger.debug("The kept gift list cannot be read, it is ignored")
            return None


def _read(gifts: Gifts) -> list[GiftInfo]:
    return [GiftInfo.from_webcast(gift, path=f"data.gifts[{index}]") for index, gift in enumerate(gifts)]
