"""What is missing from the rota, now and ahead: hazard H16, the alert that reaches nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from helpline.service import staff_words
from helpline.service.line import Line
from helpline.service.rota import ahead, on_duty, paged_staff
from helpline.service.shifts import Span
from helpline.store.port import Staff


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: the sentence that says so (`flows/phrases.yaml`), and what is filled in.

    `grave`: nobody would be paged as planned.
    """

    message: str
    fill: tuple[tuple[str, str], ...] = ()
    grave: bool = False


def in_words(line: Line, gap: Gap, spoken: Iterable[str] = ()) -> str:
    """Return a gap as one sentence, for someone who speaks these languages."""
    return staff_words.told(line.flow, spoken, gap.message, **dict(gap.fill))


def now_missing(line: Line) -> list[Gap]:
    """Return what is missing at this moment; empty when nothing is. Raises StoreUnavailable."""
    book = line.store.staff
    everybody = paged_staff(book)
    if not everybody:
        return [Gap("rota.nobody", grave=True)]
    here = on_duty(book, line.now())
    found = [] if here else [Gap("rota.none", grave=True)]
    if len(here) == 1:
        found.append(Gap("rota.alone", (("name", here[0].name),)))
    if not any(s.role == "safeguarding" for s in everybody):
        found.append(Gap("rota.untrained"))
    if not any(s.role == "supervisor" for s in everybody):
        found.append(Gap("rota.unled"))
    return [*found, *_unspoken(line, here)]


def _unspoken(line: Line, here: list[Staff]) -> list[Gap]:
    spoken = {language for s in here for language in s.languages}
    missing = [language for language in line.flow.languages if here and language not in spoken]
    return [Gap("rota.unspoken", (("label", _named(line, language)),)) for language in missing]


def _named(line: Line, language: str) -> str:
    name, flow = f"language.name.{language}", line.flow
    return staff_words.told(flow, (), name) if flow.has(flow.languages[0], name) else language


def missing_ahead(line: Line) -> list[Gap]:
    """Return when nobody will be on call within the days that the rota is looked ahead, now left out.

    Times are the helpline's own. Raises StoreUnavailable.
    """
    now = line.now()
    if not paged_staff(line.store.staff):
        return []
    coming = ahead(line.store.staff, now, line.flow.policy.rota_ahead)
    return [Gap("rota.gap", (("time", between(line, s)),), grave=True) for s in empty(coming, now)]


def empty(coming: Iterable[Span], now: datetime) -> list[Span]:
    """Return the spans still to begin in which nobody is on call."""
    return [span for span in coming if not span.staff and span.start > now]


def local(line: Line, at: datetime) -> datetime:
    """Return a moment by the helpline's own clock."""
    return at.astimezone(ZoneInfo(line.flow.region.time_zone))


def between(line: Line, span: Span) -> str:
    """Return a span as `11-27 20:00 - 11-28 08:00`, by the helpline's own clock."""
    start, end = local(line, span.start), local(line, span.end)
    return f"{start:%m-%d %H:%M} - {end:%H:%M}" if start.date() == end.date() else (
        f"{start:%m-%d %H:%M} - {end:%m-%d %H:%M}"
    )
