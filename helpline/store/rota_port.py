"""The rota as the rest of the helpline sees it: an order, or shifts, with covers and what staff say by text.

It holds ids and times only; names and phones stand in the staff's own entries, sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from helpline.triage.state import StaffId


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, once or again and again (RFC 5545).

    `begins` and what `left_out` names are local times without zone, as in `2026-11-27T20:00:00`; `zone` is an
    IANA name; `seconds` is the length by the clock on the wall; `rule` is an RRULE, its UNTIL local too.
    Who has the lower `priority` (1 to 9) is paged first.
    """

    id: str
    staff: StaffId
    begins: str
    zone: str
    seconds: int
    rule: str = ""
    left_out: tuple[str, ...] = ()
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Cover:
    """Someone stands in for someone else, from `start` until `end` (aware UTC)."""

    id: str
    away: StaffId
    by: StaffId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call. With `shifts` they decide, else `order`; that empty too: everybody in the order added.

    `off` are those who said so, `off_since` and `on_since` when; with shifts an OFF ends with the shift.
    """

    order: tuple[StaffId, ...] = ()
    set_at: datetime | None = None
    off: frozenset[StaffId] = frozenset()
    off_since: Mapping[StaffId, datetime] = field(default_factory=dict)
    on_since: Mapping[StaffId, datetime] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    covers: tuple[Cover, ...] = ()
