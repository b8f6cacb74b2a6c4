"""The network of one client: its parts, made from its options, and closed together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING

from tikcast._net.config import settings_from
from tikcast._net.connect.connector import RoomConnector
from tikcast._net.connect.direct import DirectConnector
from tikcast._net.connect.signed import SignedConnector
from tikcast._net.connect.ttwid import VisitorCookies
from tikcast._net.http import Api, Http
from tikcast._net.images import Images
from tikcast._net.listings import Catalogue, Listings
from tikcast._net.lookups import Lookups
from tikcast._net.media import Media
from tikcast._net.signer import HttpSigner, UrlSigning, limiter_for
from tikcast._net.store import Store, cache_folder
from tikcast._options import ClientOptions

if TYPE_CHECKING:
    from tikcast._net.tracing import RequestObserver, Tracer


class Network:
    """The parts through which one client, which is one browser with its cookies, uses the network.

    The constructor opens no connection and raises `ConfigError` for wrong options. Every coroutine of the parts may be
    cancelled, and raises only errors of `tikcast.errors`.

    `settings`: the options, checked and completed. `http`: requests. `lookups`: users and rooms.
    `listings`: the feed, prices, audiences. `catalogue`: gift lists. `images`: pictures.
    `signer`: the signer with the usual HTTP API. `visitor_cookies`: the `ttwid`. `connector`: WebSockets to rooms.
    """

    def __init__(
        self,
        options: ClientOptions | None = None,
        *,
        environment: Mapping[str, str] = os.environ,
        random: Random | None = None,
        tracer: Tracer | None = None,
        requests: RequestObserver | None = None,
    ) -> None:
        random = random or Random()  # noqa: S311 - it varies a browser's numbers, no secrets
        self.settings = settings = settings_from(
            options or ClientOptions(), environment=environment, random=random, tracer=tracer, requests=requests
        )
        jar, store = settings.identity.jar, Store(cache_folder(environment))
        self.http = Http(settings, jar=jar)
        signing = UrlSigning(settings)
        api = Api(self.http, settings, jar=jar, sign=signing.sign)
        self.lookups = Lookups(self.http, settings, api=api)
        self.listings = Listings(api, settings)
        self.catalogue = Catalogue(store, settings, lookups=self.lookups, listings=self.listings)
        self.images = Images(self.http, settings, store=store)
        limiter = limiter_for(settings.endpoints.signer, api_key=settings.api_key)
        self.signer = HttpSigner(self.http, settings, limiter=limiter)
        own = settings.options.signer
        signer = self.signer if own is None or isinstance(own, str) else own
        self.visitor_cookies = VisitorCookies(self.http, settings, jar=jar, sleep=self.http.sleep)
        self.connector = RoomConnector(
            {
                "direct": DirectConnector(settings, cookies=self.visitor_cookies, random=random, sign=signing.sign),
                "signed": SignedConnector(signer, settings, random=random),
            },
            settings,
        )

    def media(self) -> Media:
        """New connections to video servers; the caller closes them."""
        return Media(self.settings)

    async def aclose(self) -> None:
        """Close the connections of lookups. Whoever opened the socket of a room closes it. Closing twice is fine."""
        await self.http.aclose()
