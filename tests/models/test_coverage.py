"""Whatever TikTok's JSON is known to say can be found in a record: none of the known keys is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import pytest

from tests.shared_data import shared_dir
from tikcast.models import AudienceList, FeedPage, GiftInfo, LiveRoom, PriceList, Quota, RoomInfo, UserInfo

Read = Callable[[Any], object]

# Object of the table → how an answer with it is read. What stands inside others is read with them.
READERS: Final[dict[str, Read]] = {
    "roomInfoRsp": lambda body: RoomInfo.from_webcast(body["data"]),
    "giftInfoRsp": lambda body: [GiftInfo.from_webcast(gift) for gift in body["data"]["gifts"]],
    "FeedItem": FeedPage.from_webcast,
    "rankListRsp": lambda body: AudienceList.from_webcast(body["data"]),
    "PriceList": PriceList.from_webcast,
    "UserInfo": UserInfo.from_page,
    "UserStats": lambda stats: UserInfo.from_page({}, stats),
    "LimitInfo": lambda quota: Quota.from_json(quota, path="minute"),
    "liveRoomContainer": lambda page: LiveRoom.from_page(page["liveRoomUserInfo"]),
}

# Of an answer, not of what it tells.
ENVELOPES: Final = {"status_code", "extra.now", "extra.log_id"}

# One fact that comes under two names: who reads the first has read the second.
TWINS: Final = {
    "id": "id_str",
    "own_room.room_ids": "own_room.room_ids_str",
    "secret": "privateAccount",
    "heart": "heartCount",
}

# What is no part of a record on purpose. The list of gifts is a list of records, with no place for what stands
# beside the gifts; signed URLs are made by a signer that no longer exists.
LEFT_OUT: Final = re.compile(r"giftInfoRsp\.data\.(doodle_templates|pages)|SignedURL\.|gifts_info")


def table() -> dict[str, dict[str, str]]:
    """The known keys: their types by path, by object."""
    lines = (shared_dir() / "wire" / "json_fields.tsv").read_text(encoding="utf-8").splitlines()[1:]
    objects: dict[str, dict[str, str]] = {}
    for owner, path, kind in (line.split("\t") for line in lines):
        objects.setdefault(owner, {})[path] = kind
    return objects


def places(objects: dict[str, dict[str, str]], owner: str, before: str = "") -> Iterator[tuple[str, str]]:
    """Every path below an object down to plain values, with its type."""
    for path, kind in objects[owner].items():
        inner = kind.removeprefix("[]")
        if inner in objects:
            yield from places(objects, inner, f"{before}{path}{kind.removesuffix(inner)}.")
        else:
            yield f"{before}{path}", kind


def sample(kind: str, turn: int) -> object:
    """One of two values of a type."""
    if kind.startswith("[]"):
        return [sample(kind.removeprefix("[]"), turn)]
    match kind:
        case "bool":
            return bool(turn)
        case "string":
            return str(turn + 1)
        case "image":
            return {"url_list": [f"https://p/{turn}.webp"], "uri": f"p/{turn}"}
        case "object":
            return {"some": turn}
        case _:
            return turn


def put(whole: dict[str, Any], path: str, value: object) -> None:
    """Set what a path such as `data[].user.id` leads to, making what is missing on the way."""
    *steps, last = path.split(".")
    for step in steps:
        name = step.removesuffix("[]")
        inner = whole.setdefault(name, [{}] if step.endswith("[]") else {})
        whole = inner[0] if step.endswith("[]") else inner
    whole[last] = value


def answer(keys: dict[str, str], *, other: str = "") -> dict[str, Any]:
    """An answer with every key; the one at `other` has its other value."""
    whole: dict[str, Any] = {}
    for path, kind in keys.items():
        put(whole, path, sample(kind, 1 - (path == other)))
    return whole


def own_names(path: str) -> Iterator[str]:
    """A path within each of the objects that it leads through."""
    steps = path.split(".")
    return (".".join(steps[start:]) for start in range(len(steps)))


@pytest.mark.parametrize("root", READERS)
def test_every_known_key_makes_a_difference(root: str) -> None:
    keys = dict(places(table(), root))
    plain = READERS[root](answer(keys))
    lost = {path for path in keys if READERS[root](answer(keys, other=path)) == plain}
    assert {path for path in lost if not expected_to_be_lost(root, path)} == set()


@pytest.mark.parametrize("root", READERS)
def test_a_key_that_comes_alone_is_read_as_well_as_among_all_others(root: str) -> None:
    keys = dict(places(table(), root))
    for path, kind in keys.items():
        told = {path: kind}
        if path in ENVELOPES or LEFT_OUT.search(f"{root}.{path}"):
            continue
        whole = [answer(told), answer(told, other=path)]
        for body in whole:
            put_required(root, body)
        assert READERS[root](whole[0]) != READERS[root](whole[1]), path


def put_required(root: str, body: dict[str, Any]) -> None:
    """What makes an entry of a list one at all."""
    if root == "FeedItem":
        body.setdefault("data", [{}])[0].setdefault("rid", "9")


def expected_to_be_lost(root: str, path: str) -> bool:
    twins = any(name in TWINS for name in own_names(path))
    return path in ENVELOPES or twins or LEFT_OUT.search(f"{root}.{path}") is not None


def test_every_row_of_the_table_is_below_an_answer_that_is_read() -> None:
    objects = table()
    seen = {f"{owner}.{path}" for root in READERS for owner, path in reached(objects, root)}
    rows = {f"{owner}.{path}" for owner, keys in objects.items() for path in keys}
    assert {row for row in rows - seen if not LEFT_OUT.search(row)} == set()


def reached(objects: dict[str, dict[str, str]], owner: str) -> Iterator[tuple[str, str]]:
    for path, kind in objects[owner].items():
        yield owner, path
        if kind.removeprefix("[]") in objects:
            yield from reached(objects, kind.removeprefix("[]"))


def test_records_of_every_known_key_are_json() -> None:
    objects = table()
    for root, read in READERS.items():
        assert msgspec.json.decode(msgspec.json.encode(read(answer(dict(places(objects, root)))), enc_hook=str))
