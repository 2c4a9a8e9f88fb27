"""What whoever has taken a case by key hears of it: why there is a case, and what she was told.

Said only behind "press 1", in the language of whoever listens, and entered in the journal as a look. What
tells of safety at home is left out for those who are not trained in it.
"""

from __future__ import annotations

from helpline.service.dossier import LOOKED, private, reasons_for
from helpline.service.line import Line
from helpline.service.logins import trained
from helpline.service.records import state_of
from helpline.service.staff_words import language_of
from helpline.store.port import CaseRecord, Entry, Staff
from helpline.triage.findings import Condition
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, FindingId, Language, State
from helpline.triage.turn import told
from helpline.triage.wording import word

MOST = 5
"""So many reasons an ear takes in."""


def briefing(line: Line, record: CaseRecord, staff: Staff) -> str:
    """Return a case in a few spoken words, and note that they were heard. Raises StoreUnavailable."""
    state = state_of(line, record.person)
    if state is None:
        return ""
    line.store.note(record.person, [Entry(line.now(), LOOKED, staff.id, f"{record.case.code} by phone")])
    language = language_of(line.flow, staff.languages)
    may = trained(line, staff.role)
    told = f"told.{state.disposition or 'nothing'}"
    reasons = _reasons(line.flow, language, record, state, may=may)
    answer = word(line.flow, language, Channel.VOICE, told)
    return word(line.flow, language, Channel.VOICE, "page.detail", items="; ".join(reasons), answer=answer)


def _reasons(flow: Flow, language: Language, record: CaseRecord, state: State, *, may: bool) -> list[str]:
    hidden = frozenset() if may else private(flow.table)
    rules = {rule.id: rule for rule in flow.table.rules}
    found: list[str] = []
    for id in reasons_for(flow.table, record.case.reason, trained=may):
        if id in rules:
            fired = [f for f in _findings(rules[id].when) if _tells(state, f, hidden)]
            found += [_label(flow, language, f, state) for f in fired]
        elif flow.has(language, f"reason.{id}"):
            found.append(word(flow, language, Channel.VOICE, f"reason.{id}"))
    return list(dict.fromkeys(f for f in found if f))[:MOST]


def _findings(condition: Condition) -> list[FindingId]:
    own = [test.finding for test in condition.tests]
    return own + [f for part in condition.any for f in _findings(part)]


def _tells(state: State, finding: FindingId, hidden: frozenset[tuple[FindingId, str]]) -> bool:
    answer = told(state).get(finding)
    if answer is None or answer.value in ("no", "none"):
        return False
    return (finding, str(answer.value)) not in hidden


def _label(flow: Flow, language: Language, finding: FindingId, state: State) -> str:
    """Return a finding in the table's own words: the label of its screen, of its choice, or a number."""
    value = state.findings[finding].value
    ending = f".{finding}"
    screen = next((m for m in flow.messages[language] if m.startswith("item.") and m.endswith(ending)), None)
    for message in (screen, f"choice.{finding}.{value}"):
        if message and flow.has(language, message):
            return word(flow, language, Channel.VOICE, message)
    plain = finding.replace("_", " ")
    return f"{plain} {value}" if isinstance(value, int) else plain
