"""When whom is on call: shifts, covers and what staff said by text, worked out for any moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from helpline.store.rota_port import Cover, Rota, Shift
from helpline.triage.state import StaffId

ON_LASTS = timedelta(hours=12)
"""With shifts, ON adds someone for so long: a forgotten ON must not hide a gap for ever."""

LONGEST = timedelta(days=7)
"""No shift is longer; occurrences are looked for so far back."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until `end` the same people are on call, in the order to be paged."""

    start: datetime
    end: datetime
    staff: tuple[StaffId, ...]


def on_call(rota: Rota, known: Sequence[StaffId], at: datetime) -> tuple[StaffId, ...]:
    """Return who is on call at a moment, in the order to be paged. `known`: who can be paged, as added."""
    places = _by_shift(rota, at) if rota.shifts else _by_order(rota, known)
    stood_in = [p for place in places if (p := _stand_in(rota, place, at)) is not None]
    return tuple(p for p in dict.fromkeys(stood_in) if p in known)


def _by_order(rota: Rota, known: Sequence[StaffId]) -> list[StaffId]:
    return [s for s in rota.order or known if s not in rota.off]


def _by_shift(rota: Rota, at: datetime) -> list[StaffId]:
    """Return whose shift it is, by priority, and after them who said ON. An OFF ends with the shift."""
    here = []
    for shift in sorted(rota.shifts, key=lambda s: (s.priority, s.begins, s.id)):
        for start, _ in occurrences(shift, at, at):
            said_off = rota.off_since.get(shift.staff)
            if said_off is None or said_off < start:
                here.append(shift.staff)
    on = sorted((since, staff) for staff, since in rota.on_since.items() if since <= at < since + ON_LASTS)
    return [*here, *(staff for _, staff in on)]


def _stand_in(rota: Rota, staff: StaffId, at: datetime) -> StaffId | None:
    """Return who stands in for someone, in the end; None when that one has gone off call meanwhile."""
    for _ in range(len(rota.covers)):
        cover = next((c for c in rota.covers if c.away == staff and c.start <= at < c.end), None)
        if cover is None:
            break
        said_off = rota.off_since.get(cover.by)
        if said_off is not None and said_off >= cover.start:
            return None
        staff = cover.by
    return staff


def occurrences(shift: Shift, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times of a shift that touch the span from `start` to `end`, all aware UTC, first to last."""
    zone = ZoneInfo(shift.zone)
    first, last = (start - LONGEST).astimezone(zone).date(), end.astimezone(zone).date()
    for begin, over in _between(shift, first, last):
        if begin <= end and over > start:
            yield begin, over


@lru_cache(4096)
def _between(shift: Shift, first: date, last: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return the times of a shift that begin on these local days or between them.

    The clock on the wall decides: a night from 20:00 to 08:00 ends at 08:00 when the clocks change, too.
    """
    begins = datetime.fromisoformat(shift.begins)
    low, high = datetime.combine(first, time.min), datetime.combine(last + timedelta(days=1), time.min)
    if not shift.rule:
        found = [begins] if low <= begins < high else []
    else:
        found = [t for t in rrulestr(shift.rule, dtstart=begins).between(low, high, inc=True) if t < high]
    left_out = {datetime.fromisoformat(t) for t in shift.left_out}
    length, zone = timedelta(seconds=shift.seconds), ZoneInfo(shift.zone)
    return tuple((_utc(t, zone), _utc(t + length, zone)) for t in found if t not in left_out)


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def spans(rota: Rota, known: Sequence[StaffId], start: datetime, end: datetime) -> list[Span]:
    """Return who is on call from `start` until `end`, in as few spans as tell it."""
    turns = sorted({start, *(t for t in _turns(rota, start, end) if start < t < end)})
    found: list[Span] = []
    for begin, over in zip(turns, [*turns[1:], end], strict=True):
        staff = on_call(rota, known, begin)
        if found and found[-1].staff == staff:
            found[-1] = Span(found[-1].start, over, staff)
        else:
            found.append(Span(begin, over, staff))
    return found


def _turns(rota: Rota, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the moments at which it may change who is on call."""
    for shift in rota.shifts:
        for begin, over in occurrences(shift, start, end):
            yield from (begin, over)
    for cover in rota.covers:
        yield from (cover.start, cover.end)
    if rota.shifts:
        yield from (since + ON_LASTS for since in rota.on_since.values())


def clash(shifts: Sequence[Shift], start: datetime, end: datetime) -> tuple[Shift, Shift, datetime] | None:
    """Return two shifts of one person that overlap (or one that overlaps itself), and when first."""
    times = sorted((b, o, s.staff, s.id) for s in shifts for b, o in occurrences(s, start, end))
    by_id = {s.id: s for s in shifts}
    open_until: dict[StaffId, tuple[datetime, str]] = {}
    for begin, over, staff, id in times:
        until, other = open_until.get(staff, (begin, id))
        if begin < until:
            return by_id[other], by_id[id], begin
        open_until[staff] = (over, id)
    return None


def covering(covers: Sequence[Cover], away: StaffId, start: datetime, end: datetime) -> Cover | None:
    """Return a cover for this person that overlaps the span, if there is one."""
    return next((c for c in covers if c.away == away and c.start < end and start < c.end), None)
