"""What was sent, and on which connection: tests compare clients with it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TypedDict

from tikcast.simulator.messages.encode import GiftTally, Message


class LedgerMessage(TypedDict):
    """One message: its id in decimal, its wire name, and [connection, epoch ms] for each time it was sent."""

    message_id: str
    method: str
    sent: list[list[int]]


class LedgerReport(TypedDict):
    """A user's ledger. The sums count each message once, however many clients received it.

    `gifts` and `diamonds`: the highest count of each streak, and every gift without a streak. `likes`: the
    sum of the counts. `acks`: frames acknowledged. `connections`: WebSockets opened; the signer's answer is
    connection 0.
    """

    messages: list[LedgerMessage]
    gifts: int
    diamonds: int
    likes: int
    acks: int
    connections: int


class Ledger:
    """Everything that was sent for one user, in 22 bytes each time, and current sums."""

    def __init__(self) -> None:
        self.acks = 0
        self.connections = 0
        self._likes = 0
        self._single_gifts = 0
        self._single_diamonds = 0
        self._streaks: dict[tuple[int, int, int], tuple[int, int]] = {}
        self._methods: dict[str, int] = {}
        self._counted: set[int] = set()
        self._ids = array("q")
        self._kinds = array("H")
        self._connections = array("I")
        self._times = array("q")

    def sent(self, messages: Sequence[Message], *, connection: int, at_ms: int) -> None:
        """Note messages that were sent on a connection."""
        for message in messages:
            self._ids.append(message.message_id)
            self._kinds.append(self._methods.setdefault(message.method, len(self._methods)))
            self._connections.append(connection)
            self._times.append(at_ms)
            if message.likes or message.gift is not None:
                self._count(message)

    def _count(self, message: Message) -> None:
        if message.message_id in self._counted:
            return
        self._counted.add(message.message_id)
        self._likes += message.likes
        if message.gift is not None:
            self._count_gift(message.gift)

    def _count_gift(self, gift: GiftTally) -> None:
        if gift.streak is None:
            self._single_gifts += gift.repeat_count
            self._single_diamonds += gift.repeat_count * gift.diamonds
            return
        highest, _ = self._streaks.get(gift.streak, (0, 0))
        self._streaks[gift.streak] = (max(highest, gift.repeat_count), gift.diamonds)

    def report(self) -> LedgerReport:
        """The ledger as the control API returns it; messages are in the order in which each was first sent."""
        return LedgerReport(
            messages=self._messages(),
            gifts=self._single_gifts + sum(count for count, _ in self._streaks.values()),
            diamonds=self._single_diamonds + sum(count * diamonds for count, diamonds in self._streaks.values()),
            likes=self._likes,
            acks=self.acks,
            connections=self.connections,
        )

    def _messages(self) -> list[LedgerMessage]:
        names = list(self._methods)
        by_id: dict[int, LedgerMessage] = {}
        rows = zip(self._ids, self._kinds, self._connections, self._times, strict=True)
        for message_id, kind, connection, at_ms in rows:
            entry = by_id.get(message_id)
            if entry is None:
                entry = LedgerMessage(message_id=str(message_id), method=names[kind], sent=[])
                by_id[message_id] = entry
            entry["sent"].append([connection, at_ms])
        return list(by_id.values())
