"""Who is on call at a glance: now, next, covers and gaps, for the command line and the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpline.service.gaps import in_words, local, missing_ahead, now_missing
from helpline.service.line import Line
from helpline.service.planning import covers_told
from helpline.service.rota import ahead, on_duty
from helpline.store.port import Staff

SHOWN = 6
"""So many changes of who is on call are shown."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The rota at one moment; times are the helpline's own. `next`: from when on who is on call."""

    here: tuple[Staff, ...]
    away: tuple[str, ...]
    next: tuple[tuple[datetime, tuple[str, ...]], ...]
    covers: tuple[tuple[str, str, datetime, datetime], ...]
    gaps: tuple[str, ...]
    by_shift: bool

    def as_json(self) -> dict[str, object]:
        """Return it in plain values."""
        return {
            "on_call": [s.name for s in self.here],
            "off": list(self.away),
            "next": [{"from": at.isoformat(), "on_call": list(names)} for at, names in self.next],
            "covers": [
                {"by": by, "for": away, "from": start.isoformat(), "until": end.isoformat()}
                for by, away, start, end in self.covers
            ],
            "gaps": list(self.gaps),
        }


def overview(line: Line) -> Overview:
    """Return the rota at a glance. Raises StoreUnavailable."""
    book, now = line.store.staff, line.now()
    here = on_duty(book, now)
    everybody = book.staff_list()
    names = {s.id: s.name for s in everybody}
    coming = ahead(book, now, line.flow.policy.rota_ahead)[1 : SHOWN + 1]
    return Overview(
        here=tuple(here),
        away=tuple(s.name for s in everybody if s not in here),
        next=tuple((local(line, s.start), tuple(names[id] for id in s.staff)) for s in coming),
        covers=tuple(covers_told(line)),
        gaps=tuple(in_words(line, gap) for gap in (*now_missing(line), *missing_ahead(line))),
        by_shift=bool(book.rota().shifts),
    )
