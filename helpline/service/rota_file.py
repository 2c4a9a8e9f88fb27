"""A rota read from an iCalendar file (RFC 5545): all of it, or every fault with its line and nothing.

An event is a shift: SUMMARY is the name as on the staff list, DTSTART and DTEND (or DURATION) have a time
zone, RRULE repeats it, PRIORITY 1 to 9 says who of several is paged first. With X-HELPLINE-COVERS it is a
cover.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event, vRecur

from helpline.service import shifts
from helpline.service.line import Line
from helpline.service.planning import LATEST, named
from helpline.store.port import Staff
from helpline.store.rota_port import Cover, Shift

COVERS = "X-HELPLINE-COVERS"
BIGGEST = 1_000_000
"""Bytes of a file that is read."""
_EVERY = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TOO_FINE = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYEASTER")
"""Parts of a rule that no shift needs and that can name a million times."""
_YEARS = range(1970, 2101)
_LINE = re.compile(r"[A-Za-z0-9-]+[;:]")
LOCAL = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. With `faults` (each with its line) nothing of it counts; `over`: shifts left out."""

    shifts: tuple[Shift, ...] = ()
    covers: tuple[Cover, ...] = ()
    faults: tuple[str, ...] = ()
    over: int = 0


class _Wrong(ValueError):
    """One event cannot be used; names the property it is about."""

    def __init__(self, about: str, what: str) -> None:
        super().__init__(what)
        self.about = about


@dataclass
class _Reader:
    staff: Sequence[Staff]
    now: datetime
    places: list[dict[str, int]]
    faults: list[tuple[int, str]] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    moved: dict[str, list[str]] = field(default_factory=dict)

    def event(self, n: int, event: Event) -> None:
        """Take in one event, or note what is wrong with it."""
        place = self.places[n] if n < len(self.places) else {}
        begin = place.get("", 1)
        for name, why in event.errors:
            self.faults.append((place.get(str(name).upper(), begin), f"{name}: {why}"))
        if event.errors:
            return
        try:
            self._take(n, event, begin)
        except _Wrong as wrong:
            self.faults.append((place.get(wrong.about, begin), str(wrong)))

    def _take(self, n: int, event: Event, begin: int) -> None:
        uid = str(event.get("UID") or f"event {n}")
        once = _value(event, "RECURRENCE-ID")
        if once is not None:
            self.moved.setdefault(_id(uid), []).append(_wall(once, "RECURRENCE-ID"))
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            return
        who = self._who("SUMMARY", str(event.get("SUMMARY", "")))
        start, length = _times(event)
        id = _id(uid, _wall(once, "RECURRENCE-ID") if once is not None else "")
        if id in self.lines:
            raise _Wrong("UID", f"this UID is used in line {self.lines[id]} already: give each event its own")
        self.lines[id] = begin
        if COVERS in event:
            self.covers.append(self._cover(event, id, who, (start, start + length)))
            return
        zone, seconds = _zone("DTSTART", start), int(length.total_seconds())
        rule, left_out = _rule(event, start), _left_out(event)
        begins = f"{start:{LOCAL}}"
        self.shifts.append(Shift(id, who.id, begins, zone, seconds, rule, left_out, _priority(event)))

    def _who(self, about: str, name: str) -> Staff:
        found = named(self.staff, name)
        if isinstance(found, str):
            raise _Wrong(about, found)
        return found

    def _cover(self, event: Event, id: str, by: Staff, times: tuple[datetime, datetime]) -> Cover:
        away = self._who(COVERS, str(event[COVERS]))
        if "RRULE" in event:
            raise _Wrong("RRULE", "a cover does not repeat: write one event for each time")
        start, end = (t.astimezone(UTC) for t in times)
        return Cover(f"c_{id}", away.id, by.id, start, end)


def read_rota(data: bytes, staff: Sequence[Staff], now: datetime) -> Reading:
    """Return the shifts and covers of a file, or every fault that was found, each with its line."""
    text, faults = _text(data)
    if faults:
        return Reading(faults=_told(faults))
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError) as error:
        return Reading(faults=(f"line 1: this is no iCalendar file: {error}",))
    except OSError:  # A zone is looked up as a file; the error would name its path.
        return Reading(faults=("line 1: a time zone is not known: write a name such as America/New_York",))
    reader = _Reader(staff, now, _places(text))
    events = (e for e in calendar.walk("VEVENT") if isinstance(e, Event))
    for n, event in enumerate(events):
        reader.event(n, event)
    return _judged(reader)


