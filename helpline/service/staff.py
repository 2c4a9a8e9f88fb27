"""Who is on the staff: add someone, and let someone go."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from helpline.service.line import Line
from helpline.service.logins import log_out_everywhere
from helpline.store.port import Staff, StaffConflict
from helpline.triage.state import StaffId

ROLES = ("nurse", "supervisor", "safeguarding", "reviewer", "admin")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone to be added, as typed. `phone` in any usual form; `languages` with commas, as in `en,es`."""

    name: str
    phone: str
    role: str
    languages: str = "en"


def add_staff(line: Line, new: Newcomer) -> Staff | str:
    """Add someone and return the entry, or one sentence that says why not. Raises StoreUnavailable."""
    name = " ".join(new.name.split())
    languages = tuple(x.strip().lower() for x in new.languages.split(",") if x.strip())
    phone = line.identity.parse(new.phone.strip(), line.default_region)
    if not name or len(name) > 80 or not name.isprintable():
        return "Give a name of at most 80 letters."
    if phone is None:
        return "That is no phone number: write it with + and country code."
    if new.role not in ROLES:
        return f"There is no role {new.role[:20]!r}: choose one of {', '.join(ROLES)}."
    if not all(re.fullmatch("[a-z]{2,3}", language) for language in languages):
        return "Give languages as two letters each, with commas, as in en,es."
    staff = Staff(
        StaffId(f"s_{secrets.token_hex(4)}"), name, phone, new.role, languages or ("en",), line.now()
    )
    try:
        line.store.staff.save_staff(staff, line.identity.person(phone))
    except StaffConflict as error:
        words = str(error)
        return f"{words[0].upper()}{words[1:]}."
    return staff


def remove_staff(line: Line, id: StaffId) -> bool:
    """Remove someone from the staff, the rota and the console; False when there is nobody with this id."""
    gone = line.store.staff.remove_staff(id)
    line.store.logins.remove_login(id)
    log_out_everywhere(line, id)
    return gone


def found(staff: Sequence[Staff], id: str) -> Staff | None:
    """Return someone by id."""
    return next((s for s in staff if s.id == id), None)
