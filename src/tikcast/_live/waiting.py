"""Waiting for a user to go live."""

from __future__ import annotations

import logging
from random import Random
from typing import TYPE_CHECKING, Final

from tikcast._net.retry import decide
from tikcast.errors import TikcastError, UserOffline

if TYPE_CHECKING:
    from tikcast._live.clock import Clock
    from tikcast._net.answers import FoundRoom
    from tikcast._net.network import Network

logger = logging.getLogger("tikcast.live.waiting")

_SPREAD: Final = 0.2


async def wait_until_live(
    network: Network, user: str, *, interval: float, clock: Clock, random: Random | None = None
) -> FoundRoom:
    """Ask about every `interval` seconds, a fifth of it left to chance, until `user` is live.

    Once TikTok has answered, a failure that may pass is logged and waited out; other failures are
    raised. Cancelling is safe.
    """
    chance = random or Random()  # noqa: S311 - it spreads requests, it guards nothing
    target = await network.resolve(user)
    answered = False
    while True:
        wait = 0.0
        try:
            return await network.find_room(target)
        except UserOffline:
            answered = True
            logger.debug("@%s is not live", target.username)
        except TikcastError as error:
            decision = decide(error)
            if not (answered and decision.retry):
                raise
            wait = decision.wait
            logger.warning("Could not tell whether @%s is live: %s", target.username, error)
        await clock.sleep(max(wait, interval * (1 + _SPREAD * chance.uniform(-1, 1))))
