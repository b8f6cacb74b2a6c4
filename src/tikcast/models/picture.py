"""A downloaded picture."""

from __future__ import annotations

from typing import Final

from tikcast.events._base import Record

_ENDINGS: Final = {"image/jpeg": "jpg"}


class Picture(Record, frozen=True, kw_only=True):
    """The bytes of a picture. `media_type`: such as `image/webp`. `url`: the URL from which they were downloaded."""

    data: bytes = b""
    media_type: str = ""
    url: str = ""

    @property
    def ending(self) -> str:
        """The usual file name extension for this media type, without the dot."""
        return _ENDINGS.get(self.media_type, self.media_type.removeprefix("image/"))

    def __repr__(self) -> str:
        return f"Picture({self.media_type}, {len(self.data)} bytes)"
