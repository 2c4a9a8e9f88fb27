"""How contacts begin: the beginnings from which the walk proves, and those drawn at random."""

from __future__ import annotations

import random
from collections.abc import Iterator

from helpline.flowbook.proof.model import Start
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId

Value = str | int
NOTHING = "tells nothing"
TELLS = "first text tells pregnancy, weeks and bleeding"
AGAIN = "comes back"
OTHER = "asks for somebody else"

_BLEEDING = ("none", "spotting", "light", "like_period", "heavy")


def starts(flow: Flow) -> Iterator[Start]:
    """Yield every beginning that is walked in full."""
    yield Start(NOTHING, {})
    yield Start(OTHER, {FindingId("for_whom"): "other"})
    yield from _tells(flow)
    for level in ("emergency", "emergency_department", "urgent", "routine"):
        for contacts in (2, 3):
            yield Start(AGAIN, {}, level, contacts)


def _tells(flow: Flow) -> Iterator[Start]:
    cells = flow.rulebook.layout.cells
    weeks = [w for w in cells[FindingId("gestation_weeks")].starts if w >= 1]
    for bleeding in _BLEEDING:
        for week in weeks:
            yield _start(pregnant="yes", gestation_weeks=week, bleeding=bleeding)
        for trimester in flow.table.findings[FindingId("trimester")].values:
            yield _start(pregnant="maybe", trimester=trimester, bleeding=bleeding)
        for event in flow.table.findings[FindingId("recent_event")].values:
            for days in cells[FindingId("days_since_event")].starts:
                yield _start(pregnant="recent", recent_event=event, days_since_event=days, bleeding=bleeding)
        yield _start(pregnant="no", bleeding=bleeding)


def _start(**told: Value) -> Start:
    return Start(TELLS, {FindingId(f): v for f, v in told.items()})


def drawn(flow: Flow, number: int, seed: int = 7) -> Iterator[Start]:
    """Yield beginnings in which 2 to 12 findings, any of them, are told unasked."""
    draw = random.Random(seed)
    asked = [f for f in flow.table.findings.values() if f.derived_from is None]
    for _ in range(number):
        some = draw.sample(asked, draw.randint(2, 12))
        told: dict[FindingId, Value] = {}
        for finding in some:
            values: tuple[Value, ...] = finding.values
            if finding.numeric:
                values = flow.rulebook.layout.cells[finding.id].starts
            told[finding.id] = "no" if "no" in values and draw.random() < 0.8 else draw.choice(values)
        yield Start("any findings told", told)
