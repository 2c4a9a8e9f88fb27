"""What staff see of one case: enough to act on, and nothing that is not theirs to know.

The number is shown by its last three digits. What is told about safety at home is for staff trained in it:
for others the findings, the turns that tell of it and what trained staff wrote with her are left out here,
before anything is shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpline.service.line import Line
from helpline.service.logins import Member
from helpline.service.records import LOOKING
from helpline.store.port import Answered, CaseRecord, Entry, Item
from helpline.triage.findings import Table
from helpline.triage.state import FindingId, Flag, Level, State
from helpline.triage.thread import unreachable

LOOKED = "looked"
OFTEN = timedelta(minutes=10)
"""A page that reloads itself is entered in the journal once in this time; every opening of it always."""

_SEEN_BY_ALL = frozenset({FindingId("age_group"), FindingId("safe_to_text")})
"""Findings that may raise safeguarding and that whoever cares for her has to know."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case as one reader may see it. `hidden` says that something was left out."""

    record: CaseRecord
    state: State | None
    journal: tuple[Entry, ...]
    items: tuple[Item, ...]
    tail: str
    """The last three digits of her number; empty when it is withheld or gone."""
    hidden: bool
    unreachable: str | None


def may_open(record: CaseRecord, member: Member) -> bool:
    """Return whether this case is hers to read."""
    if not member.handles:
        return False
    return record.case.level is not Level.SAFEGUARDING or member.trained or record.case.owner == member.id


def dossier(line: Line, record: CaseRecord, member: Member, *, again: bool) -> Dossier:
    """Return a case as this reader may see it, and enter the look in its journal. Raises StoreUnavailable.

    `again`: the page reloads itself; that is a look only now and then.
    """
    person = record.person
    loaded = line.store.load(person, LOOKING, line.now())
    known = None if isinstance(loaded, Answered) else loaded
    state = known.state if known else None
    journal = line.store.journal(person)
    if state is not None:
        _enter(line, record, member, journal, again=again)
    digits = known.phone if known and known.phone else ""
    seen = Dossier(
        record,
        state,
        tuple(journal),
        tuple(replace(item, to="") for item in line.store.items(person)),
        digits[-3:],
        hidden=False,
        unreachable=unreachable(state) if state else "gone",
    )
    return seen if member.trained else _without_private(seen, line.flow.table, member)


def private(table: Table) -> frozenset[tuple[FindingId, str]]:
    """Return the answers that are for trained staff only: what alone raises the flag safeguarding."""
    found: set[tuple[FindingId, str]] = set()
    for rule in table.rules:
        if Flag.SAFEGUARDING not in rule.flags or rule.finding is None or rule.finding in _SEEN_BY_ALL:
            continue
        for test in rule.when.tests:
            if test.finding == rule.finding and isinstance(test.values, frozenset):
                found |= {(test.finding, value) for value in (*test.values, "unsure")}
    return frozenset(found)


def reasons_for(table: Table, reason: str, *, trained: bool) -> list[str]:
    """Return the rule ids of a case's reason, without those that would name safeguarding."""
    named = {rule.id for rule in table.rules if Flag.SAFEGUARDING in rule.flags}
    told = [part.strip() for part in reason.split(",")]
    return [id for id in told if id and (trained or id not in named)]


def _enter(line: Line, record: CaseRecord, member: Member, journal: Sequence[Entry], *, again: bool) -> None:
    now = line.now()
    mine = (e.at for e in reversed(journal) if e.what == LOOKED and e.who == member.id)
    last = next(mine, None)
    if not again or last is None or now - last >= OFTEN:
        line.store.note(record.person, [Entry(now, LOOKED, member.id, record.case.code)])


