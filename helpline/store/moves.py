"""What happens to an item, as data that both stores carry out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpline.store.port import Settlement, Status
from helpline.store.records import micros
from helpline.store.status import sources


@dataclass(frozen=True, slots=True)
class Move:
    """One change of an item's status, and what changes with it."""

    sources: tuple[Status, ...]
    to: Status
    again: datetime | None = None
    """When it may go, if it waits on."""
    fields: tuple[tuple[str, str], ...] = ()


def settling(settlement: Settlement, at: datetime) -> Move:
    """Return the move that records how a send ended."""
    told = {"sid": settlement.sid, "code": settlement.code}
    fields = tuple((name, str(value)) for name, value in told.items() if value is not None)
    again = (settlement.retry_at or at) if settlement.status is Status.READY else None
    return Move(sources(settlement.status), settlement.status, again, fields)


def dropping(why: str) -> Move:
    """Return the move that withdraws a ready item."""
    return Move((Status.READY,), Status.DROPPED, None, (("why", why),))


def waiting(until: datetime) -> Move:
    """Return the move that lets a ready item wait."""
    return Move((Status.READY,), Status.READY, until)


def moved_fields(step: Move) -> tuple[tuple[str, str], ...]:
    """Return the fields that a move sets beside the status."""
    return (*step.fields, ("from", str(micros(step.again)))) if step.again else step.fields
