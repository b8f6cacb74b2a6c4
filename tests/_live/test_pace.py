"""How fast questions follow each other, with a clock that the test moves."""

import asyncio

from tests.clocks import ManualClock, settle
from tikcast._live.pace import Pace


async def asking(pace: Pace, clock: ManualClock, *, times: int) -> tuple[list[int], list["asyncio.Task[None]"]]:
    """So many who ask at the same time, and the seconds at which they may."""
    began, moments = clock.now_ms(), list[int]()

    async def ask() -> None:
        await pace.turn()
        moments.append((clock.now_ms() - began) // 1000)

    tasks = [asyncio.create_task(ask()) for _ in range(times)]
    await settle()
    return moments, tasks


async def test_all_who_share_a_pace_ask_a_few_questions_at_once_and_then_one_a_second() -> None:
    clock = ManualClock()
    moments, tasks = await asking(Pace(clock), clock, times=9)
    await clock.advance(10)
    assert moments == [0, 0, 0, 0, 0, 1, 2, 3, 4]
    await asyncio.gather(*tasks)


async def test_who_gives_up_waiting_takes_no_turn() -> None:
    clock = ManualClock()
    moments, tasks = await asking(Pace(clock), clock, times=8)
    tasks[5].cancel()
    await settle()
    await clock.advance(10)
    assert moments == [0, 0, 0, 0, 0, 1, 2]
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_refusal_holds_all_back() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    pace.refused(60)
    moments, tasks = await asking(pace, clock, times=3)
    await clock.advance(70)
    assert moments == [60, 62, 64]
    await asyncio.gather(*tasks)