def shut_messages(line: Line, record: CaseRecord, member: Member, count: int) -> frozenset[int]:
    """Return the numbers, from 1, of the messages she left that are not this reader's to hear.

    `count` is how many are known: the last of the journal's entries tell when they were left. One whose entry
    is gone is not heard. Raises StoreUnavailable.
    """
    if member.trained or not count:
        return frozenset()
    loaded = line.store.load(record.person, LOOKING, line.now())
    state = None if isinstance(loaded, Answered) else loaded.state
    journal = line.store.journal(record.person)
    talks = _Talks(journal, record, state, member, private(line.flow.table))
    left = [e for e in journal if e.what == "message_left"][-count:]
    known = range(count - len(left) + 1, count + 1)
    open_to = {n for n, entry in zip(known, left, strict=True) if talks.of(entry) not in talks.shut}
    return frozenset(range(1, count + 1)) - open_to


class _Talks:
    """Her journal cut where cases were closed, and which parts are `shut`: trained staff's talk with her."""

    def __init__(
        self,
        journal: Sequence[Entry],
        record: CaseRecord,
        state: State | None,
        member: Member,
        answers: frozenset[tuple[FindingId, str]],
    ) -> None:
        self._ends = sorted({e.at for e in journal if e.what == "CloseCase"})
        mine = bisect_left(self._ends, record.closed) if record.closed else len(self._ends)
        shut = {self.of(e) for e in journal if _tells(e, answers) or _names_safeguarding(e)}
        if _flagged(record, state):
            shut.add(mine)
        self.shut = frozenset(shut - {mine} if record.case.owner == member.id else shut)
        self.hidden_from = dict(self._written_from(journal))

    def of(self, entry: Entry) -> int:
        """Return the part in which an entry lies."""
        return bisect_left(self._ends, entry.at)

    def _written_from(self, journal: Sequence[Entry]) -> Iterator[tuple[int, datetime]]:
        """Yield from when on a shut part is left out: the first word that staff wrote, or how it ended."""
        for entry in reversed(journal):
            if self.of(entry) in self.shut and entry.what in ("StaffWrote", "CaseClosed"):
                yield self.of(entry), entry.at

    def shows(self, entry: Entry) -> bool:
        """Return whether an entry is not left out with the part in which it lies."""
        since = self.hidden_from.get(self.of(entry))
        return since is None or entry.at < since


def _without_private(seen: Dossier, table: Table, member: Member) -> Dossier:
    answers = private(table)
    state, case = seen.state, seen.record.case
    if state is not None:
        kept = {f: a for f, a in state.findings.items() if (f, str(a.value)) not in answers}
        flags = state.flags - {Flag.SAFEGUARDING}
        state = replace(state, findings=kept, flags=flags)
    telling = {e.at for e in seen.journal if _tells(e, answers)}
    talks = _Talks(seen.journal, seen.record, seen.state, member, answers)
    journal = tuple(
        _without_rules(e, table)
        for e in seen.journal
        if e.at not in telling and talks.shows(e) and not _names_safeguarding(e)
    )
    flagged = _flagged(seen.record, seen.state)
    hidden = len(journal) < len(seen.journal) or state != seen.state or flagged
    flags = case.flags - {Flag.SAFEGUARDING}
    record = replace(seen.record, case=replace(case, flags=flags))
    items = tuple(replace(i, body="") for i in seen.items)
    return replace(seen, record=record, state=state, journal=journal, items=items, hidden=hidden)


def _flagged(record: CaseRecord, state: State | None) -> bool:
    return Flag.SAFEGUARDING in ((state.flags if state else frozenset()) | record.case.flags)


def _tells(entry: Entry, answers: frozenset[tuple[FindingId, str]]) -> bool:
    if entry.what != "understood":
        return False
    kind, id, value, _ = (*entry.detail.split("\t", 3), "", "", "")[:4]
    return (FindingId(id), value) in answers or (kind, id) == ("interrupt", "safeguarding")


def _names_safeguarding(entry: Entry) -> bool:
    """Return whether an entry says that a case was about safety at home by its level."""
    return entry.what in _CHANGES and entry.detail.endswith(f" {Level.SAFEGUARDING.value}")


_CHANGES = frozenset({"OpenCase", "ChangeCase", "CloseCase"})


def _without_rules(entry: Entry, table: Table) -> Entry:
    """Leave out of the reasons of a further page those that would name safeguarding."""
    if entry.what != "case_again":
        return entry
    return replace(entry, detail=", ".join(reasons_for(table, entry.detail, trained=False)))
