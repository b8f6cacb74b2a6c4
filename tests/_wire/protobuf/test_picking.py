"""The compiled reader gives what the protobuf runtime gives, or leaves the bytes to it; without it all is the same."""

import gc
import json
import os
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.protobuf.picking_probe import filled
from tests._wire.protobuf.picks import BLOBS, Choice, about, choices, names, records, used
from tests._wire.protobytes import field, pieces, varint
from tests._wire.session.test_gifts import runs
from tests.fuzz.mutate import EDGES, Mutator
from tests.shared_data import REPO, RealMessage
from tikcast import decode_message
from tikcast._proto import fast
from tikcast._wire.protobuf.picking import COMPILED, MOST_PATHS, FieldAction, compiled_reader, picker, plain_picker
from tikcast._wire.table import TABLE, schema_name
from tikcast.simulator.messages.samples import sample

# Numbers that do not fit, each in ten bytes: the runtimes cut them off in ways of their own.
TOO_LARGE = b"\xff" * 9 + b"\x02"
USER = Choice(
    "User",
    ("id", "nickname", "avatar_thumb.uri", "avatar_thumb.url_list", "follow_info?.follow_status", "rare_fields"),
)
CHAT = Choice("WebcastChatMessage", ("common.msg_id", "content", "emotes", "visible_to_sender"), checked=True)
RESPONSE = Choice("WebcastResponse", ("cursor", "messages"), checked=True)
MEMBER = Choice("WebcastMemberMessage", ("action", "member_count"))
CHOSEN = [choice for name in names() for choice in choices(name)]
DECODERS = used()


@pytest.fixture(scope="module", autouse=True)
def reader() -> Any:
    """The compiled reader: missing, it fails in CI and skips elsewhere."""
    if COMPILED:
        from tikcast._wire.protobuf import _pick

        return _pick.Plan
    message = "The compiled reader is not built here: `python hatch_build.py` builds it, and says what it lacks."
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="module")
def sound(real_messages: list[RealMessage]) -> dict[str, list[bytes]]:
    """By name, every different message and every different message inside one, as TikTok sent them."""
    found: dict[str, dict[bytes, None]] = {}
    for message in real_messages:
        for name, data in records(schema_name(message.method), message.payload):
            found.setdefault(name, {})[data] = None
    return {name: list(data) for name, data in found.items()}


def made() -> Iterator[tuple[str, bytes]]:
    """The simulator's sample of every message, and all that is inside."""
    for method in TABLE:
        yield from records(schema_name(method), sample(method))


def test_the_decoder_picks_and_every_choice_of_it_can_be_compiled() -> None:
    assert {"WebcastChatMessage", "WebcastGiftMessage", "WebcastLikeMessage", "User", "Text"} <= {
        choice.name for choice in DECODERS
    }
    assert len(CHOSEN) > 800
    assert {max(len(choice.paths) for choice in CHOSEN), min(len(choice.paths) for choice in CHOSEN)} == {64, 1}


def test_real_messages_are_read_compiled_and_the_same(sound: dict[str, list[bytes]]) -> None:
    read = [choice.agrees(data) for choice in DECODERS for data in sound.get(choice.name, [])]
    assert len(read) > 2000
    assert all(read)


def test_any_choice_of_real_messages_and_of_those_inside_them_is_the_same(sound: dict[str, list[bytes]]) -> None:
    read = [choice.agrees(data) for name, some in sound.items() for choice in choices(name) for data in some]
    assert len(read) > 15_000
    # Real link messages hold fields of other types than other link messages do.
    assert read.count(False) < 20


def test_any_choice_of_a_message_made_up_of_everything_is_the_same() -> None:
    seen = set()
    for name, data in dict.fromkeys(made()):
        seen.add(name)
        assert [choice for choice in about(name) if not choice.agrees(data)] == []
    assert len(seen) > 200


def test_a_message_without_bytes_has_nothing_but_defaults() -> None:
    for choice in (*CHOSEN, *DECODERS):
        assert choice.agrees(b"")
        for value in choice.read(b""):
            assert value in {None, "", b"", 0, ()}


