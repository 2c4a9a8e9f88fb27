"""What is kept: cases as staff see them, and everything about one person, to read or to delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from helpline.service.conversation import apply
from helpline.service.line import Line
from helpline.store.port import Answered, CaseRecord, Entry, Item, StoreUnavailable
from helpline.triage.events import Forgotten
from helpline.triage.state import PersonId, State
from helpline.triage.view import view

LOOKING = "look"
"""An event id that is never committed: for reading a person without an event."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case without name or number. `journal` is oldest first, empty in lists."""

    code: str
    level: str
    flags: tuple[str, ...]
    status: str
    owner: str | None
    reason: str
    opened: datetime
    rung: int
    version: int
    """The version of the content under which it was opened, 0 when that was not kept yet."""
    outcome: str | None = None
    closed: datetime | None = None
    journal: tuple[Entry, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the case in plain values."""
        shown: dict[str, object] = {
            "case": self.code,
            "level": self.level,
            "flags": list(self.flags),
            "status": self.status,
            "owner": self.owner,
            "reason": self.reason,
            "opened": self.opened.isoformat(),
            "rung": self.rung,
            "version": self.version,
            "outcome": self.outcome,
            "closed": self.closed.isoformat() if self.closed else None,
        }
        if self.journal:
            shown["journal"] = [_entry(e) for e in self.journal]
        return shown


def open_cases(line: Line) -> list[CaseView]:
    """Return all open cases, the worst level first, then the oldest. Raises StoreUnavailable."""
    return [_case(record) for record in line.store.open_cases()]


def one_case(line: Line, code: str) -> CaseView | None:
    """Return a case with its person's journal, None when there is no such code. Raises StoreUnavailable."""
    record = line.store.find_case(code.strip())
    return None if record is None else _case(record, tuple(line.store.journal(record.person)))


def erase(line: Line, phone: str) -> bool:
    """Delete everything of an E.164 number but its opt-out; False when nothing is known of it.

    With an open case the content goes, and the case itself only once staff have taken it.
    """
    person = line.identity.person(phone)
    id = f"forgotten:{line.entropy().hex()}"
    if apply(line, person, id, lambda chance: Forgotten(id, line.now(), chance)):
        return True
    return line.store.erase(person, line.now(), keep_opt_out=True)


def export(line: Line, phone: str) -> dict[str, object] | None:
    """Return everything kept of an E.164 number, None when there is nothing. Raises StoreUnavailable."""
    person = line.identity.person(phone)
    state = state_of(line, person)
    journal, items = line.store.journal(person), line.store.items(person)
    if state is None and not journal and not items:
        return None
    return {
        "number": phone,
        "person": person,
        "conversation": view(line.flow, state) if state else None,
        "consent": _consent(state) if state else None,
        "scheduled": _scheduled(state) if state else [],
        "journal": [_entry(e) for e in journal],
        "messages": [_item(i) for i in items],
    }


def look(line: Line, phone: str) -> dict[str, object] | None:
    """Return what a trainer sees of a person: the conversation as it stands, and what was understood last."""
    person = line.identity.person(phone)
    state = state_of(line, person)
    if state is None:
        return None
    return {
        "conversation": view(line.flow, state),
        "understood": understood(line.store.journal(person)),
        "scheduled": _scheduled(state),
        "case": state.case.code if state.case else None,
    }


def understood(journal: Sequence[Entry]) -> list[dict[str, object]]:
    """Return what was made of the last thing that a person said, out of her journal (oldest first)."""
    last = list(takewhile(lambda e: e.who != "person", reversed(journal)))
    notes = [e.detail.split("\t", 3) for e in reversed(last) if e.what == "understood"]
    return [
        {"kind": kind, "id": id, "value": value or None, "words": words}
        for kind, id, value, words in (note for note in notes if len(note) == 4)
    ]


def state_of(line: Line, person: PersonId) -> State | None:
    """Return the state of a person, None when she is not known. Raises StoreUnavailable."""
    loaded = line.store.load(person, LOOKING, line.now())
    if isinstance(loaded, Answered):
        raise StoreUnavailable("look at a person: the store took it for an event")
    return loaded.state


def _case(record: CaseRecord, journal: tuple[Entry, ...] = ()) -> CaseView:
    case = record.case
    return CaseView(
        code=case.code,
        level=case.level.value,
        flags=tuple(sorted(case.flags)),
        status="closed" if record.closed else case.status,
        owner=case.owner,
        reason=case.reason,
        opened=case.opened,
        rung=case.rung,
        version=case.version,
        outcome=record.outcome,
        closed=record.closed,
        journal=journal,
    )


def _entry(entry: Entry) -> dict[str, str]:
    return {"at": entry.at.isoformat(), "who": entry.who, "what": entry.what, "detail": entry.detail}


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "kind": item.kind,
        "medium": item.medium,
        "status": item.status.value,
        "delivery": item.delivery,
        "not_before": item.not_before.isoformat(),
        "body": item.body,
    }


def _scheduled(state: State) -> list[Mapping[str, str]]:
    return [
        {"kind": t.kind or t.name, "due": t.due.isoformat()}
        for t in sorted(state.timers, key=lambda t: t.due)
    ]


def _consent(state: State) -> dict[str, object]:
    consent = state.consent
    return {
        "stopped": consent.stopped.isoformat() if consent.stopped else None,
        "safe_to_text": consent.safe_to_text,
        "agreements": [
            {"purpose": a.purpose, "wording": a.wording, "at": a.at.isoformat(), "how": a.how.value}
            for a in consent.agreements
        ],
    }