def take_rota(line: Line, data: bytes) -> Reading:
    """Let a file say who is on call from now on, unless it has a fault. Raises StoreUnavailable."""
    found = read_rota(data, line.store.staff.staff_list(), line.now())
    if not found.faults:
        line.store.staff.set_shifts(found.shifts, found.covers, line.now())
    return found


def _judged(reader: _Reader) -> Reading:
    made = [_without_moved(reader, s) for s in reader.shifts]
    kept = [s for s in made if any(shifts.occurrences(s, reader.now, reader.now + LATEST))]
    covers = [c for c in reader.covers if c.end > reader.now]
    over = len(made) - len(kept) + len(reader.covers) - len(covers)
    if not reader.faults:
        reader.faults += _clash(reader, kept)
    if not reader.faults and not kept:
        what = "every shift in this file is over" if over else "there is no shift in this file"
        reader.faults.append((max(reader.lines.values(), default=1), f"{what}: a rota needs one to come"))
    if reader.faults:
        return Reading(faults=_told(reader.faults))
    return Reading(tuple(kept), tuple(covers), (), over)


def _without_moved(reader: _Reader, shift: Shift) -> Shift:
    """Leave out of a series the times that the file gives by themselves."""
    moved = reader.moved.get(shift.id, [])
    return replace(shift, left_out=(*shift.left_out, *moved)) if moved else shift


def _id(uid: str, once: str = "") -> str:
    return hashlib.sha256(f"{uid}\0{once}".encode()).hexdigest()[:12]


def _clash(reader: _Reader, kept: Sequence[Shift]) -> Iterator[tuple[int, str]]:
    names = {s.id: s.name for s in reader.staff}
    found = shifts.clash(kept, reader.now, reader.now + LATEST)
    if found is not None:
        one, other, at = found
        here = at.astimezone(ZoneInfo(other.zone))
        first = f"the shift of {names[other.staff]} in line {reader.lines[one.id]}"
        what = f"overlaps {first if one is not other else 'itself'} on {here:%Y-%m-%d %H:%M}"
        yield reader.lines[other.id], what


