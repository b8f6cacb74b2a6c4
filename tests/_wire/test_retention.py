"""What is kept of messages does not grow with what they unfold into."""

from tests._wire.protobytes import field
from tikcast import decode_message
from tikcast._wire.shared import CACHES, LARGEST, MOST_PIECES
from tikcast.events import BarrageEvent


def barrage(text: bytes) -> BarrageEvent:
    event = decode_message("WebcastBarrageMessage", field(5, text))
    assert isinstance(event, BarrageEvent)
    return event


def kept(text: bytes) -> bool:
    """Whether the text of a message is shared once it came often enough."""
    events = [barrage(text) for _ in range(3)]
    assert events[0] == events[1] == events[2]
    return events[1].content is events[2].content


def test_texts_of_few_pieces_are_shared() -> None:
    CACHES["text"].clear()
    assert kept(field(1, "key") + field(4, field(11, "Ana")) * 3)


def test_texts_of_more_pieces_than_any_real_one_are_not() -> None:
    CACHES["text"].clear()
    assert not kept(field(1, "key") + field(4, b"") * (MOST_PIECES + 1))


def test_what_is_larger_than_any_real_record_is_not() -> None:
    CACHES["text"].clear()
    assert not kept(field(1, "x" * LARGEST))
