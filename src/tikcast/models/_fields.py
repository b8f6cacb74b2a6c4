"""Reads an object of TikTok's JSON: missing fields get defaults, fields of a wrong type raise an error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from tikcast.events._base import ID, Image


class ShapeError(ValueError):
    """A JSON value has an unexpected type. `path`: its place; `wanted` and `found`: the expected and the real type."""

    def __init__(self, path: str, *, wanted: str, found: object) -> None:
        self.path = path
        self.wanted = wanted
        self.found = _kind(found)
        super().__init__(f"{path} should be {wanted} and is {self.found}")


class Fields:
    """A JSON object whose fields are taken one by one. `rest()` returns what was not taken, also from nested objects.

    `path`: the place of the object in the answer, for errors.

    `keys` are alternative names of one field. Each getter takes the first that exists and is not null;
    for numbers an empty text counts as missing. Numbers may be strings or floats, booleans may be
    numbers. Any other type raises `ShapeError`.
    """

    def __init__(self, value: object, *, path: str) -> None:
        if value is not None and not isinstance(value, Mapping):
            raise ShapeError(path, wanted="an object", found=value)
        self._remaining: dict[str, object] = dict(value or {})
        self._children: dict[str, Fields] = {}
        self.path = path

    def text(self, *keys: str) -> str:
        """A string, "" if missing."""
        path, value = self._take(keys)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise ShapeError(path, wanted="a text", found=value)

    def number(self, *keys: str) -> int:
        """An integer, 0 if missing."""
        return self.maybe_number(*keys) or 0

    def maybe_number(self, *keys: str) -> int | None:
        """An integer, None if missing."""
        path, value = self._take(keys, empty=("",))
        if value is None:
            return None
        number = _integer(value)
        if number is None:
            raise ShapeError(path, wanted="a number", found=value)
        return number

    def id(self, *keys: str) -> ID:
        """An id, 0 if missing."""
        return ID(self.number(*keys))

    def flag(self, *keys: str) -> bool:
        """A boolean, False if missing."""
        return bool(self.maybe_flag(*keys))

    def maybe_flag(self, *keys: str) -> bool | None:
        """A boolean, None if missing."""
        path, value = self._take(keys)
        if value is None or isinstance(value, bool):
            return value
        flag = _FLAGS.get(value.lower()) if isinstance(value, str) else _integer(value)
        if flag is None:
            raise ShapeError(path, wanted="true or false", found=value)
        return bool(flag)

    def child(self, *keys: str) -> Fields:
        """A nested object, an empty one if missing."""
        path, value = self._take(keys)
        return self._part(Fields(value, path=path))

    def mapping(self, *keys: str) -> dict[str, object]:
        """A nested object as a dictionary, an empty one if missing; some servers write an empty one as `[]`."""
        path, value = self._take(keys, empty=([],))
        return Fields(value, path=path).rest()

    def children(self, *keys: str) -> list[Fields]:
        """A list of objects, an empty one if missing."""
        path, value = self._take(keys)
        return [Fields(item, path=f"{path}[{index}]") for index, item in _items(value, path=path)]

    def texts(self, *keys: str) -> tuple[str, ...]:
        """The strings of a list, an empty tuple if missing; other values are left out."""
        path, value = self._take(keys)
        return tuple(item for _, item in _items(value, path=path) if isinstance(item, str))

    def ids(self, *keys: str) -> tuple[ID, ...]:
        """The ids of a list, an empty tuple if missing; values that are not numbers are left out."""
        path, value = self._take(keys)
        numbers = (_integer(item) for _, item in _items(value, path=path))
        return tuple(ID(number) for number in numbers if number is not None)

    def image(self, *keys: str) -> Image | None:
        """A picture, None if missing. It is an object with `url_list`, or a URL."""
        path, value = self._take(keys)
        if isinstance(value, str):
            return Image(urls=(value,)) if value else None
        fields = self._part(Fields(value, path=path))
        urls = fields.texts("url_list", "urlList")
        key = fields.text("uri")
        return Image(urls=urls, key=key, animated=fields.flag("is_animated")) if urls or key else None

    def rest(self) -> dict[str, object]:
        """All fields that were not taken."""
        parts = {key: part.rest() for key, part in self._children.items()}
        return self._remaining | {key: part for key, part in parts.items() if part}

    def _part(self, part: Fields) -> Fields:
        """Keep a nested object, so that `rest` includes what is not taken from it."""
        self._children[part.path.removeprefix(f"{self.path}.")] = part
        return part

    def _take(self, keys: tuple[str, ...], *, empty: tuple[object, ...] = ()) -> tuple[str, object]:
        path, result = f"{self.path}.{keys[0]}", None
        for key in keys:
            value = self._remaining.pop(key, None)
            if result is None and value is not None and value not in empty:
                path, result = f"{self.path}.{key}", value
        return path, result


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
