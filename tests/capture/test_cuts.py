"""Files that were cut anywhere: what is whole before the cut plays as if it were all, and the cut is told."""

from collections.abc import Sequence
from io import BufferedReader, BytesIO
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.building import NOW, chat, control, frame, gift, like, response
from tests._wire.session.test_gifts import runs
from tests.room_server import plain_file
from tests.shared_data import RealMessage
from tikcast import Event
from tikcast.capture.format import CaptureRecord, Header, Kind, encode_header, encode_record
from tikcast.capture.replay import open_replay
from tikcast.errors import CaptureError

HEADER = encode_header(Header(program="tikcast", started_at_us=NOW * 1000))


def played(data: bytes) -> tuple[list[Event], CaptureError | None]:
    """The events of a file, and what was told of a cut."""
    events: list[Event] = []
    try:
        events.extend(open_replay(BufferedReader(BytesIO(data)), name="live"))
    except CaptureError as error:
        return events, error
    return events, None


def captured(frames: Sequence[bytes]) -> list[bytes]:
    """The records of a capture with these frames on two connections, and their end."""
    opened = b'{"room_id":"7312000000000000001","method":"direct","username":"ana"}'
    half = len(frames) // 2
    records = []
    for connection, some in ((1, frames[:half]), (2, frames[half:])):
        at = (NOW + 20_000 * connection) * 1000
        records.append(CaptureRecord(kind=Kind.OPENED, connection=connection, at_us=at, data=opened))
        for number, data in enumerate(some, start=1):
            records.append(
                CaptureRecord(kind=Kind.RECEIVED, connection=connection, at_us=at + number * 1_500_000, data=data)
            )
        end = at + (len(some) + 1) * 1_500_000
        records.append(CaptureRecord(kind=Kind.CLOSED, connection=connection, at_us=end, data=b'{"code":1006}'))
    return [encode_record(record) for record in records]


def check(pieces: Sequence[bytes], cut: int, *, head: bytes = b"") -> None:
    """Cut a file of these pieces, and compare with one that ends before the piece that was cut."""
    ends = list(accumulate(map(len, pieces), initial=len(head)))
    data = b"".join((head, *pieces))[:cut]
    events, told = played(data)
    before = max((end for end in ends if end <= cut), default=0)
    whole, nothing_told = played(data[:before])
    assert events == whole
    if cut == before and before:
        assert (told is None) == (nothing_told is None)
        return
    assert told is not None
    assert told.offset == before
    assert f"from byte {before} on" in str(told)


messages = st.one_of(
    st.builds(chat, st.text(max_size=5), message_id=st.integers(0, 50), user_id=st.integers(1, 4)),
    st.builds(gift, st.integers(1, 9), message_id=st.integers(0, 50), end=st.booleans(), user_id=st.integers(1, 4)),
    st.builds(like, st.integers(1, 15), st.integers(0, 9000), message_id=st.integers(0, 50)),
    st.builds(control, st.integers(1, 4)),
)
frames = st.lists(st.lists(messages, max_size=3).map(lambda some: frame(response(*some))), min_size=1, max_size=6)


@settings(runs)
@given(frames, st.data())
def test_a_file_of_frames_plays_up_to_any_cut(some: list[bytes], data: st.DataObject) -> None:
    pieces = [plain_file(one) for one in some]
    check(pieces, data.draw(st.integers(1, sum(map(len, pieces)))))


@settings(runs)
@given(frames, st.data())
def test_a_capture_plays_up_to_any_cut(some: list[bytes], data: st.DataObject) -> None:
    pieces = captured(some)
    check(pieces, data.draw(st.integers(1, len(HEADER) + sum(map(len, pieces)))), head=HEADER)


@pytest.fixture(scope="module")
def real_frames(real_messages: list[RealMessage]) -> list[bytes]:
    """Forty frames of real messages, five each."""
    some = [(message.method, message.payload) for message in real_messages[::4]]
    return [frame(response(*some[at : at + 5])) for at in range(0, 200, 5)]


@pytest.mark.parametrize("form", ["frames", "capture"])
def test_a_file_of_real_messages_plays_up_to_any_cut(form: str, real_frames: list[bytes]) -> None:
    pieces, head = (captured(real_frames), HEADER) if form == "capture" else ([plain_file(f) for f in real_frames], b"")
    ends = list(accumulate(map(len, pieces), initial=len(head)))
    near = {end + off for end in ends[:: len(ends) // 4] for off in (-1, 0, 1, 3, 4, 5)}
    size = ends[-1]
    for cut in sorted({*range(1, size, size // 25), *near, size}):
        if 0 < cut <= size:
            check(pieces, cut, head=head)


def test_a_short_file_plays_up_to_every_single_byte() -> None:
    some = [
        frame(response(chat("one", message_id=1), gift(3, message_id=2))),
        frame(response(like(3, 9, message_id=3))),
    ]
    plain = [plain_file(one) for one in some]
    for cut in range(1, sum(map(len, plain)) + 1):
        check(plain, cut)
    records = captured(some)
    for cut in range(1, len(HEADER) + sum(map(len, records)) + 1):
        check(records, cut, head=HEADER)
