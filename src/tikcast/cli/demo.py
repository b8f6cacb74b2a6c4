"""`make demo`: shows a simulated live stream for some seconds, then a summary."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tikcast import Endpoints, Event, GiftEvent, TikTok
from tikcast.cli._output import escape
from tikcast.cli._run import DONE, WRONG_USE, guarded, run
from tikcast.errors import MissingExtra

_HOST = "sim0"
_TOP = 5

# Time, gift and count: some gifts that always come, because a real room may get none for minutes.
_GIFTS = ((2.0, "Rose", 5), (6.0, "Rose", 1), (9.0, "Rose", 12), (14.0, "Rose", 3))


@dataclass
class Tally:
    """Counts for the summary: events by type, and diamonds by giver."""

    events: Counter[str] = field(default_factory=Counter)
    givers: Counter[str] = field(default_factory=Counter)
    gifts: int = 0

    @property
    def diamonds(self) -> int:
        """The value of all gifts."""
        return self.givers.total()

    def add(self, event: Event) -> None:
        """Count an event; for a gift streak, only the gifts that this event adds."""
        self.events[event.type] += 1
        if isinstance(event, GiftEvent) and event.new_gifts:
            self.gifts += event.new_gifts
            self.givers[event.user.nickname or event.user.username] += event.new_diamonds or 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo: `--seconds 20`, `--rate 12` messages a second. Returns the exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _main(tokens), json=False)


def _main(tokens: list[str]) -> int:
    options = {"--seconds": 20.0, "--rate": 12.0}
    try:
        for name, value in zip(tokens[::2], tokens[1::2], strict=True):
            options[name] = float(value) if name in options else _unknown(name)
    except ValueError:
        print("usage: python -m tikcast.cli.demo [--seconds 20] [--rate 12]", file=sys.stderr)
        return WRONG_USE
    run(_demo(seconds=options["--seconds"], rate=options["--rate"]))
    return DONE


def _unknown(name: str) -> float:
    raise ValueError(name)


async def _demo(*, seconds: float, rate: float) -> None:
    try:
        from tikcast.cli._event_lines import event_line, make_console
    except ImportError as error:
        raise MissingExtra("cli", "the demo") from error
    from tikcast.simulator import RoomPlan, Simulator, TimelineEntry

    console, tally = make_console(), Tally()
    gifts = [TimelineEntry(at=at, action="gift", gift=gift, count=n) for at, gift, n in _GIFTS]
    plan = RoomPlan(user=_HOST, rate=rate, mix="chats", timeline=tuple(gifts))
    async with Simulator(plans=(plan,), seed=7) as sim:
        console.print(f"A simulated TikTok runs at {sim.url}. Watching @{_HOST} for {seconds:g} seconds:\n")
        async with TikTok(endpoints=Endpoints.at(sim.url)) as tiktok, tiktok.track(_HOST) as live:
            title = escape(live.info.title) if live.info else ""
            console.print(f"{title}, room {live.room_id}\n", style="bold")
            try:
                async with asyncio.timeout(seconds):
                    async for event in live:
                        tally.add(event)
                        console.print(event_line(event))
            except TimeoutError:
                pass
    _summarise(tally)


def _summarise(tally: Tally) -> None:
    from rich.table import Table

    from tikcast.cli._event_lines import count, make_console

    console = make_console()
    table = Table(title="\nEvents by type", title_justify="left", box=None, show_header=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    for kind, number in tally.events.most_common():
        table.add_row(str(number), escape(kind))
    console.print(table)
    table = Table(title="\nTop gifters", title_justify="left", box=None, show_header=False)
    table.add_column(justify="right", style="yellow")
    table.add_column()
    for name, diamonds in tally.givers.most_common(_TOP):
        table.add_row(count(diamonds, "diamond"), escape(name, longest=40))
    console.print(table if tally.givers else "\nThere were no gifts.")
    console.print(
        f"\n{count(tally.events.total(), 'event')}, {count(tally.gifts, 'gift')} worth "
        f"{count(tally.diamonds, 'diamond')}.\n"
        "Next: tikcast sim, then tikcast watch sim0 --endpoint URL; or a real live stream: tikcast watch @somebody"
    )


if __name__ == "__main__":
    sys.exit(main())
