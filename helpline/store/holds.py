"""What keeps a waiting item back, so that texts to one recipient leave in their order (decision 12).

The scripts hold the same rules (`scripts/prelude.lua`); this is how the memory store obeys them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import floor

Fields = dict[bytes, bytes]

HOLD = 120_000
"""Milliseconds after a send of unknown fate for which the next routine text to the same recipient waits."""
LONGEST_HOLD = 300_000
"""Milliseconds for which one item holds others in all, however often it is tried again."""
MOST_LEASE = 120_000
"""Milliseconds; a lease that ends later is of a clock since set back, and counts as run out."""
AGAIN = 10**13
"""What is taken off the moment of an unknown send that may be sent again, twice if it is urgent: its rank."""


@dataclass(slots=True)
class Holds:
    """Until when others must wait, by recipient: she herself (empty), or one of the staff. Milliseconds."""

    calm: dict[bytes, int] = field(default_factory=dict)
    urgent: dict[bytes, int] = field(default_factory=dict)

    def until(self, item: Fields) -> int:
        """Return until when an item waits; 0 when nothing holds it."""
        return (self.urgent if b"urgent" in item else self.calm).get(item.get(b"staff", b""), 0)

    def add(self, item: Fields, till: int, *, urgent: bool = False) -> None:
        """Let what goes to the same recipient wait; what is urgent only where that is said."""
        who = item.get(b"staff", b"")
        for held in (self.calm, self.urgent) if urgent else (self.calm,):
            held[who] = max(held.get(who, 0), till)


def holds(waiting: Iterable[tuple[float, Fields]], settled: Iterable[Fields], at: int) -> Holds:
    """Return what holds others: a send under way, and one of unknown fate for a while, urgent ones
    excepted."""
    found = Holds()
    for score, item in waiting:
        if item[b"status"] == b"sending" and floor(score) <= at + MOST_LEASE:
            found.add(item, floor(score), urgent=b"urgent" in item)
    for item in settled:
        sent = int(item.get(b"sent", b"0")) // 1000
        if item[b"status"] == b"unknown" and sent <= at + HOLD:
            found.add(item, min(sent + HOLD, int(item[b"doubted"]) // 1000 + LONGEST_HOLD))
    return found


def runs(item: Fields, at_micros: int) -> bool:
    """Return whether the lease of a send still holds."""
    lease = int(item.get(b"lease", b"0"))
    return at_micros < lease <= at_micros + MOST_LEASE * 1000


def rank(item: Fields) -> int:
    """Return the place of a send of unknown fate: urgent ones first, then what may be sent again, by age."""
    first = (1 + (b"urgent" in item)) * AGAIN if b'"safe"' in item[b"fixed"] else 0
    return int(item.get(b"sent", b"0")) // 1000 - first
