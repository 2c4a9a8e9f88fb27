"""Whether the staff's phones work: what became of pages, and test pages that are answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpline.service import staff_words
from helpline.service.gaps import Gap
from helpline.service.line import Line
from helpline.service.records import LOOKING
from helpline.service.rota import paged_staff
from helpline.service.to_staff import Note, send
from helpline.store.pager_port import Phone
from helpline.store.port import Item, Loaded, Staff
from helpline.triage.state import StaffId

TRIES = 20
TEST_USEFUL = timedelta(hours=1)
"""A test page that is older is not sent any more; one not answered by then counts as not answered."""


@dataclass(frozen=True, slots=True)
class Tested:
    """One of the staff at the last test: what is known of her phone, and the gap it makes, if any."""

    staff: Staff
    phone: Phone
    gap: Gap | None

    @property
    def answered(self) -> bool:
        """Return whether the last test page was answered."""
        tested, answered = self.phone.tested, self.phone.answered
        return tested is not None and answered is not None and answered >= tested

    @property
    def word(self) -> str:
        """Return in a word or two how it stands with her phone."""
        if self.phone.stopped or (self.gap and self.gap.message == "rota.phone.stopped"):
            return "opted out"
        if self.gap and self.gap.message == "rota.phone.lost":
            return f"pages do not arrive ({self.phone.code or 'no code'})"
        if self.phone.tested is None:
            return "works" if self.phone.arrived else "not tested"
        return "answered" if self.answered else "no answer" if self.gap else "not answered yet"


def arrived(line: Line, item: Item) -> None:
    """Note that a text to one of the staff arrived at her phone."""
    if item.staff is not None and item.medium == "text":
        at = line.now()
        _change(line, item.staff, lambda p: replace(p, arrived=at, stopped=False))


def lost(line: Line, item: Item, code: int | None, *, opted_out: bool) -> None:
    """Note that a text to one of the staff will not arrive; an unanswered call says nothing of the phone."""
    if item.staff is not None and item.medium == "text":
        at = line.now()
        _change(line, item.staff, lambda p: replace(p, lost=at, code=code, stopped=p.stopped or opted_out))


def _change(line: Line, staff: StaffId, change: Callable[[Phone], Phone]) -> None:
    book = line.store.pagers
    for _ in range(TRIES):
        before = book.phones().get(staff, Phone())
        if book.save_phone(staff, change(before), before):
            return


def test(line: Line) -> list[Staff]:
    """Page everybody who can be paged, as a test; return whom. Raises StoreUnavailable."""
    now = line.now()
    everybody = paged_staff(line.store.staff)
    for staff in everybody:
        body = staff_words.told(line.flow, staff.languages, "page.test")
        event = f"test:{now.isoformat(timespec='seconds')}"
        if send(line, Note(staff, event, body, useful=TEST_USEFUL)):
            _change(line, staff.id, lambda p: replace(p, tested=now))
            line.count("test_pages", "sent")
    return everybody


def waits_for_answer(line: Line, staff: StaffId, since: datetime | None) -> bool:
    """Return whether a test page to this phone is unanswered, and younger than `since` where given."""
    phone = line.store.pagers.phones().get(staff, Phone())
    if phone.tested is None or (phone.answered is not None and phone.answered >= phone.tested):
        return False
    return since is None or phone.tested > since


def answered(line: Line, staff: StaffId) -> None:
    """Note that a test page was answered: this phone works."""
    at = line.now()
    _change(line, staff, lambda p: replace(p, answered=at, arrived=at, stopped=False))
    line.count("test_pages", "answered")


def tested(line: Line) -> list[Tested]:
    """Return everybody who can be paged and how it stands with her phone. Raises StoreUnavailable."""
    known = line.store.pagers.phones()
    return [_tested(line, staff, known.get(staff.id, Phone())) for staff in paged_staff(line.store.staff)]


def broken(line: Line) -> list[Gap]:
    """Return whose phone does not work, as far as is known. Raises StoreUnavailable."""
    return [one.gap for one in tested(line) if one.gap is not None]


def _tested(line: Line, staff: Staff, phone: Phone) -> Tested:
    name = (("name", staff.name),)
    last = max((t for t in (phone.arrived, phone.answered) if t is not None), default=None)
    if phone.stopped or _opted_out(line, staff):
        return Tested(staff, phone, Gap("rota.phone.stopped", name, grave=True))
    if phone.lost is not None and (last is None or last < phone.lost):
        return Tested(staff, phone, Gap("rota.phone.lost", name, grave=True))
    overdue = phone.tested is not None and line.now() - phone.tested > TEST_USEFUL
    if overdue and (phone.answered is None or phone.tested is None or phone.answered < phone.tested):
        return Tested(staff, phone, Gap("rota.phone.silent", name))
    return Tested(staff, phone, None)


def _opted_out(line: Line, staff: Staff) -> bool:
    """Return whether STOP came from this phone: the carrier lets no text of ours through to it."""
    loaded = line.store.load(line.identity.person(staff.phone), LOOKING, line.now())
    if not isinstance(loaded, Loaded):
        return False
    stopped = loaded.state.consent.stopped if loaded.state else loaded.stopped
    return stopped is not None
