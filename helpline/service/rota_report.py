"""Once a day supervisors hear of gaps ahead, of phones that do not work (hazard H16), and of texts in doubt.

Any number of workers may ask: the text is one commit under the local day, and so goes out once.
"""

from __future__ import annotations

from helpline.service import doubts, staff_words
from helpline.service.gaps import Gap, in_words, local, missing_ahead, now_missing
from helpline.service.line import Line
from helpline.service.phones import broken
from helpline.service.to_staff import Note, send
from helpline.store.port import Staff
from helpline.triage.wording import MOST_SEGMENTS, segments

STANDING = frozenset({"rota.alone", "rota.unspoken"})
"""Gaps of the moment, which say nothing of the day to come."""


def due(line: Line) -> bool:
    """Return whether today's report has still to be made. Raises StoreUnavailable."""
    here = local(line, line.now())
    if here.hour < line.flow.policy.rota_report_hour:
        return False
    return line.store.pagers.reported() != here.date().isoformat()


def report_if_due(line: Line) -> int:
    """Tell supervisors what is missing, once a day; return how many were told. Raises StoreUnavailable."""
    if not due(line):
        return 0
    day = local(line, line.now()).date().isoformat()
    found = missing(line)
    told = sum(_tell(line, staff, day, found) for staff in hearers(line)) if found else 0
    line.store.pagers.set_reported(day)
    line.count("rota_reports", "sent" if told else "nothing to say")
    return told


def missing(line: Line) -> list[Gap]:
    """Return what is missing today and in the days ahead, whose phone does not work, and what is in doubt."""
    standing = [gap for gap in now_missing(line) if gap.message not in STANDING]
    found = [*standing, *missing_ahead(line), *broken(line), *doubts.told(line)]
    return sorted(found, key=lambda gap: not gap.grave)


def hearers(line: Line) -> list[Staff]:
    """Return who hears of it: supervisors, where there are none administrators, else whoever can be paged."""
    staff = line.store.staff.staff_list()
    for role in ("supervisor", "admin", "nurse"):
        if found := [s for s in staff if s.role == role]:
            return found
    return list(staff)


def _tell(line: Line, staff: Staff, day: str, found: list[Gap]) -> bool:
    return send(line, Note(staff, f"rota:{day}", words(line, staff, found)))


def words(line: Line, staff: Staff, found: list[Gap]) -> str:
    """Return the report as one text: as many sentences as fit, the gravest first."""
    spoken = staff.languages
    said = [in_words(line, gap, spoken) for gap in found]
    for shown in range(len(said), 0, -1):
        rest = len(said) - shown
        more = [staff_words.told(line.flow, spoken, "rota.report.more", key=str(rest))] if rest else []
        text = staff_words.told(line.flow, spoken, "rota.report", items=" ".join([*said[:shown], *more]))
        if segments(text) <= MOST_SEGMENTS:
            return text
    return staff_words.told(line.flow, spoken, "rota.report.more", key=str(len(said)))
