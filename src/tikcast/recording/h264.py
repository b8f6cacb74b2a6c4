"""H.264: the size of the video, from its sequence parameter set."""

from __future__ import annotations

from typing import Final

_WITH_CHROMA: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_MAX_BYTES: Final = 4096
_MAX_SIZE: Final = 1 << 16


def h264_size(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels of a sequence parameter set (a whole NAL unit), (0, 0) when it cannot be read."""
    try:
        width, height = _read_size(_Bits(sps[:_MAX_BYTES].replace(b"\0\0\3", b"\0\0")))
    except (IndexError, ValueError):
        return 0, 0
    return (width, height) if 0 < width < _MAX_SIZE and 0 < height < _MAX_SIZE else (0, 0)


def _read_size(bits: _Bits) -> tuple[int, int]:
    bits.skip(8)
    profile = bits.take(8)
    bits.skip(16)
    bits.golomb()
    chroma, separate = 1, False
    if profile in _WITH_CHROMA:
        chroma, separate = _skip_chroma(bits)
    _skip_frame_order(bits)
    bits.golomb()  # reference frames
    bits.skip(1)
    across, down = bits.golomb() + 1, bits.golomb() + 1
    frames_only = bits.take(1)
    bits.skip(1 if frames_only else 2)
    crop = [bits.golomb() for _ in range(4)] if bits.take(1) else [0, 0, 0, 0]
    unit_x = 2 if chroma in {1, 2} and not separate else 1
    unit_y = (2 if chroma == 1 and not separate else 1) * (2 - frames_only)
    return across * 16 - (crop[0] + crop[1]) * unit_x, down * 16 * (2 - frames_only) - (crop[2] + crop[3]) * unit_y


def _skip_chroma(bits: _Bits) -> tuple[int, bool]:
    """Skip what only the higher profiles have, and return the chroma format."""
    chroma = bits.golomb()
    separate = bool(chroma == 3 and bits.take(1))
    bits.golomb()
    bits.golomb()
    bits.skip(1)
    if bits.take(1):
        for number in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _skip_scaling(bits, 16 if number < 6 else 64)
    return chroma, separate


def _skip_scaling(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_frame_order(bits: _Bits) -> None:
    """Skip how the order of frames is coded."""
    bits.golomb()
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.skip(1)
        bits.golomb()
        bits.golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.golomb()


class _Bits:
    """Reads bits from the left. Raises `IndexError` at the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        self.skip(count)
        return self._value >> self._left & ((1 << count) - 1)

    def skip(self, count: int) -> None:
        if count > self._left:
            raise IndexError("no more bits")
        self._left -= count

    def golomb(self) -> int:
        """An unsigned Exp-Golomb code, as most numbers of H.264 are."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        if zeros > 32:
            raise ValueError("a number too large")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        value = self.golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)
