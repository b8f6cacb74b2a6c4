"""The messages of the connections of an examination: which came, and which tikcast cannot read whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from tikcast import LiveSession, decode_frame
from tikcast.diagnosis.redaction import masked
from tikcast.diagnosis.report import ConnectionFacts, FieldDifference, FrameFacts, MessageSample
from tikcast.events import Event, UndecodedEvent, UnknownEvent
from tikcast.wire import Census, FieldCount, Inspected, inspect

if TYPE_CHECKING:
    from tikcast.diagnosis.redaction import Redactor
    from tikcast.diagnosis.traffic import SeenConnection, SeenFrame

_SAMPLES_OF_A_METHOD: Final = 3
_MOST_SAMPLES: Final = 32
_LARGEST_SAMPLE: Final = 2**15
_MOST_DIFFERENCES: Final = 1_000
_MOST_METHODS: Final = 200
_LARGEST_SHOWN: Final = 100_000
_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
_PATH: Final = re.compile(r"[A-Za-z0-9_.\[\]]{1,200}")

Problem = Literal["unknown", "undecoded", "salvaged"]


class FrameContents:
    """What the frames of an examination contain. `redactor` replaces names in texts about it."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._census = Census()
        self._messages: Counter[str] = Counter()
        self._samples: dict[str, list[MessageSample]] = {}

    def add(self, seen: SeenConnection) -> ConnectionFacts:
        """Read the frames of a connection; returns its facts."""
        code, reason = seen.end or (None, "")
        return ConnectionFacts(
            check=seen.check,
            method=seen.method,
            frames=[self._frame(frame) for frame in seen.frames],
            more_frames=seen.more,
            close_code=code,
            close_reason=self._text(reason),
        )

    @property
    def messages(self) -> dict[str, int]:
        """How many messages came, by wire name."""
        return dict(self._messages.most_common(_MOST_METHODS))

    @property
    def samples(self) -> list[MessageSample]:
        """Messages that tikcast cannot read whole, a few of each wire name."""
        return [sample for samples in self._samples.values() for sample in samples][:_MOST_SAMPLES]

    @property
    def differences(self) -> list[FieldDifference]:
        """The fields that are not in the schema, or not as it says."""
        found = [
            _difference(inside, count)
            for inside, counts in [
                *((row.method, row.fields) for row in self._census.methods() if row.known),
                *((row.record, row.fields) for row in self._census.records()),
            ]
            for count in counts
        ]
        return found[:_MOST_DIFFERENCES]

    def _frame(self, frame: SeenFrame) -> FrameFacts:
        at_ms, kind, data = frame
        if kind in {"sent", "text"}:
            name = decode_frame(data).payload_type if kind == "sent" else ""
            return FrameFacts(at_ms=at_ms, kind=kind, payload_type=self._text(name), size=len(data))
        inspected = inspect(data)
        counts = Counter(_method(message.method) for message in inspected.messages)
        self._messages.update(counts)
        for message in inspected.messages:
            self._census.add(message)
        self._sample(inspected, _events(data, bare=kind == "answer"))
        return FrameFacts(
            at_ms=at_ms,
            kind=kind,
            payload_type=self._text(inspected.name),
            size=len(data),
            messages=dict(counts.most_common(_MOST_METHODS)),
            error=self._text(inspected.error),
        )

    def _sample(self, inspected: Inspected, events: Sequence[Event]) -> None:
        for problem, method, payload, notes in _problems(inspected, events):
            samples = self._samples.setdefault(_method(method), []) if len(self._samples) < _MOST_SAMPLES else []
            if len(samples) < _SAMPLES_OF_A_METHOD:
                sample = MessageSample(
                    method=_method(method),
                    problem=problem,
                    size=len(payload),
                    notes=[self._text(note) for note in notes[:20]],
                    hex=masked(payload)[:_LARGEST_SAMPLE].hex(),
                )
                samples.append(sample)

    def _text(self, text: str) -> str:
        return self._redactor.line(text)


def _events(data: bytes, *, bare: bool) -> Sequence[Event]:
    """The events of a frame, or of the bare response of a signer."""
    return LiveSession(0).receive_response(data, 0) if bare else decode_frame(data).events


def _problems(inspected: Inspected, events: Sequence[Event]) -> Iterator[tuple[Problem, str, bytes, Sequence[str]]]:
    """The messages that were not read whole: what is wrong, their wire names, their bytes, and notes."""
    names = [message.method for message in inspected.messages]
    for name, event in zip(names if len(names) == len(events) else [""] * len(events), events, strict=True):
        match event:
            case UnknownEvent():
                yield "unknown", event.method, event.payload, event.notes
            case UndecodedEvent():
                yield "undecoded", event.method, event.payload, (event.error, *event.notes)
            case _ if event.notes and event.raw and name:
                yield "salvaged", name, event.raw, event.notes


def _method(name: str) -> str:
    """A wire name, unless it is none."""
    return name if _METHOD.fullmatch(name) else "(no wire name)"


def _difference(inside: str, count: FieldCount) -> FieldDifference:
    number = count.example if isinstance(count.example, int) and 0 <= count.example < _LARGEST_SHOWN else None
    return FieldDifference(
        inside=_method(inside),
        path=count.path if _PATH.fullmatch(count.path) else "(no path)",
        problem=count.problem,
        type=count.type,
        value=number,
        times=count.times,
    )
