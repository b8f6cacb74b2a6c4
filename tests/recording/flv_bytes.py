"""FLV by hand: tags, parameters and frames."""

SIGNATURE = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
SPS_360 = bytes.fromhex("67640016acd9417051e5f011000003000100000300140f162d96")
"""Of x264; its pictures are 360x640."""


def tag(kind: int, body: bytes, *, at_ms: int = 0) -> bytes:
    head = bytes([kind]) + len(body).to_bytes(3, "big") + (at_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([at_ms >> 24])
    return head + bytes(3) + body + (11 + len(body)).to_bytes(4, "big")


def avc_setup(sps: bytes = b"\x67\x01", *, at_ms: int = 0) -> bytes:
    record = b"\x01\x42\xc0\x1e\xff\xe1" + len(sps).to_bytes(2, "big") + sps + b"\x01\x00\x01\x68"
    return tag(9, b"\x17\x00\x00\x00\x00" + record, at_ms=at_ms)


def picture(at_ms: int, *, key: bool = False) -> bytes:
    return tag(9, (b"\x17" if key else b"\x27") + b"\x01\x00\x00\x00" + b"picture", at_ms=at_ms)


def aac_setup(config: bytes = b"\x11\x90", *, at_ms: int = 0) -> bytes:
    return tag(8, b"\xaf\x00" + config, at_ms=at_ms)


def sound(at_ms: int) -> bytes:
    return tag(8, b"\xaf\x01sound", at_ms=at_ms)


def script(at_ms: int = 0) -> bytes:
    return tag(18, b"\x02\x00\x0aonMetaData", at_ms=at_ms)


def second(start_ms: int, *, step: int = 250) -> bytes:
    """A second of video that starts with a key frame, with sound."""
    moments = range(start_ms, start_ms + 1000, step)
    return b"".join(picture(at, key=at == start_ms) + sound(at) for at in moments)


def tags_of(data: bytes) -> list[tuple[int, int, bytes]]:
    """Kind, timestamp and body of the tags of a file, its header left out."""
    found, at = [], len(SIGNATURE) if data.startswith(b"FLV") else 0
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        stamp = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        found.append((data[at], stamp, data[at + 11 : at + 11 + size]))
        at += 11 + size + 4
    return found
