"""A picture that was fetched."""

from __future__ import annotations

from typing import Final

from tikcast.events._base import Record

_ENDINGS: Final = {"image/jpeg": "jpg"}


class Picture(Record, frozen=True, kw_only=True):
    """The bytes of a picture. `media_type`: what they are, such as `image/webp`. `url`: where they came from."""

    data: bytes = b""
    media_type: str = ""
    url: str = ""

    @property
    def ending(self) -> str:
        """The usual ending of a file of this kind, without the dot."""
        return _ENDINGS.get(self.media_type, self.media_type.removeprefix("image/"))

    def __repr__(self) -> str:
        return f"Picture({self.media_type}, {len(self.data)} bytes)"
