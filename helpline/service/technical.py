"""A case for staff when the machine fails a person: level `technical`, one at most, never over a worse."""

from __future__ import annotations

from dataclasses import replace

from helpline.service.line import Line
from helpline.service.plan import beside
from helpline.store.port import CaseRecord, Committed, Entry, Loaded, Plan
from helpline.triage.cases import CODE_LETTERS
from helpline.triage.state import Case, CaseCode, Level, PersonId

TRIES = 5


def open_technical(line: Line, person: PersonId, trace: str) -> bool:
    """Open a case that names the trace id of what went wrong; False when one is open or nobody is known.

    Raises StoreUnavailable.
    """
    for _ in range(TRIES):
        event = f"technical:{trace}"
        loaded = line.store.load(person, event, line.now())
        if not isinstance(loaded, Loaded) or loaded.state is None or loaded.phone is None:
            return False
        if loaded.state.case is not None:
            return False
        if isinstance(line.store.commit(_plan(line, person, loaded, trace)), Committed):
            line.count("technical_cases", "")
            return True
    return False


def _plan(line: Line, person: PersonId, loaded: Loaded, trace: str) -> Plan:
    assert loaded.state is not None
    plan, entropy = beside(line, person, loaded, f"technical:{trace}"), line.entropy()
    code = CaseCode(person[:2].upper() + "".join(CODE_LETTERS[b % len(CODE_LETTERS)] for b in entropy[:2]))
    reason, version = f"fault, trace {trace}", line.flow.version
    case = Case(code, Level.TECHNICAL, frozenset(), reason, plan.at, version=version)
    return replace(
        plan,
        state=replace(loaded.state, case=case),
        case=CaseRecord(case, person),
        new_case=True,
        journal=(Entry(plan.at, "fault", "helpline", f"trace {trace}"),),
    )
