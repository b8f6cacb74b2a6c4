from collections.abc import Callable

LAYOUT: int

class Plan:
    def __init__(
        self,
        nodes: tuple[tuple[tuple[tuple[int, int, int, int], ...], int, bool], ...],
        absent: tuple[object, ...],
        empty: tuple[object, ...],
    ) -> None: ...
    def read(self, data: bytes | bytearray, /) -> tuple[object, ...] | None: ...
    def or_else(
        self, other: Callable[[bytes | bytearray], tuple[object, ...]], /
    ) -> Callable[[bytes | bytearray], tuple[object, ...]]: ...
