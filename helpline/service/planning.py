"""Plan who is on call: the order, and who stands in for whom. Each refusal is one sentence with a remedy."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from helpline.service import shifts
from helpline.service.gaps import local
from helpline.service.line import Line
from helpline.service.rota import PAGED_ROLES
from helpline.store.port import Staff
from helpline.store.rota_port import Cover
from helpline.triage.state import StaffId

LATEST = timedelta(days=366)
"""Nothing is planned further ahead: a wrong year is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A cover as typed: names as on the staff list, times in ISO 8601, local where they have no offset."""

    by: str
    away: str
    start: str
    end: str


def named(staff: Sequence[Staff], name: str) -> Staff | str:
    """Return someone who can be paged by name, or one sentence that says why not."""
    found = next((s for s in staff if s.name.casefold() == " ".join(name.split()).casefold()), None)
    if found is None:
        known = ", ".join(s.name for s in staff) or "nobody yet"
        return f"There is nobody called {name[:80]!r} on the staff; there is {known}."
    if found.role not in PAGED_ROLES:
        return f"{found.name} is {found.role} and is not paged: only {', '.join(sorted(PAGED_ROLES))} can be."
    return found


def put_on_call(line: Line, names: Sequence[str]) -> list[Staff] | str:
    """Put these on call from now on, in this order, in place of any shifts; or say why not."""
    staff = line.store.staff.staff_list()
    chosen: list[Staff] = []
    for name in names:
        found = named(staff, name)
        if isinstance(found, str):
            return found
        if found in chosen:
            return f"{found.name} is named twice: name everybody once, in the order to be paged."
        chosen.append(found)
    line.store.staff.set_rota([s.id for s in chosen], line.now())
    return chosen


def cover(line: Line, swap: Swap) -> Cover | str:
    """Let someone stand in for someone else, from when to when; or say why not. Raises StoreUnavailable."""
    staff = line.store.staff.staff_list()
    by, away = named(staff, swap.by), named(staff, swap.away)
    if isinstance(by, str) or isinstance(away, str):
        return by if isinstance(by, str) else str(away)
    start, end = moment(line, swap.start), moment(line, swap.end)
    if isinstance(start, str) or isinstance(end, str):
        return start if isinstance(start, str) else str(end)
    made = Cover(f"c_{secrets.token_hex(4)}", away.id, by.id, start, end)
    return _refused(line, made, staff) or _added(line, made)


def uncover(line: Line, away: str) -> int | str:
    """End every cover for someone and return how many there were; or say why not."""
    found = named(line.store.staff.staff_list(), away)
    if isinstance(found, str):
        return found
    ended = [c.id for c in line.store.staff.rota().covers if c.away == found.id]
    line.store.staff.set_covers((), ended)
    return len(ended)


def moment(line: Line, written: str) -> datetime | str:
    """Return a time as aware UTC; without an offset it is the helpline's own. Else one sentence."""
    try:
        at = datetime.fromisoformat(written.strip())
    except ValueError:
        return f"{written[:40]!r} is no time: write it as in 2026-11-27T20:00, or with an offset, +01:00."
    zone = ZoneInfo(line.flow.region.time_zone)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _refused(line: Line, made: Cover, staff: Sequence[Staff]) -> str | None:
    now = line.now()
    if made.by == made.away:
        return "Nobody can stand in for herself: name two people."
    if made.end <= made.start:
        return "The cover ends before it begins: give the later time last."
    if made.end <= now:
        return f"That time is over: it is {local(line, now):%Y-%m-%d %H:%M} here now."
    if made.start > now + LATEST:
        return "That is more than a year ahead: look at the year."
    other = shifts.covering(line.store.staff.rota().covers, made.away, made.start, made.end)
    if other is None:
        return None
    names = {s.id: s.name for s in staff}
    until = local(line, other.end)
    return (
        f"{names[other.by]} covers {names[other.away]} until {until:%Y-%m-%d %H:%M} already:"
        f' end that first with `helpline oncall uncover "{names[other.away]}"`.'
    )


def _added(line: Line, made: Cover) -> Cover:
    """Write one more cover, and forget those that are over."""
    over = [c.id for c in line.store.staff.rota().covers if c.end <= line.now()]
    line.store.staff.set_covers([made], over)
    return made


def covers_told(line: Line) -> list[tuple[str, str, datetime, datetime]]:
    """Return the covers that are not over: by whom, for whom, from when and until when (local times)."""
    names: dict[StaffId, str] = {s.id: s.name for s in line.store.staff.staff_list()}
    found = [c for c in line.store.staff.rota().covers if c.end > line.now()]
    return [
        (names.get(c.by, "?"), names.get(c.away, "?"), local(line, c.start), local(line, c.end))
        for c in sorted(found, key=lambda c: c.start)
    ]
