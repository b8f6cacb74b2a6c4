"""Pictures that are drawn from their names."""

import struct
import zlib

import pytest

from tests.simulator.worlds import get, world


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("path", "pixels"),
    [
        ("/media/image/tos-alisg/abc~c5_100x100.webp", 100),
        ("/media/image/tos-alisg/abc~tplv-tiktok-shrink:72:72.webp", 72),
        ("/media/image/img/rose.png~tplv-obj.image", 96),
        ("/media/image/720x720/tos-alisg/abc", 720),
        ("/media/image/abc~c5_9999x9999.jpeg", 1080),
    ],
)
def test_a_picture_has_the_size_that_its_path_asks_for(path: str, pixels: int) -> None:
    found = get(world(), path)
    assert (found.status, found.content_type) == (200, "image/png")
    assert size_of(found.body) == (pixels, pixels)


def test_the_bytes_are_a_whole_png() -> None:
    body = get(world(), "/media/image/abc~c5_10x10.webp").body
    start, kinds = 8, []
    while start < len(body):
        length, kind = struct.unpack(">I4s", body[start : start + 8])
        data = body[start + 8 : start + 8 + length]
        assert struct.unpack(">I", body[start + 8 + length : start + 12 + length])[0] == zlib.crc32(kind + data)
        kinds.append((kind, data))
        start += length + 12
    assert [kind for kind, _ in kinds] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert len(zlib.decompress(kinds[2][1])) == 10 * 11


def test_each_name_has_its_own_colours_in_every_size() -> None:
    of = world()
    shown = [get(of, f"/media/image/{path}").body for path in ("a~c5_20x20.webp", "a~c5_20x20.jpeg", "b~c5_20x20.webp")]
    assert shown[0] == shown[1] != shown[2]
    small, large = (get(of, f"/media/image/a~c5_{n}x{n}.webp").body for n in (20, 40))
    assert small[33:90] == large[33:90]
