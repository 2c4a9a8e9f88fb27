"""Staff and rota on a shelf. Names and phones are sealed; the rota holds ids only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.port import Staff, StaffConflict
from helpline.store.records import Record, micros, moment
from helpline.store.rota_port import Cover, Rota, Shift
from helpline.store.shelf import Change, Guard, Shelf
from helpline.triage.state import PersonId, StaffId

_STAFF: Record[Staff] = Record(Staff, ("id",))
_SHIFT: Record[Shift] = Record(Shift)
_COVER: Record[Cover] = Record(Cover)
_ORDER, _SET, _CHANGES = "order", "set_at", "changes"
_OFF, _ON, _SHIFTS, _COVERS = "off:", "on:", "shift:", "cover:"


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
            rota = self.rota()
            order = [name for name in rota.order if name != staff]
            shifts = [s.id for s in rota.shifts if s.staff == staff]
            covers = [c.id for c in rota.covers if staff in (c.away, c.by)]
            changes = [
                Change(keys.STAFF, staff, None),
                *(Change(keys.PHONES, p, None) for p, owner in phones.items() if owner.decode() == staff),
                Change(keys.ROTA, _ORDER, json.dumps(order).encode()),
                Change(keys.ROTA, _OFF + staff, None),
                Change(keys.ROTA, _ON + staff, None),
                *(Change(keys.ROTA, _SHIFTS + id, None) for id in shifts),
                *(Change(keys.ROTA, _COVERS + id, None) for id in covers),
            ]
            if self._write(known, changes):
                return True

    def rota(self) -> Rota:
        """Return who is on call."""
        fields = self._shelf.read(keys.ROTA)
        order = json.loads(fields.get(_ORDER, b"[]"))
        since = fields.get(_SET)
        off = {StaffId(name): moment(int(at)) for name, at in _led(fields, _OFF)}
        return Rota(
            order=tuple(map(StaffId, order)),
            set_at=moment(int(since)) if since else None,
            off=frozenset(off),
            off_since=off,
            on_since={StaffId(name): moment(int(at)) for name, at in _led(fields, _ON)},
            shifts=tuple(_SHIFT.read(json.loads(plain)) for _, plain in sorted(_led(fields, _SHIFTS))),
            covers=tuple(_COVER.read(json.loads(plain)) for _, plain in sorted(_led(fields, _COVERS))),
        )

    def set_rota(self, order: Sequence[StaffId], at: datetime) -> None:
        """Put these on call from now on, in this order; no shifts count any more, nobody named is off."""
        self._shelf.write(
            [
                Change(keys.ROTA, _ORDER, json.dumps(list(order)).encode()),
                Change(keys.ROTA, _SET, str(micros(at)).encode()),
                *(Change(keys.ROTA, _OFF + name, None) for name in order),
                *(Change(keys.ROTA, _SHIFTS + shift.id, None) for shift in self.rota().shifts),
            ]
        )

    def set_shifts(self, shifts: Sequence[Shift], covers: Sequence[Cover], at: datetime) -> None:
        """Let these shifts say who is on call, in place of an order; covers are added to those there are."""
        kept = {shift.id for shift in shifts}
        gone = [shift.id for shift in self.rota().shifts if shift.id not in kept]
        self._shelf.write(
            [
                Change(keys.ROTA, _ORDER, b"[]"),
                Change(keys.ROTA, _SET, str(micros(at)).encode()),
                *(Change(keys.ROTA, _SHIFTS + id, None) for id in gone),
                *(Change(keys.ROTA, _SHIFTS + s.id, _plain(_SHIFT.write(s))) for s in shifts),
                *(Change(keys.ROTA, _COVERS + c.id, _plain(_COVER.write(c))) for c in covers),
            ]
        )

    def set_covers(self, covers: Sequence[Cover], ended: Sequence[str] = ()) -> None:
        """Write these covers and delete those of the `ended` ids; what others write meanwhile stands."""
        changes = [Change(keys.ROTA, _COVERS + id, None) for id in ended]
        changes += [Change(keys.ROTA, _COVERS + c.id, _plain(_COVER.write(c))) for c in covers]
        if changes:
            self._shelf.write(changes)

    def set_duty(self, staff: StaffId, at: datetime, *, on: bool) -> None:
        """Note that one of the staff went on or off duty."""
        said, unsaid = (_ON, _OFF) if on else (_OFF, _ON)
        self._shelf.write(
            [
                Change(keys.ROTA, said + staff, str(micros(at)).encode()),
                Change(keys.ROTA, unsaid + staff, None),
            ]
        )

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


def _led(fields: Mapping[str, bytes], prefix: str) -> Iterator[tuple[str, bytes]]:
    """Yield the fields whose names begin so, without the beginning."""
    return ((n.removeprefix(prefix), value) for n, value in fields.items() if n.startswith(prefix))


def _plain(record: dict[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()
