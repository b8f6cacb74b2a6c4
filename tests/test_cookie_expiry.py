"""Cookies that a server removes or lets expire."""

from __future__ import annotations

import pytest

from tests._net.site import Reply, open_site, profile_page
from tikcast import Endpoints, TikTok
from tikcast.errors import ConnectFailed

PAGE = profile_page({"statusCode": 0, "userInfo": {"user": {"id": "6", "uniqueId": "ana"}}})
PAST = "Thu, 01 Jan 1970 00:00:00 GMT"
DASHED = "Thu, 01-Jan-1970 00:00:00 GMT"
FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"


def page(*cookies: str) -> Reply:
    return Reply(PAGE, headers=[("Set-Cookie", cookie) for cookie in cookies])


@pytest.mark.parametrize(
    ("attributes", "sent"),
    [
        (f"Expires={PAST}", False),
        (f"Path=/; expires={DASHED}; Secure", False),
        ("Max-Age=-1", False),
        ("Max-Age=0", False),
        (f"Max-Age=0; Expires={FUTURE}", False),
        (f"Expires={FUTURE}", True),
        (f"Max-Age=600; Expires={PAST}", True),
        ("Expires=some day; Max-Age=soon", True),
    ],
)
async def test_a_cookie_is_sent_until_it_expires(attributes: str, sent: bool) -> None:
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        site.routes["/@ana"] = [page("ttwid=first"), page(f"ttwid=second; {attributes}"), page()]
        for _ in range(3):
            await tiktok.user_info("ana")
        assert [seen.cookies for seen in site.seen] == [{}, {"ttwid": "first"}, {"ttwid": "second"} if sent else {}]


async def test_a_removed_cookie_opens_no_room() -> None:
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url), connect=("direct",)) as tiktok:
        site.refusal = Reply("", 403)
        site.routes["/@tiktok"] = [page(f"ttwid=deleted; Expires={PAST}"), page("ttwid=good")]
        with pytest.raises(ConnectFailed):
            async with tiktok.track(73, room_info=False):
                pass
        assert site.seen[-1].cookies == {"ttwid": "good"}
