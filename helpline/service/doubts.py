"""Sends of which nobody knows whether the carrier took them, for whoever looks after the line.

What may be sent again ends by itself; what is never sent twice stays until staff decide on the board, or for
a week (decision 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from helpline.service.gaps import Gap
from helpline.service.line import Line
from helpline.store.port import Item

LONG = timedelta(minutes=2)
"""A send that is in doubt for longer was looked for at the carrier, and not found."""
MOST = 1000
"""Sends that are read; those that may be sent again come first."""


def in_doubt(line: Line) -> list[Item]:
    """Return the sends that have been in doubt for long, of each kind the oldest first.

    Raises StoreUnavailable.
    """
    since = line.now() - LONG
    return [i for i in line.store.unknown_items(since, MOST) if (i.doubted or i.not_before) <= since]


def by_kind(line: Line) -> Mapping[str, int]:
    """Return how many are in doubt, by kind. Raises StoreUnavailable."""
    return Counter(item.kind for item in in_doubt(line))


def told(line: Line) -> list[Gap]:
    """Return what supervisors hear of it once a day; nothing when there is nothing."""
    count = len(in_doubt(line))
    return [Gap("sends.doubt", (("key", str(count)),))] if count else []
