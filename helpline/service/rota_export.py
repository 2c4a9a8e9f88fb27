"""The rota as an iCalendar file (RFC 5545), for the calendars of the staff; `rota_file` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur

from helpline.service import shifts
from helpline.service.line import Line
from helpline.service.rota import paged_staff
from helpline.service.rota_file import COVERS, LOCAL
from helpline.store.port import Staff
from helpline.store.rota_port import Cover, Rota, Shift
from helpline.triage.state import StaffId

KNOWN_AHEAD = timedelta(days=3 * 366)
"""So far ahead the file says when the clocks change."""


def rota_of(line: Line) -> bytes:
    """Return the rota that counts now as a file. Raises StoreUnavailable."""
    book = line.store.staff
    return write_rota(book.rota(), paged_staff(book), line.now(), line.flow.region.time_zone)


def write_rota(rota: Rota, staff: Sequence[Staff], now: datetime, zone: str) -> bytes:
    """Return the rota as a file that `read_rota` reads back; an order becomes whole days without end."""
    calendar = Calendar()
    calendar.add("PRODID", "-//Helpline//Rota//EN")
    calendar.add("VERSION", "2.0")
    names = {s.id: s.name for s in staff}
    for shift in rota.shifts or _whole_days(rota, staff, now, zone):
        if shift.staff in names:  # Else she left the staff in the second in which it was written.
            calendar.add_component(_shift(shift, names[shift.staff], now))
    for cover in rota.covers:
        if cover.end > now and {cover.by, cover.away} <= names.keys():
            calendar.add_component(_cover(cover, names, now))
    day = now.date()
    calendar.add_missing_timezones(day - timedelta(days=400), day + KNOWN_AHEAD)
    return bytes(calendar.to_ical())


def _whole_days(rota: Rota, staff: Sequence[Staff], now: datetime, zone: str) -> list[Shift]:
    day = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0)
    order = shifts.on_call(Rota(order=rota.order, off=rota.off), [s.id for s in staff], now)
    return [
        Shift(f"order-{n}", id, f"{day:{LOCAL}}", zone, 86400, "FREQ=DAILY", priority=min(n, 9))
        for n, id in enumerate(order, 1)
    ]


def _shift(shift: Shift, name: str, now: datetime) -> Event:
    zone = ZoneInfo(shift.zone)
    start = datetime.fromisoformat(shift.begins)
    event = _event(shift.id, name, now)
    event.add("DTSTART", start.replace(tzinfo=zone))
    event.add("DTEND", (start + timedelta(seconds=shift.seconds)).replace(tzinfo=zone))
    event.add("PRIORITY", shift.priority)
    if shift.rule:
        event.add("RRULE", _rule_out(shift.rule, zone))
    if shift.left_out:
        event.add("EXDATE", [datetime.fromisoformat(t).replace(tzinfo=zone) for t in shift.left_out])
    return event


def _rule_out(rule: str, zone: ZoneInfo) -> vRecur:
    made = dict(vRecur.from_ical(rule))
    if made.get("UNTIL"):
        made["UNTIL"] = [made["UNTIL"][0].replace(tzinfo=zone).astimezone(UTC)]
    return vRecur(made)


def _cover(cover: Cover, names: dict[StaffId, str], now: datetime) -> Event:
    event = _event(cover.id, names[cover.by], now)
    event.add("DTSTART", cover.start)
    event.add("DTEND", cover.end)
    event.add(COVERS, names[cover.away])
    return event


def _event(id: str, name: str, now: datetime) -> Event:
    event = Event()
    event.add("UID", f"{id}@helpline")
    event.add("DTSTAMP", now)
    event.add("SUMMARY", name)
    return event


