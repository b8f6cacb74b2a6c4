"""Frames for the benchmarks: real messages in the proportions of a real room, from returning or new senders."""

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
    """The real payloads by wire name. Raises SystemExit if the file is missing."""
    path = SHARED / "payloads" / "real.jsonl.gz"
    if not path.exists():
        raise SystemExit(f"the benchmark reads real messages from {path}; set TIKCAST_SHARED to their folder")
    payloads: dict[str, list[bytes]] = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            payloads.setdefault(row["method"], []).append(base64.b64decode(row["payload"]))
    return payloads


def mix(name: str) -> dict[str, int]:
    """How many messages of each type a real room sent in ten minutes."""
    mixes: dict[str, dict[str, int]] = json.loads((SHARED / "wire" / "real_sequences.json").read_text())["mixes"]
    return mixes[name]


def build(name: str, *, frames: int, regulars: float, ranks_stay: float = 1, seed: int = 1) -> Corpus:
    """A corpus in which a share `regulars` of the senders (0 to 1) belongs to a group of 200 returning people.

    A share `ranks_stay` (0 to 1) of the list of top viewers are the same people each time. In a real room it is 1.
    """
    chance = random.Random(seed)
    real, weights = real_messages(), mix("a room with many joins")
    types = [method for method in weights if method in real]
    people = _People(chance, regulars=regulars, ranks_stay=ranks_stay)
    total, push_frames = 0, []
    for number in range(frames):
        count = 3 + (chance.random() < MESSAGES_PER_FRAME - 3)
        methods = chance.choices(types, [weights[method] for method in types], k=count)
        response = schema.WebcastResponse(needs_ack=True, internal_ext=b"internal_src:dim", cursor=f"{number}")
        for method in methods:
            total += 1
            response.messages.add(
                method=method,
                msg_id=ROOM + total,
                payload=people.replace_people(method, chance.choice(real[method]), number=total),
            )
        push_frames.append(_frame(response.SerializeToString(), number))
    return Corpus(name, push_frames, total)


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
    """Replaces the sender of every message, so that 40 samples of a type do not make every lookup a cache hit.

    The record of a returning person has the same bytes each time in the same type of message, as in a real room.
    Between two lists of top viewers, the score of one person rises.
    """

    def __init__(self, chance: random.Random, *, regulars: float, ranks_stay: float) -> None:
        self._chance = chance
        self._ranks_stay = ranks_stay
        self._regulars = regulars
        self._next_new_person = 10_000
        self._records: dict[tuple[str, int, int], bytes] = {}
        self._scores = {rank: 1000 - 50 * rank for rank in range(1, 17)}

    def replace_people(self, method: str, payload: bytes, *, number: int) -> bytes:
        message = getattr(schema, schema_name(method)).FromString(payload)
        if message.DESCRIPTOR.fields_by_name.get("common") is not None:
            message.common.msg_id = ROOM + number
            message.common.room_id = ROOM
        if method == "WebcastRoomUserSeqMessage":
            self._rank(message)
        sender = self._sender()
        ranked = method == "WebcastRoomUserSeqMessage"
        for position, user in enumerate(_users(message)):
            returns = ranked and self._chance.random() < self._ranks_stay
            self._replace_user(user, shape=(method, position), person=position if returns else sender + position)
        return bytes(message.SerializeToString())

    def _rank(self, message: schema.WebcastRoomUserSeqMessage) -> None:
        self._scores[self._chance.randint(1, 16)] += 1
        for rank, viewer in enumerate(message.ranks_list, start=1):
            viewer.score, viewer.rank = self._scores.get(rank, 0), rank

    def _sender(self) -> int:
        if self._chance.random() < self._regulars:
            return 100 + 20 * self._chance.randrange(200)
        self._next_new_person += 20
        return self._next_new_person

    def _replace_user(self, user: schema.User, *, shape: tuple[str, int], person: int) -> None:
        key = (*shape, person)
        if key not in self._records:
            self._records[key] = _as_person(user, person)
        user.Clear()
        user.MergeFromString(self._records[key])


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
