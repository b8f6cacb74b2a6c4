"""Frames for the benchmarks: real messages in the mix of a real room, sent by people who come back or do not."""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from tikcast._proto import schema
from tikcast._wire.table import schema_name

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TIKCAST_SHARED", ROOT.parent / "shared"))
MESSAGES_PER_FRAME = 3.17
ROOM = 7_312_000_000_000_000_001


@dataclass(frozen=True)
class Corpus:
    """Push frames and how many messages they hold."""

    name: str
    frames: list[bytes]
    messages: int


def real_messages() -> dict[str, list[bytes]]:
    """The real payloads by wire name; SystemExit when they are not there."""
    path = SHARED / "payloads" / "real.jsonl.gz"
    if not path.exists():
        raise SystemExit(f"the benchmark reads real messages from {path}; set TIKCAST_SHARED to their folder")
    found: dict[str, list[bytes]] = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            found.setdefault(row["method"], []).append(base64.b64decode(row["payload"]))
    return found


def mix(name: str) -> dict[str, int]:
    """How many messages of each type a real room sent in ten minutes."""
    mixes: dict[str, dict[str, int]] = json.loads((SHARED / "wire" / "real_sequences.json").read_text())["mixes"]
    return mixes[name]


def build(name: str, *, frames: int, regulars: float, ranks_stay: float = 1, seed: int = 1) -> Corpus:
    """A corpus in which a share `regulars` of the senders (0 to 1) come from a crowd of 200 who return.

    A share `ranks_stay` of the list beside the viewer count are the same people each time. In a room all are.
    """
    chance = random.Random(seed)
    real, weights = real_messages(), mix("a room with many joins")
    types = [method for method in weights if method in real]
    people = _People(chance, regulars=regulars, ranks_stay=ranks_stay)
    total, out = 0, []
    for number in range(frames):
        count = 3 + (chance.random() < MESSAGES_PER_FRAME - 3)
        methods = chance.choices(types, [weights[method] for method in types], k=count)
        response = schema.WebcastResponse(needs_ack=True, internal_ext=b"internal_src:dim", cursor=f"{number}")
        for method in methods:
            total += 1
            response.messages.add(
                method=method,
                msg_id=ROOM + total,
                payload=people.recast(method, chance.choice(real[method]), number=total),
            )
        out.append(_frame(response.SerializeToString(), number))
    return Corpus(name, out, total)


def _frame(body: bytes, number: int) -> bytes:
    frame = schema.WebcastPushFrame(
        seq_id=number,
        log_id=number + 1,
        payload_type="msg",
        payload_encoding="pb",
        payload=gzip.compress(body, 6, mtime=0),
        headers={"compress_type": "gzip"},
    )
    return frame.SerializeToString()


class _People:
    """Gives every message another sender, so that 40 samples of a type do not make every cache hit.

    A returning person's record is the same bytes each time in the same type of message, as it is in a room.
    One of those in the list beside the viewer count gives something between two messages.
    """

    def __init__(self, chance: random.Random, *, regulars: float, ranks_stay: float) -> None:
        self._chance = chance
        self._ranks_stay = ranks_stay
        self._regulars = regulars
        self._newcomer = 10_000
        self._known: dict[tuple[str, int, int], bytes] = {}
        self._scores = {rank: 1000 - 50 * rank for rank in range(1, 17)}

    def recast(self, method: str, payload: bytes, *, number: int) -> bytes:
        message = getattr(schema, schema_name(method)).FromString(payload)
        if message.DESCRIPTOR.fields_by_name.get("common") is not None:
            message.common.msg_id = ROOM + number
            message.common.room_id = ROOM
        if method == "WebcastRoomUserSeqMessage":
            self._rank(message)
        sender = self._sender()
        ranked = method == "WebcastRoomUserSeqMessage"
        for place, user in enumerate(_users(message)):
            stays = ranked and self._chance.random() < self._ranks_stay
            self._disguise(user, shape=(method, place), person=place if stays else sender + place)
        return bytes(message.SerializeToString())

    def _rank(self, message: schema.WebcastRoomUserSeqMessage) -> None:
        self._scores[self._chance.randint(1, 16)] += 1
        for rank, viewer in enumerate(message.ranks_list, start=1):
            viewer.score, viewer.rank = self._scores.get(rank, 0), rank

    def _sender(self) -> int:
        if self._chance.random() < self._regulars:
            return 100 + 20 * self._chance.randrange(200)
        self._newcomer += 20
        return self._newcomer

    def _disguise(self, user: schema.User, *, shape: tuple[str, int], person: int) -> None:
        key = (*shape, person)
        if key not in self._known:
            self._known[key] = _as_person(user, person)
        user.Clear()
        user.MergeFromString(self._known[key])


def _as_person(user: schema.User, person: int) -> bytes:
    user.id = 6_800_000_000_000_000_000 + person
    tail = f"{person:08d}"
    user.nickname = user.nickname[: -len(tail)] + tail if len(user.nickname) > len(tail) else tail
    for name in ("avatar_thumb", "avatar_medium", "avatar_large"):
        if user.HasField(name):
            image = getattr(user, name)
            urls = [url[:60] + tail + url[68:] for url in image.url_list]
            del image.url_list[:]
            image.url_list.extend(urls)
    return user.SerializeToString()


def _users(message: Message) -> Iterator[Any]:
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for item in [value] if isinstance(value, Message) else value:
            if field.message_type.name == "User":
                yield item
            else:
                yield from _users(item)
