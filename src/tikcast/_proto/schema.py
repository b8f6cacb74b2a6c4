"""Every message of the schema in full, as attributes."""

from __future__ import annotations

from typing import Any

from tikcast._proto import Pool

_pool = Pool("schema.binpb")


def __getattr__(name: str) -> Any:
    try:
        cls = _pool.message(name)
    except KeyError:
        raise AttributeError(f"the schema has no message {name!r}") from None
    globals()[name] = cls
    return cls
