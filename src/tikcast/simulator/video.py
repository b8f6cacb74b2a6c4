"""How the video of a host behaves, as the control API sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

VideoAction: TypeAlias = Literal[
    "resize", "recode", "drop", "expire", "missing", "unnamed", "no_flv", "stall", "slow", "restore"
]
"""`resize`: pictures of half the size, or of the whole again. `recode`: the sound as MP3, or as AAC again.
`drop`: every open stream breaks off.
`expire`: the addresses given out so far are refused, and their streams break off. `missing`: there is
nothing at any address, `unnamed`: no answer names one, `no_flv`: nothing but HLS. `stall`: streams stay
open and nothing comes. `slow`: video comes at a fraction of its speed. `restore`: ends the last five."""

VIDEO_ACTIONS: Final[tuple[VideoAction, ...]] = get_args(VideoAction)


class Look(NamedTuple):
    """What the clips that are played look and sound like."""

    halved: bool = False
    recoded: bool = False


AS_MADE: Final = Look()


@dataclass(kw_only=True, slots=True)
class Video:
    """The state of one host's video. `token` is in valid addresses; `cuts` counts how often streams broke off."""

    token: int = 1
    cuts: int = 0
    look: Look = AS_MADE
    fault: VideoAction | None = None

    def act(self, action: VideoAction) -> None:
        """Do what an action says."""
        if action == "resize":
            self.look = self.look._replace(halved=not self.look.halved)
        elif action == "recode":
            self.look = self.look._replace(recoded=not self.look.recoded)
        elif action in {"drop", "expire"}:
            self.cuts += 1
            self.token += action == "expire"
        else:
            self.fault = None if action == "restore" else action
