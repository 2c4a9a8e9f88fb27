"""How an item may move: from status to status, and from delivery report to delivery report."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.store.port import Status

ALLOWED: Mapping[Status, frozenset[Status]] = {
    Status.READY: frozenset({Status.READY, Status.SENDING, Status.DROPPED}),
    Status.SENDING: frozenset({Status.READY, Status.ACCEPTED, Status.UNKNOWN, Status.DROPPED, Status.FAILED}),
    Status.UNKNOWN: frozenset({Status.READY, Status.ACCEPTED, Status.FAILED}),
    Status.ACCEPTED: frozenset(),
    Status.DROPPED: frozenset(),
    Status.FAILED: frozenset(),
}
"""What we may do to an item."""

PROVEN: Mapping[Status, frozenset[Status]] = {
    Status.READY: frozenset({Status.ACCEPTED, Status.FAILED}),
    Status.SENDING: frozenset({Status.ACCEPTED, Status.FAILED}),
    Status.UNKNOWN: frozenset({Status.ACCEPTED, Status.FAILED}),
    Status.ACCEPTED: frozenset({Status.ACCEPTED, Status.FAILED}),
    Status.DROPPED: frozenset({Status.DROPPED}),
    Status.FAILED: frozenset({Status.FAILED}),
}
"""What a delivery report may do to an item: it proves that the carrier took it, whatever we believed."""

WAITING = frozenset({Status.READY, Status.SENDING})
SETTLED_DAYS = 7
"""How long an item stays after it is settled."""

_RANKS: Mapping[str, int] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "initiated"), 0),
    **dict.fromkeys(("sending", "ringing"), 1),
    **dict.fromkeys(("sent", "in-progress", "answered"), 2),
    **dict.fromkeys(("delivered", "undelivered", "failed", "canceled"), 3),
    **dict.fromkeys(("completed", "busy", "no-answer"), 3),
    "read": 4,
}
LOST = frozenset({"undelivered", "failed", "canceled", "busy", "no-answer"})
"""Reports that say that it did not arrive."""


def sources(to: Status) -> tuple[Status, ...]:
    """Return the statuses from which an item may move to this one."""
    return tuple(status for status, targets in ALLOWED.items() if to in targets)


def rank(delivery: str | None) -> int:
    """Return how far a delivery report has come: -1 for none or an unknown word; it may only rise."""
    return _RANKS.get(delivery, -1) if delivery is not None else -1


def after_report(status: Status, delivery: str) -> Status:
    """Return the status of an item once this report has come."""
    wanted = Status.FAILED if delivery in LOST else Status.ACCEPTED
    return wanted if wanted in PROVEN[status] else status
