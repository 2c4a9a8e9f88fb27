"""A plan as what is written: every value sealed, every moment a number. Both stores write from this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.port import CaseRecord, Item, Plan
from helpline.store.records import millis, millis_up
from helpline.store.status import WAITING

DAY = 86_400_000
WEEK = codec.settled_life()
Fields = dict[str, str | bytes]


@dataclass(frozen=True, slots=True)
class ItemWrite:
    """A new item: where it stands, whether it is settled from birth, and after how long it goes by itself."""

    id: str
    score: float
    settled: bool
    broom: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class CaseWrite:
    """A case as it now is."""

    code: str
    fresh: bool
    open: bool
    opened: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class Writes:
    """One plan, sealed. Times in milliseconds; `over` is when retention ends, `life` when the broom comes."""

    at: int
    revision: int
    state: bytes
    phone: bytes | None
    over: int | None
    due: int | None
    urgent: int | None
    life: int
    flow: str
    answer: bytes
    stop: int | None
    withdrawn: frozenset[str] | None
    journal: bytes | None
    day: str
    case: CaseWrite | None
    items: tuple[ItemWrite, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def when(self) -> str:
        """Return the person's four moments in one field: written, over, due, due urgently."""
        return " ".join("-" if n is None else str(n) for n in (self.at, self.over, self.due, self.urgent))


def writes_of(plan: Plan, vault: Vault) -> Writes:
    """Return what this plan writes. Raises ValueError for a case or item that lies in another bucket."""
    drawers = keys.drawers(plan.person)
    at = millis(plan.at)
    over = _up(plan.retention)
    stopped = plan.state.consent.stopped
    seen = keys.seen_prefix(plan.person) + plan.event
    return Writes(
        at=at,
        revision=plan.revision,
        state=codec.seal_state(vault, plan.state, drawers.person, plan.revision + 1),
        phone=codec.seal_phone(vault, plan.phone, drawers.person) if plan.revision == 0 else None,
        over=over,
        due=_up(plan.due),
        urgent=_up(plan.due_urgent),
        life=max(over - at, 0) + DAY if over is not None else 0,
        flow=f"{plan.state.flow} {plan.state.version}",
        answer=codec.seal_spoken(vault, plan.spoken, seen, plan.at),
        stop=millis(stopped) if stopped is not None else None,
        withdrawn=plan.withdrawn,
        journal=codec.seal_entries(vault, plan.journal, drawers.journal) if plan.journal else None,
        day=plan.at.date().isoformat(),
        case=_case(vault, plan.case, plan.person, fresh=plan.new_case) if plan.case else None,
        items=tuple([_item(vault, plan, item, n) for n, item in enumerate(plan.items)]),
        counts=plan.counts,
    )


def case_write(vault: Vault, record: CaseRecord) -> CaseWrite:
    """Return a case as it is written."""
    case = record.case
    return CaseWrite(
        case.code, False, record.closed is None, millis(case.opened), codec.case_fields(vault, record)
    )


def _case(vault: Vault, record: CaseRecord, person: str, *, fresh: bool) -> CaseWrite:
    code = codec.fold_code(record.case.code)
    if code != record.case.code or code[:2].lower() != person[:2]:
        raise ValueError("commit: a case code must begin with the bucket of its person")
    written = case_write(vault, record)
    return CaseWrite(written.code, fresh, written.open, written.opened, written.fields)


def _item(vault: Vault, plan: Plan, item: Item, place: int) -> ItemWrite:
    if item.id[2:4] != plan.person[:2] or item.person != plan.person:
        raise ValueError("commit: an item's id must begin with the bucket of its person")
    broom = max(millis_up(item.expires) - millis(plan.at), 0) + WEEK
    fields = codec.item_fields(vault, item)
    return ItemWrite(item.id, codec.order(item, place), item.status not in WAITING, broom, fields)


def _up(moment: datetime | None) -> int | None:
    return millis_up(moment) if moment is not None else None
