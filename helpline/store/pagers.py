"""Phones, pages lately and times taken, on a shelf. Nothing in them is personal, so nothing is sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from helpline.store import keys
from helpline.store.pager_port import Phone, Sent, Took
from helpline.store.records import Record, micros, moment
from helpline.store.shelf import Change, Guard, Shelf
from helpline.triage.state import StaffId

_PHONE: Record[Phone] = Record(Phone)
_LATELY, _REPORTED = "lately:", "reported"
TOOK_KEPT = timedelta(days=30)
MOST_KEPT = 2000
"""Times taken that are kept at most."""


class ShelvedPagers:
    """See `helpline.store.pager_port.PagerBook`; the docstrings there hold here."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def phones(self) -> Mapping[StaffId, Phone]:
        """Return what is known of each phone."""
        found = self._shelf.read(keys.PAGERS)
        return {StaffId(name): _PHONE.read(json.loads(plain)) for name, plain in found.items()}

    def save_phone(self, staff: StaffId, phone: Phone, before: Phone) -> bool:
        """Write one if it still is as it was."""
        old = _written(before) if before != Phone() else None
        return self._shelf.write(
            [Change(keys.PAGERS, staff, _written(phone))], Guard(keys.PAGERS, staff, old)
        )

    def lately(self, staff: StaffId) -> tuple[Sent, ...]:
        """Return the pages to one phone lately."""
        plain = self._shelf.read(keys.PAGED).get(_LATELY + staff, b"[]")
        rows = json.loads(plain)
        return tuple(Sent(item, case, level, moment(at), how) for item, case, level, at, how in rows)

    def save_lately(self, staff: StaffId, pages: Sequence[Sent], before: Sequence[Sent]) -> bool:
        """Write them if they still are as they were."""
        field = _LATELY + staff
        old = _listed(before) if before else None
        new = _listed(pages) if pages else None
        return self._shelf.write([Change(keys.PAGED, field, new)], Guard(keys.PAGED, field, old))

    def reported(self) -> str:
        """Return the local day on which the rota was last reported."""
        return self._shelf.read(keys.REPORTED).get(_REPORTED, b"").decode()

    def set_reported(self, day: str) -> None:
        """Note the local day on which the rota was reported."""
        self._shelf.write([Change(keys.REPORTED, _REPORTED, day.encode())])

    def note_took(self, took: Took) -> bool:
        """Write how long something took with a case, once, and forget the oldest."""
        field = f"{took.case}:{took.what}"
        plain = json.dumps([took.level, round(took.seconds, 3), micros(took.at)]).encode()
        guard = Guard(keys.TOOK, field, None)
        if not self._shelf.write([Change(keys.TOOK, field, plain)], guard):
            return False
        known = self.took()
        old = [t for n, t in enumerate(known) if t.at < took.at - TOOK_KEPT or n < len(known) - MOST_KEPT]
        if old:
            self._shelf.write([Change(keys.TOOK, f"{t.case}:{t.what}", None) for t in old])
        return True

    def took(self) -> Sequence[Took]:
        """Return the times taken that are kept, oldest first."""
        found = []
        for field, plain in self._shelf.read(keys.TOOK).items():
            case, _, what = field.partition(":")
            level, seconds, at = json.loads(plain)
            found.append(Took(case, what, level, float(seconds), moment(at)))
        return sorted(found, key=lambda t: (t.at, t.case, t.what))


def _written(phone: Phone) -> bytes:
    return json.dumps(_PHONE.write(phone), separators=(",", ":")).encode()


def _listed(pages: Sequence[Sent]) -> bytes:
    return json.dumps(
        [[p.item, p.case, p.level, micros(p.at), p.how] for p in pages], separators=(",", ":")
    ).encode()
