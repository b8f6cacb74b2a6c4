"""How `tikcast inspect` splits a file into frames, also if the file is truncated."""

from collections.abc import Sequence
from itertools import accumulate

import pytest

from tests._wire.building import NOW, chat, frame, gift, like, response
from tests.room_server import plain_file
from tikcast.capture.format import CaptureRecord, Header, Kind, encode_header, encode_record
from tikcast.cli._inspect_input import input_items
from tikcast.errors import CaptureError

FRAMES = [
    frame(response(chat("one", message_id=1), gift(3, message_id=2))),
    frame(response(like(3, 9, message_id=3))),
    frame(response(chat("two", message_id=4))),
]
HEADER = encode_header(Header(program="tikcast", started_at_us=NOW * 1000))
RECORDS = [
    encode_record(CaptureRecord(kind=Kind.RECEIVED, connection=1, at_us=NOW * 1000 + number, data=data))
    for number, data in enumerate(FRAMES)
]


def shown(data: bytes) -> tuple[list[bytes], int | None]:
    """The frames of a file, and the offset of the first one that cannot be read."""
    frames: list[bytes] = []
    try:
        frames.extend(item.data for item in input_items(data, name="x", method=""))
    except CaptureError as error:
        return frames, error.offset
    return frames, None


@pytest.mark.parametrize(
    ("head", "parts"), [(b"", [plain_file(one) for one in FRAMES]), (HEADER, RECORDS)], ids=["frames", "capture"]
)
def test_every_complete_frame_before_a_cut_is_read_and_the_cut_is_located(head: bytes, parts: Sequence[bytes]) -> None:
    data = head + b"".join(parts)
    ends = list(accumulate(map(len, parts), initial=len(head)))
    for cut in range(ends[1], len(data) + 1):
        whole = sum(end <= cut for end in ends[1:])
        assert shown(data[:cut]) == (FRAMES[:whole], None if cut in ends else ends[whole])
