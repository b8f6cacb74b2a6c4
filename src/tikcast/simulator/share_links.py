"""Share links: short addresses that lead to somebody's page."""

from __future__ import annotations

from tikcast.simulator.accounts import account_of
from tikcast.simulator.http import Answer, Request
from tikcast.simulator.world import World


def follow(world: World, request: Request, *, code: str, now_ms: int) -> Answer:
    """`/t/{code}`, where the code is a user's name: on to the live page. Unknown ones lead to the front page."""
    del now_ms
    account = account_of(world, code)
    path = f"/@{account.person.username}/live?_r=1&_t={code}" if account else "/?_r=1"
    return Answer(
        status=301,
        content_type="text/html; charset=utf-8",
        headers={"location": f"http://{request.authority}{path}", "cache-control": "no-store"},
    )
