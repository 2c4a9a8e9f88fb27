"""Links to a case for whoever has taken it: short-lived, for one member of staff, useless without a login.

A link names nobody. Who finds it on a lost phone gets to the login; an hour later it leads to no case.
"""

from __future__ import annotations

import hmac
import re
from datetime import timedelta

from helpline.service.line import Line
from helpline.triage.state import CaseCode, StaffId

LIFE = timedelta(minutes=30)
"""A link leads to its case for so long."""

_TOKEN = re.compile(r"([0-9A-Z]{4})([0-9a-f]{8,12})([0-9a-f]{16})")


def case_link(line: Line, code: CaseCode, staff: StaffId) -> str:
    """Return the address of a case for this member of staff; empty when there is no console."""
    if not line.console:
        return ""
    until = int((line.now() + LIFE).timestamp())
    return f"{line.console}/go/{code}{until:x}{_mark(line, code, staff, until)}"


def linked_case(line: Line, token: str, staff: StaffId) -> str | None:
    """Return the code that a link leads this member of staff to; None when it is too old, or not theirs."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    code, mark, ends = found[1], found[3], int(found[2], 16)
    good = hmac.compare_digest(mark.encode(), _mark(line, CaseCode(code), staff, ends).encode())
    return code if good and ends >= line.now().timestamp() else None


def _mark(line: Line, code: CaseCode, staff: StaffId, until: int) -> str:
    return line.identity.person(f"link:{code}:{staff}:{until}")[:16]