def _told(faults: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(f"line {line}: {what}" for line, what in sorted(faults))


def _text(data: bytes) -> tuple[str, list[tuple[int, str]]]:
    """Return a file as text, or what is wrong with its lines."""
    if len(data) > BIGGEST:
        return "", [(1, f"the file is larger than {BIGGEST // 1000} kB: export the coming months only")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [(data[: error.start].count(b"\n") + 1, "not UTF-8: save the file as UTF-8")]
    faults = [
        (n, f"{line[:40]!r} is no property: a line is a name, a colon and a value")
        for n, line in _content_lines(text)
        if not _LINE.match(line)
    ]
    return text, faults


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line that is no continuation and not empty, with its number."""
    for n, line in enumerate(text.splitlines(), 1):
        if line.strip() and line[0] not in " \t":
            yield n, line


def _places(text: str) -> list[dict[str, int]]:
    """Return for each event on which line each of its properties stands; under no name its beginning."""
    found: list[dict[str, int]] = []
    inside: list[str] = []
    for n, line in _content_lines(text):
        name, value = re.split(r"[;:]", line, maxsplit=1)
        kind = value.strip().upper()
        if name.upper() == "BEGIN":
            inside.append(kind)
            if kind == "VEVENT":
                found.append({"": n})
        elif name.upper() == "END" and inside:
            inside.pop()
        elif inside[-1:] == ["VEVENT"]:
            found[-1].setdefault(name.upper(), n)
    return found


def _times(event: Event) -> tuple[datetime, timedelta]:
    """Return when an event begins, and its length by the clock on the wall."""
    start = _moment(event, "DTSTART")
    about, length = "DURATION", _value(event, "DURATION")
    if length is None:
        about = "DTEND"
        if about not in event:
            raise _Wrong("DTSTART", "the shift has no end: add DTEND")
        end = _moment(event, about).astimezone(start.tzinfo)
        length = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    if not isinstance(length, timedelta) or length <= timedelta(0):
        raise _Wrong(about, "the shift ends before it begins")
    if length > shifts.LONGEST:
        raise _Wrong(about, f"the shift is longer than {shifts.LONGEST.days} days")
    return start, length


def _value(event: Event, name: str) -> object:
    """Return what a property of time says, None where there is none."""
    return getattr(event.get(name), "dt", None)


def _moment(event: Event, name: str) -> datetime:
    if name not in event:
        raise _Wrong("", f"the shift has no {name}")
    at = _value(event, name)
    if not isinstance(at, datetime):
        raise _Wrong(name, f"{name} is a day without hours: write when the shift begins and ends")
    _in_our_time(name, at)
    if at.tzinfo is None:
        raise _Wrong(name, f"{name} has no time zone: write {name};TZID=America/New_York:… or end it with Z")
    return at.replace(tzinfo=ZoneInfo(_zone(name, at)), microsecond=0)


def _in_our_time(about: str, at: datetime) -> None:
    if at.year not in _YEARS:
        raise _Wrong(about, f"{about} is in the year {at.year}: look at the year")


def _zone(about: str, at: datetime) -> str:
    name = getattr(at.tzinfo, "key", None) or ("UTC" if at.tzinfo is UTC else None)
    if name is None:
        raise _Wrong(about, f"the zone {at.tzname()} is not known: write a name such as America/New_York")
    return str(name)


def _rule(event: Event, start: datetime) -> str:
    """Return the rule of a series as it is kept, its UNTIL on the clock on the wall; empty for one shift."""
    rule = event.get("RRULE")
    if "RDATE" in event:
        raise _Wrong("RDATE", "RDATE is not read: write an event of its own for each extra time")
    if rule is None:
        return ""
    if not isinstance(rule, vRecur):
        raise _Wrong("RRULE", "there are two rules: keep one")
    kept = dict(rule)
    _refuse_endless(kept)
    if kept.get("UNTIL"):
        kept["UNTIL"] = [_until(kept["UNTIL"][0], start)]
    made = str(vRecur(kept).to_ical().decode())  # type: ignore[no-untyped-call]
    try:
        rrulestr(made, dtstart=start.replace(tzinfo=None))
    except ValueError as error:
        raise _Wrong("RRULE", f"the rule cannot be followed: {error}") from None
    return made


def _refuse_endless(rule: dict[str, list[object]]) -> None:
    """Refuse a rule that never comes to an end, or names more times than anybody works."""
    if str(next(iter(rule.get("FREQ", [""])))).upper() not in _EVERY:
        raise _Wrong("RRULE", f"a shift repeats {', '.join(sorted(_EVERY))} only")
    if fine := next((name for name in _TOO_FINE if name in rule), None):
        raise _Wrong("RRULE", f"leave out {fine}: DTSTART says at what hour a shift begins")
    if int(str(next(iter(rule.get("INTERVAL", [1]))))) < 1:
        raise _Wrong("RRULE", "INTERVAL is 1 or more")


def _until(until: date, start: datetime) -> datetime:
    if not isinstance(until, datetime):
        return datetime.combine(until, time(23, 59, 59))
    return until.astimezone(start.tzinfo).replace(tzinfo=None) if until.tzinfo else until


def _left_out(event: Event) -> tuple[str, ...]:
    """Return the times of a series that do not take place."""
    written = event.get("EXDATE")
    lists = written if isinstance(written, list) else [written] if written is not None else []
    return tuple(_wall(one.dt, "EXDATE") for dates in lists for one in getattr(dates, "dts", ()))


def _wall(at: object, about: str) -> str:
    if not isinstance(at, datetime):
        raise _Wrong(about, "a time left out needs its hour, as in DTSTART")
    _in_our_time(about, at)
    return f"{at:{LOCAL}}"


def _priority(event: Event) -> int:
    written = str(event.get("PRIORITY", 5))
    if not re.fullmatch("[0-9]", written):
        raise _Wrong("PRIORITY", "PRIORITY is 1 (paged first) to 9")
    return int(written) or 5
