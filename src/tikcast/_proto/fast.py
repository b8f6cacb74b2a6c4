"""The messages as the decoder reads them, as attributes: large records are bytes."""

from __future__ import annotations

from typing import Any

from tikcast._proto import Pool

_pool = Pool("fast.binpb")


def __getattr__(name: str) -> Any:
    try:
        cls = _pool.message(name)
    except KeyError:
        raise AttributeError(f"the schema has no message {name!r}") from None
    globals()[name] = cls
    return cls
