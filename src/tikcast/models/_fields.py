"""Read one object of TikTok's JSON: tolerant of what is missing, exact about what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from tikcast.events._base import ID, Image


class ShapeError(ValueError):
    """JSON has another type than it ever had: `path` says where, `wanted` and `found` what."""

    def __init__(self, path: str, *, wanted: str, found: object) -> None:
        self.path = path
        self.wanted = wanted
        self.found = _kind(found)
        super().__init__(f"{path} should be {wanted} and is {self.found}")


class Fields:
    """A JSON object from which fields are taken one by one; `rest()` is what nobody took, nested objects included.

    `path` says where it stands.

    Each getter takes the first of `keys`, names of one fact, that is there and not null; a number also
    passes over an empty text. Numbers may come as strings and as floats, booleans as numbers. Raises
    `ShapeError` for any other type.
    """

    def __init__(self, value: object, *, path: str) -> None:
        if value is not None and not isinstance(value, Mapping):
            raise ShapeError(path, wanted="an object", found=value)
        self._left: dict[str, object] = dict(value or {})
        self._children: dict[str, Fields] = {}
        self.path = path

    def text(self, *keys: str) -> str:
        """A string, "" when missing."""
        path, value = self._take(keys)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise ShapeError(path, wanted="a text", found=value)

    def number(self, *keys: str) -> int:
        """An integer, 0 when missing."""
        return self.maybe_number(*keys) or 0

    def maybe_number(self, *keys: str) -> int | None:
        """An integer, None when missing."""
        path, value = self._take(keys, nothing=("",))
        if value is None:
            return None
        found = _integer(value)
        if found is None:
            raise ShapeError(path, wanted="a number", found=value)
        return found

    def id(self, *keys: str) -> ID:
        """An id, 0 when missing."""
        return ID(self.number(*keys))

    def flag(self, *keys: str) -> bool:
        """A boolean, False when missing."""
        return bool(self.maybe_flag(*keys))

    def maybe_flag(self, *keys: str) -> bool | None:
        """A boolean, None when missing."""
        path, value = self._take(keys)
        if value is None or isinstance(value, bool):
            return value
        found = _FLAGS.get(value.lower()) if isinstance(value, str) else _integer(value)
        if found is None:
            raise ShapeError(path, wanted="true or false", found=value)
        return bool(found)

    def child(self, *keys: str) -> Fields:
        """A nested object, an empty one when missing."""
        path, value = self._take(keys)
        return self._part(Fields(value, path=path))

    def mapping(self, *keys: str) -> dict[str, object]:
        """A nested object as it came, an empty one when missing."""
        path, value = self._take(keys)
        return Fields(value, path=path).rest()

    def children(self, *keys: str) -> list[Fields]:
        """A list of objects, an empty one when missing."""
        path, value = self._take(keys)
        return [Fields(item, path=f"{path}[{index}]") for index, item in _items(value, path=path)]

    def texts(self, *keys: str) -> tuple[str, ...]:
        """The strings of a list, none when missing; what is no string is left out."""
        path, value = self._take(keys)
        return tuple(item for _, item in _items(value, path=path) if isinstance(item, str))

    def ids(self, *keys: str) -> tuple[ID, ...]:
        """The ids of a list, none when missing; what is no number is left out."""
        path, value = self._take(keys)
        found = (_integer(item) for _, item in _items(value, path=path))
        return tuple(ID(number) for number in found if number is not None)

    def image(self, *keys: str) -> Image | None:
        """A picture, None when missing: an object with `url_list`, or a bare URL."""
        path, value = self._take(keys)
        if isinstance(value, str):
            return Image(urls=(value,)) if value else None
        fields = self._part(Fields(value, path=path))
        urls = fields.texts("url_list", "urlList")
        key = fields.text("uri")
        return Image(urls=urls, key=key, animated=fields.flag("is_animated")) if urls or key else None

    def rest(self) -> dict[str, object]:
        """Everything that was not taken."""
        parts = {key: part.rest() for key, part in self._children.items()}
        return self._left | {key: left for key, left in parts.items() if left}

    def _part(self, part: Fields) -> Fields:
        """Remember a nested object: what is left of it belongs to what is left here."""
        self._children[part.path.removeprefix(f"{self.path}.")] = part
        return part

    def _take(self, keys: tuple[str, ...], *, nothing: tuple[object, ...] = ()) -> tuple[str, object]:
        path, found = f"{self.path}.{keys[0]}", None
        for key in keys:
            value = self._left.pop(key, None)
            if found is None and value is not None and value not in nothing:
                path, found = f"{self.path}.{key}", value
        return path, found


_FLAGS: Final = {"true": 1, "1": 1, "false": 0, "0": 0, "": 0}


def _integer(value: object) -> int | None:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return int(value) if math.isfinite(value) else None
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return _integer(_float(value))
    return None


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _items(value: object, *, path: str) -> list[tuple[int, object]]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise ShapeError(path, wanted="a list", found=value)
    return [(index, item) for index, item in enumerate(value) if item is not None]


def _kind(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "not finite"
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        ((int, float), "a number"),
        (str, "a text"),
        ((list, tuple), "a list"),
        (Mapping, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)