def test_a_bytearray_is_read_like_bytes(sound: dict[str, list[bytes]]) -> None:
    for data in sound["User"][:50]:
        assert USER.read(bytearray(data)) == USER.read(data) == USER.plain(bytearray(data))


def test_messages_cut_at_any_byte_are_the_same() -> None:
    for name, data in dict.fromkeys(made()):
        for choice in about(name)[:2]:
            read = [choice.agrees(data[:end]) for end in range(0, len(data) + 1, 1 + len(data) // 60)]
            assert read[0]
    for choice in (USER, CHAT):
        whole = next(data for name, data in made() if name == choice.name)
        assert 3 < sum(choice.agrees(whole[:end]) for end in range(len(whole))) < len(whole) // 2


def test_messages_with_any_bit_turned_are_the_same() -> None:
    for choice in (USER, CHAT, *DECODERS):
        whole = next((data for name, data in made() if name == choice.name), b"\x08\x01")
        for at in range(min(len(whole) * 8, 4000)):
            changed = bytearray(whole)
            changed[at // 8] ^= 1 << at % 8
            choice.agrees(bytes(changed))


def test_damaged_real_messages_are_the_same(sound: dict[str, list[bytes]]) -> None:
    everything = [(name, data) for name, some in sound.items() for data in some[:40]]
    mutator = Mutator(7, [data for _, data in everything])
    read = []
    for _ in range(4000):
        name, data = mutator.luck.choice(everything)
        wrong = mutator.mutate(data)
        read += [choice.agrees(wrong) for choice in about(name)]
    assert 0.1 < sum(read) / len(read) < 0.9


def test_messages_read_as_another_one_are_the_same(sound: dict[str, list[bytes]]) -> None:
    some = [data for _, many in sorted(sound.items()) for data in many[:3]]
    luck = random.Random(11)
    read = [choice.agrees(data) for choice in CHOSEN for data in luck.sample(some, 6)]
    assert 0.02 < sum(read) / len(read) < 0.9


def test_fields_turned_round_doubled_merged_and_left_out_are_read_compiled(sound: dict[str, list[bytes]]) -> None:
    for choice in DECODERS:
        for data in sound.get(choice.name, [])[:30]:
            found = [piece.whole for piece in pieces(data)]
            turned = [b"".join(found[at:] + found[:at]) for at in range(len(found))]
            left_out = [b"".join(found[:at] + found[at + 1 :]) for at in range(len(found))]
            for one in (*turned, *left_out, b"".join(reversed(found)), data + data, data * 3):
                assert choice.agrees(one)
            assert choice.agrees(data + sound[choice.name][0])


def test_real_users_merged_with_one_another_are_read_compiled(sound: dict[str, list[bytes]]) -> None:
    users = sound["User"]
    for one, other in pairwise(users):
        assert [choice for choice in about("User") if not choice.agrees(one + other)] == []


THUMB = field(1, "https://one") + field(2, "key")


@pytest.mark.parametrize(
    ("choice", "data", "values"),
    [
        (USER, b"", (0, "", "", (), None, False)),
        (USER, field(22, b""), (0, "", "", (), 0, False)),
        (USER, field(22, field(3, 2)), (0, "", "", (), 2, False)),
        (USER, field(22, field(3, 2)) + field(22, b""), (0, "", "", (), 2, False)),
        (USER, field(22, b"") + field(22, field(3, 2)), (0, "", "", (), 2, False)),
        (USER, field(5, "") + field(1, 7), (7, "", "", (), None, True)),
        (USER, field(12, 0), (0, "", "", (), None, True)),
        (USER, field(9, THUMB) * 2, (0, "", "key", ("https://one",) * 2, None, False)),
        (USER, field(9, THUMB) + field(9, field(2, "")), (0, "", "", ("https://one",), None, False)),
        (USER, field(1, 1) + field(1, 2), (2, "", "", (), None, False)),
        (USER, field(1, -1), (-1, "", "", (), None, False)),
        (USER, field(1, 2**63), (-(2**63), "", "", (), None, False)),
        (USER, field(3, "Ana \U0001f338 Ж\x00"), (0, "Ana \U0001f338 Ж\x00", "", (), None, False)),
        (USER, field(500, 1) + field(9999, b"\xff") + field(2**29 - 1, 1), (0, "", "", (), None, False)),
        (USER, b"\xc5\x3e" + bytes(4) + b"\xc1\x3e" + bytes(8), (0, "", "", (), None, False)),
        (CHAT, field(1, field(2, 5)) + field(1, field(3, 9)), (5, "", (), False)),
        (CHAT, field(13, b"") + field(13, b"x"), (0, "", (b"", b"x"), False)),
        (CHAT, field(4, 2**32), (0, "", (), True)),
        (CHAT, field(20, 1) + field(20, b"") + field(20, varint(1) + b"\xff" * 9 + b"\x01"), (0, "", (), False)),
        (MEMBER, field(10, 2**32 + 1) + field(3, 2**31), (1, -(2**31))),
        (MEMBER, field(10, -5) + field(3, 2**64 - 1), (-5, -1)),
        (RESPONSE, field(7, field(1, "key") + field(2, "value")) + field(7, b"") + field(2, "c"), ("c", ())),
        (MEMBER, b"\x50\x81\x80\x80\x80\x80\x00", (1, 0)),
    ],
)
def test_what_is_rare_but_right_is_read_compiled(choice: Choice, data: bytes, values: tuple[object, ...]) -> None:
    assert choice.agrees(data)
    assert choice.read(data) == values


@pytest.mark.parametrize(
    ("choice", "data"),
    [
        (USER, field(1, b"7")),
        (USER, field(3, 7)),
        (USER, field(9, 7)),
        (USER, field(9, field(2, 7))),
        (USER, field(9, field(8, 7))),
        (USER, field(9, field(1, field(1, 1)) + field(2, 1))),
        (USER, b"\x1d" + bytes(4)),
        (USER, b"\x09" + bytes(8)),
        (USER, field(3, b"\xff")),
        (USER, field(3, b"\xed\xa0\x80")),
        (USER, field(3, b"\xc0\xaf")),
        (USER, field(3, b"a" * 9 + b"\xf4\x90\x80\x80")),
        (USER, field(19, b"\xff")),
        (USER, field(5, b"\xff")),
        (USER, field(9, field(5, b"\xff"))),
        (USER, field(1, 1) + b"\x0b\x0c"),
        (USER, b"\xc3\x3e\xc4\x3e"),
        (USER, b"\x0c"),
        (USER, b"\x00\x01"),
        (USER, b"\x02\x00"),
        (USER, b"\x0e\x01"),
        (USER, b"\x08"),
        (USER, b"\x1a\x02a"),
        (USER, b"\x1a\xff\xff\xff\xff\x0f"),
        (USER, b"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        (USER, b"\x08" + TOO_LARGE),
        (USER, b"\x08" + b"\x80" * 10 + b"\x00"),
        (USER, b"\x88\x00\x05"),
        (USER, b"\x88\x80\x80\x80\x80\x00\x05"),
        (USER, b"\x1a\x81\x00a"),
        (USER, b"\x1a\x81\x80\x80\x80\x80\x00a"),
        (USER, b"\xf8\xff\xff\xff\x1f\x05"),
        (USER, b"\xc5\x3e" + bytes(3)),
        (USER, b"\xc1\x3e" + bytes(7)),
        (CHAT, field(20, b"\x01\xff")),
        (CHAT, field(20, TOO_LARGE)),
        (RESPONSE, field(7, field(1, "key") + field(3, "neither key nor value"))),
        (CHAT, field(1, 1)),
        (CHAT, field(13, 1)),
    ],
)
def test_what_is_wrong_or_strange_is_left_to_the_protobuf_runtime(choice: Choice, data: bytes) -> None:
    assert not choice.agrees(data)
    assert not choice.agrees(field(99, "a") + data)
    assert choice.read(data) is None


def test_messages_deeper_than_the_reader_goes_are_left_to_the_protobuf_runtime(reader: Any) -> None:
    read = reader(((((1, FieldAction.TAKE_UINT64, 0, 0), (2, FieldAction.ENTER, 0, 0)), 0, False),), (0,), (0,)).read
    data, read_at = field(1, 7), []
    for _ in range(40):
        read_at.append(read(data) == (7,))
        data = field(2, data)
    assert read_at == [depth <= 32 for depth in range(40)]
    for _ in range(10_000):
        data = field(2, data)
    assert read(data) is None


@st.composite
def numbers(draw: st.DrawFn) -> bytes:
    """A varint, now and then longer than it need be."""
    value = draw(st.sampled_from(EDGES) | st.integers(0, 2**64 - 1))
    if draw(st.integers(0, 9)):
        return varint(value)
    more = draw(st.integers(1, 7))
    return varint(value | 1 << 70)[:-1][: 10 - more] + b"\x80" * (more - 1) + bytes([draw(st.integers(0, 127))])


@st.composite
def messages(draw: st.DrawFn, message: Any, *, depth: int = 3) -> bytes:
    """Bytes that are mostly like this message, with whatever can be wrong about them."""
    return b"".join([draw(fields(message, depth=depth)) for _ in range(draw(st.integers(0, 5)))])


@st.composite
def fields(draw: st.DrawFn, message: Any, *, depth: int) -> bytes:
    known = draw(st.sampled_from(list(message.fields)))
    number = known.number if draw(st.integers(0, 7)) else draw(st.integers(0, 2**29 - 1))
    kind = draw(st.sampled_from([0] * 30 + [1, 2, 2, 3, 4, 5, 6, 7]))
    if not kind:
        kind = 2 if known.message_type is not None or known.type in BLOBS else draw(st.sampled_from([0, 0, 2]))
    tag = varint(number << 3 | kind)
    if kind == 0:
        return tag + draw(numbers())
    if kind != 2:
        return tag + draw(st.binary(max_size=9))
    if known.message_type is not None and depth:
        body = draw(messages(known.message_type, depth=depth - 1))
    elif known.type == 9 and draw(st.integers(0, 9)):
        body = draw(st.text(max_size=12)).encode()
    else:
        body = b"".join(draw(st.lists(numbers(), max_size=4))) if draw(st.booleans()) else draw(st.binary(max_size=12))
    return field(number, body) if draw(st.integers(0, 15)) else tag + draw(numbers()) + body


@settings(runs, max_examples=400)
@given(st.data(), st.sampled_from(sorted({choice.name for choice in DECODERS})))
def test_whatever_the_decoder_may_be_sent_is_the_same(data: st.DataObject, name: str) -> None:
    payload = data.draw(messages(getattr(fast, name).DESCRIPTOR))
    for choice in about(name):
        choice.agrees(payload)


@settings(runs, max_examples=250)
@given(st.data(), st.sampled_from([name for name in names() if choices(name)]))
def test_whatever_any_message_may_be_is_the_same(data: st.DataObject, name: str) -> None:
    payload = data.draw(messages(getattr(fast, name).DESCRIPTOR))
    for choice in choices(name):
        choice.agrees(payload)


@settings(runs, max_examples=500)
@given(st.sampled_from([*CHOSEN, *DECODERS]), st.binary(max_size=60))
def test_any_bytes_are_the_same(choice: Choice, data: bytes) -> None:
    choice.agrees(data)


@pytest.mark.parametrize("make", [picker, plain_picker, compiled_reader])
@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ((), "0 paths of User are chosen"),
        (("id",) * (MOST_PATHS + 1), "65 paths of User are chosen"),
        (("id", "id"), "'id' of User is chosen twice"),
        (("avatar_thumb.uri", "avatar_thumb.uri"), "chosen twice"),
        (("avatar_thumb?.uri", "avatar_thumb.width"), "with '\\?' and without"),
        (("avatar_thumb.uri", "avatar_thumb?.width"), "with '\\?' and without"),
        (("nothing",), "'nothing' of User cannot be chosen"),
        (("avatar_thumb",), "cannot be chosen"),
        (("avatar_thumb.nothing",), "cannot be chosen"),
        (("nickname.uri",), "cannot be chosen"),
        (("nickname?",), "cannot be chosen"),
        (("avatar_thumb??.uri",), "cannot be chosen"),
        (("badge_list.x",), "cannot be chosen"),
        (("mint_type_label",), "cannot be chosen"),
        (("verified",), "cannot be chosen"),
        (("rare_fields", "verified"), "'verified' of User cannot be chosen"),
        (("",), "cannot be chosen"),
        ((".",), "cannot be chosen"),
        (("id; import os",), "cannot be chosen"),
    ],
)
def test_paths_that_cannot_be_chosen_are_refused(
    make: Callable[..., object], paths: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        make("User", *paths)


def test_a_field_of_repeated_messages_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="WebcastPushFrame cannot be chosen"):
        picker("WebcastPushFrame", "headers.key")


def test_a_message_that_the_schema_lacks_cannot_be_picked_from() -> None:
    with pytest.raises(AttributeError, match="no message 'Nothing'"):
        picker("Nothing", "id")


@pytest.mark.parametrize("data", ["text", None, 7, [1], memoryview(b"\x08\x01"), memoryview(b"\x08\x01\x08")[::2]])
def test_other_things_than_bytes_are_refused(data: object) -> None:
    with pytest.raises(TypeError):
        USER.read(data)


class Counts(tuple[int, ...]):  # noqa: SLOT001  # without them is the point
    """A tuple to which things can be tied."""


NODE = (((1, FieldAction.TAKE_TEXT, 0, 0),), 0, False)


def test_a_plan_laid_out_by_hand_reads(reader: Any) -> None:
    assert reader((NODE,), ("absent",), ("",)).read(field(1, "x")) == ("x",)
    assert reader(nodes=(NODE,), absent=("absent",), empty=("",)).read(b"") == ("absent",)
    assert reader((((), 0, False),), (), ()).read(field(1, "x")) == ()
    inside = (((1, FieldAction.ENTER, 0, 1),), 0, False), (((1, FieldAction.ADD_BYTES, 63, 0),), 1 << 63 | 1, False)
    read = reader(inside, (None,) * 64, ((),) * 64).read
    assert read(b"") == (None,) * 64
    assert read(field(1, b"")) == ((), *[None] * 62, ())
    assert read(field(1, field(1, b"x"))) == ((), *[None] * 62, (b"x",))


@pytest.mark.parametrize(
    ("nodes", "absent", "empty"),
    [
        ((), (), ()),
        ((((), 0, False),) * 65_536, (), ()),
        ((NODE,), (), ()),
        ((NODE,), (None,), ()),
        ((NODE,), (None,) * 65, (None,) * 65),
        (((((0, 0, 0, 0),), 0, False),), (), ()),
        (((((-1, 0, 0, 0),), 0, False),), (), ()),
        (((((1, len(FieldAction), 0, 0),), 0, False),), (None,), (None,)),
        (((((1, -1, 0, 0),), 0, False),), (None,), (None,)),
        (((((1, FieldAction.TAKE_TEXT, 1, 0),), 0, False),), (None,), (None,)),
        (((((1, FieldAction.TAKE_TEXT, -1, 0),), 0, False),), (None,), (None,)),
        (((((1, FieldAction.SEE_BYTES, 256, 0),), 0, False),), (None,), (None,)),
        (((((1, FieldAction.ENTER, 0, 1),), 0, False),), (), ()),
        (((((1, FieldAction.ENTER, 0, -1),), 0, False),), (), ()),
        (((((2, 0, 0, 0), (1, 0, 0, 0)), 0, False),), (), ()),
        (((((1, 0, 0, 0), (1, 0, 0, 0)), 0, False),), (), ()),
        (((tuple((number, 0, 0, 0) for number in range(1, 65_537)), 0, False),), (), ()),
        ((NODE,), ([],), ((),)),
        ((NODE,), ((),), ([],)),
        ((NODE,), ((1,),), ((),)),
        ((NODE,), (object(),), ((),)),
        ((NODE,), Counts((1,)), ((),)),
        ((NODE,), (Counts(),), ((),)),
    ],
)
def test_plans_that_do_not_hold_together_are_refused(reader: Any, nodes: Any, absent: Any, empty: Any) -> None:
    with pytest.raises(ValueError, match=r"plan"):
        reader(nodes, absent, empty)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ((NODE,), (None,)),
        ([NODE], (None,), (None,)),
        ((NODE,), [None], (None,)),
        ((NODE,), (None,), "x"),
        ((NODE,), (None,), (None,), 1),
        ((1,), (), ()),
        (([],), (), ()),
        (((),), (), ()),
        ((([], 0, False),), (), ()),
        ((((), "x", False),), (), ()),
        ((((), 0),), (), ()),
        ((((1,), 0, False),), (), ()),
        (((((1, 0, 0),), 0, False),), (), ()),
        (((((1, 0, 0, "x"),), 0, False),), (), ()),
        (((([1, 0, 0, 0],), 0),), (), ()),
    ],
)
def test_plans_of_other_types_are_refused(reader: Any, arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        reader(*arguments)


def test_numbers_in_a_plan_that_no_field_has_are_refused(reader: Any) -> None:
    with pytest.raises(OverflowError):
        reader(((((2**40, 0, 0, 0),), 0, False),), (), ())


def test_a_plan_can_be_neither_changed_nor_derived_from(reader: Any) -> None:
    plan = reader((NODE,), (None,), ("",))
    with pytest.raises(AttributeError):
        plan.read = None
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Other", (reader,), {})


def everything(read: Callable[[Any], object]) -> None:
    """Reads that end in every way: read, left to the runtime at any point, refused."""
    several = field(2, field(1, b"several") * 3)  # longer than what Python has one copy of
    for data in (b"", field(1, "text"), several + field(3, 2**60), field(2, b"") * 2):
        read(data)
        read(bytearray(data))
        read(data + several + field(1, b"\xff"))
        read(data + b"\x0b")
    with pytest.raises(TypeError):
        read("x")


def test_what_readings_share_is_referred_to_as_often_as_before(reader: Any) -> None:
    plan, shared = filled(reader)
    gc.collect()  # the plans of other tests, which refer to the reader
    before = [sys.getrefcount(one) for one in (*shared, plan, reader)]
    for _ in range(200):
        everything(plan.read)
    assert [sys.getrefcount(one) for one in (*shared, plan, reader)] == before


def test_plans_that_come_and_go_leave_nothing(reader: Any) -> None:
    shared = filled(reader)[1]
    gc.collect()
    before = [sys.getrefcount(one) for one in (*shared, reader)]
    for _ in range(100):
        everything(reader((((), 0, False),), tuple(shared), tuple(shared)).read)
        with pytest.raises(ValueError, match="does not fit"):
            reader(((((1, 99, 0, 0),), 0, False),), tuple(shared), tuple(shared))
    assert [sys.getrefcount(one) for one in (*shared, reader)] == before


def test_reading_without_end_takes_no_memory(reader: Any) -> None:
    plan = filled(reader)[0]

    def read_much() -> None:
        for _ in range(300):
            everything(plan.read)
            everything(USER.read)
            reader((NODE,), (None,), ("",))

    tracemalloc.start()
    try:
        read_much()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        read_much()
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 4096
    finally:
        tracemalloc.stop()


def test_when_memory_ends_anywhere_in_a_reading_that_is_what_it_raises() -> None:
    pytest.importorskip("_testcapi", reason="this Python lets nobody take its memory away")
    told = probe("starved")
    assert told["refused"] > 10
    assert told["wrong"] == []
    assert told["as before"]


def probe(mode: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests._wire.protobuf.picking_probe", mode]
    run = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told: dict[str, Any] = json.loads(run.stdout)
    assert told["compiled"] == (mode not in {"plain", "left over"})
    return told


@pytest.mark.slow
def test_without_the_compiled_reader_everything_decodes_the_same(real_messages: list[RealMessage]) -> None:
    compiled, plain = probe("compiled")["readings"], probe("plain")["readings"]
    assert len(compiled) > 2 * len(real_messages)
    assert [pair for pair in zip(compiled, plain, strict=True) if pair[0] != pair[1]][:1] == []


@pytest.mark.slow
def test_a_reader_left_over_from_another_version_is_not_used(shared_dir: Path) -> None:
    assert probe("left over")["readings"]


def test_broken_text_in_a_field_that_nobody_reads_is_told_all_the_same() -> None:
    event = decode_message("WebcastChatMessage", field(3, "hi") + field(25, b"\xff"))
    assert event.notes == ("ec_streamer_key: not UTF-8, repaired",)
