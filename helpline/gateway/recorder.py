"""A carrier in memory for `chat --memory` and tests: it records what it is given and can be told to fail."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Lock

from helpline.gateway.port import Sid, Sound
from helpline.store.port import Item

Trouble = Callable[[Item], Exception | None]
"""Says which error a send ends in, None for success."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One accepted send, as it was."""

    sid: Sid
    item: Item


def no_trouble(item: Item) -> Exception | None:
    """Let everything through."""
    return None


class RecordingCarrier:
    """Take every text and call and keep them in order.

    `before` may return an error to raise instead of taking the item, `after` one to raise though it was
    taken, `looking` one to raise instead of looking for it.
    """

    def __init__(self, before: Trouble = no_trouble, after: Trouble = no_trouble,
                 looking: Trouble = no_trouble) -> None:
        self.before = before
        self.after = after
        self.looking = looking
        self._sent: list[Sent] = []
        self._count = 0
        self._lock = Lock()

    def text(self, item: Item) -> Sid:
        """Take a text."""
        return self._take(item, "SM")

    def call(self, item: Item) -> Sid:
        """Take a call."""
        return self._take(item, "CA")

    def find(self, item: Item, taken: Collection[str] = frozenset()) -> Sid | None:
        """Return the sid of a send with this number and these words that belongs to no other item."""
        trouble = self.looking(item)
        if trouble is not None:
            raise trouble
        with self._lock:
            for sent in self._sent:
                fits = (sent.item.to, sent.item.body, sent.item.medium) == (item.to, item.body, item.medium)
                if fits and sent.sid not in taken:
                    return sent.sid
        return None

    def recording(self, sid: str) -> Sound:
        """Return a sound without content: nothing is recorded here."""
        return Sound("text/plain; charset=utf-8", b"")

    def delete_recording(self, sid: str) -> None:
        """Delete nothing."""

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Return what was taken since the last `collect`, oldest first."""
        with self._lock:
            return tuple(self._sent)

    def collect(self) -> tuple[Sent, ...]:
        """Return what was taken since the last call of this, and forget it."""
        with self._lock:
            taken = tuple(self._sent)
            self._sent.clear()
            return taken

    def _take(self, item: Item, kind: str) -> Sid:
        trouble = self.before(item)
        if trouble is not None:
            raise trouble
        with self._lock:
            self._count += 1
            sid = Sid(f"{kind}{self._count:032x}")
            self._sent.append(Sent(sid, item))
        trouble = self.after(item)
        if trouble is not None:
            raise trouble
        return sid
