"""Staff and rota on a shelf. Names and phones are sealed; the rota holds ids only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.port import Rota, Staff, StaffConflict
from helpline.store.records import Record, micros, moment
from helpline.store.shelf import Change, Guard, Shelf
from helpline.triage.state import PersonId, StaffId

_STAFF: Record[Staff] = Record(Staff, ("id",))
_ORDER, _SET, _OFF, _CHANGES = "order", "set_at", "off:", "changes"


class ShelvedStaff:
    """The book of staff and rota. Writes are guarded by a counter, so two consoles cannot cross."""

    def __init__(self, shelf: Shelf, vault: Vault) -> None:
        self._shelf = shelf
        self._vault = vault

    def staff_list(self) -> Sequence[Staff]:
        """Return all staff in the order added."""
        return self._listed(self._shelf.read(keys.STAFF))

    def save_staff(self, staff: Staff, person: PersonId) -> None:
        """Write one; raises StaffConflict when the name or the phone is someone else's."""
        while True:
            known = self._shelf.read(keys.STAFF)
            phones = self._shelf.read(keys.PHONES)
            self._refuse_doubles(staff, person, known, phones)
            sealed = codec.seal(self._vault, _STAFF.write(staff), f"{keys.STAFF}#{staff.id}")
            old = [Change(keys.PHONES, p, None) for p, owner in phones.items() if owner.decode() == staff.id]
            changes = [
                Change(keys.STAFF, staff.id, sealed),
                *old,
                Change(keys.PHONES, person, staff.id.encode()),
            ]
            if self._write(known, changes):
                return

    def remove_staff(self, staff: StaffId) -> bool:
        """Delete one, from the rota too; False when there is none with this id."""
        while True:
            known = self._shelf.read(keys.STAFF)
            if staff not in known:
                return False
            phones = self._shelf.read(keys.PHONES)
            order = [name for name in self.rota().order if name != staff]
            changes = [
                Change(keys.STAFF, staff, None),
                *(Change(keys.PHONES, p, None) for p, owner in phones.items() if owner.decode() == staff),
                Change(keys.ROTA, _ORDER, json.dumps(order).encode()),
                Change(keys.ROTA, _OFF + staff, None),
            ]
            if self._write(known, changes):
                return True

    def rota(self) -> Rota:
        """Return who is on call."""
        fields = self._shelf.read(keys.ROTA)
        order = json.loads(fields.get(_ORDER, b"[]"))
        since = fields.get(_SET)
        off = frozenset(StaffId(name.removeprefix(_OFF)) for name in fields if name.startswith(_OFF))
        return Rota(tuple(map(StaffId, order)), moment(int(since)) if since else None, off)

    def set_rota(self, order: Sequence[StaffId], at: datetime) -> None:
        """Put these on call from now on, in this order; whoever is named is no longer off."""
        self._shelf.write(
            [
                Change(keys.ROTA, _ORDER, json.dumps(list(order)).encode()),
                Change(keys.ROTA, _SET, str(micros(at)).encode()),
                *(Change(keys.ROTA, _OFF + name, None) for name in order),
            ]
        )

    def set_duty(self, staff: StaffId, at: datetime, *, on: bool) -> None:
        """Note that one of the staff went on or off duty."""
        self._shelf.write([Change(keys.ROTA, _OFF + staff, None if on else str(micros(at)).encode())])

    def _listed(self, known: Mapping[str, bytes]) -> Sequence[Staff]:
        found = [
            _STAFF.read(codec.unseal(self._vault, sealed, f"{keys.STAFF}#{name}"), id=StaffId(name))
            for name, sealed in known.items()
            if name != _CHANGES
        ]
        return sorted(found, key=lambda s: (s.added, s.id))

    def _refuse_doubles(
        self, staff: Staff, person: PersonId, known: Mapping[str, bytes], phones: Mapping[str, bytes]
    ) -> None:
        others = [s for s in self._listed(known) if s.id != staff.id]
        if any(s.name.casefold() == staff.name.casefold() for s in others):
            raise StaffConflict(f"there is a {staff.name} already: remove that entry first, or add a surname")
        owner = phones.get(person)
        if owner is not None and owner.decode() != staff.id:
            name = next((s.name for s in others if s.id == owner.decode()), "someone else")
            raise StaffConflict(f"this phone is {name}'s already: one phone, one person")

    def _write(self, known: Mapping[str, bytes], changes: Sequence[Change]) -> bool:
        before = known.get(_CHANGES)
        counted = Change(keys.STAFF, _CHANGES, str(int(before or b"0") + 1).encode())
        return self._shelf.write([*changes, counted], Guard(keys.STAFF, _CHANGES, before))
