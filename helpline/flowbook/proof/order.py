"""Worse answers: no set of answers exists for which a worse one gives a milder result."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from helpline.flowbook.proof.report import Property
from helpline.flowbook.proof.search import Search
from helpline.triage.findings import Finding
from helpline.triage.flow import Flow
from helpline.triage.rules import Compiled, Rulebook
from helpline.triage.state import FindingId

Value = str | int

WORSE = {
    "bleeding": ("none", "spotting", "light", "like_period", "heavy"),
    "clot_size": ("none", "coin", "golf_ball", "lemon"),
    "bleeding_trend": ("stopped", "easing", "same", "worse"),
    "since_last": ("better", "same", "worse"),
    "baby_movement": ("normal", "less", "none"),
    "injury": ("none", "fall", "crash"),
    "reached_care": ("seen", "on_way", "not_yet", "cannot"),
    "scan_confirmed": ("yes", "no", "not_seen"),
    "rh_negative": ("no", "yes"),
    "pregnancy_test": ("negative", "not_done"),
}
"""From mild to bad, where that is plain. A second chain for harm by somebody is below."""

GOOD_YES = frozenset({"person_with_caller", "safe_to_text", "safe_at_home", "can_get_there", "period_back",
                      "followup_visit"})
"""Yes is the good answer to these."""

_CHAINS = (("injury", ("none", "hurt_by_someone")),)
_SCALES = ("pain_score", "phq2_interest", "phq2_mood", "bleeding_days")
LEAST = 2
"""Below routine a level says nothing about urgency: care at home is not above information."""


def worse_never_lowers(flow: Flow, monotony: Property) -> None:
    """Search, for each pair of neighbours, for answers that break the order; and look at unsure."""
    rules = flow.rulebook
    search = Search(rules)
    for finding, mild, bad in _pairs(flow):
        _pair(rules, search, (finding, mild, bad), monotony)
    monotony.count("steps of search", search.steps)
    for known in flow.table.findings.values():
        if known.derived_from is None:
            _unsure(rules, known, monotony)


def _pairs(flow: Flow) -> Iterator[tuple[FindingId, Value, Value]]:
    chains: list[tuple[str, tuple[Value, ...]]] = list(WORSE.items())
    chains += list(_CHAINS)
    for finding in flow.table.findings.values():
        if finding.kind == "yes_no" and finding.derived_from is None:
            chains.append((finding.id, ("yes", "no") if finding.id in GOOD_YES else ("no", "yes")))
    for name in _SCALES:
        chains.append((name, flow.rulebook.layout.cells[FindingId(name)].starts))
    for name, chain in chains:
        for mild, bad in pairwise(chain):
            yield FindingId(name), mild, bad


def _pair(
    rules: Rulebook, search: Search, pair: tuple[FindingId, Value, Value], monotony: Property
) -> None:
    """Look for answers under which a rule fires for the mild value and none as urgent for the bad one."""
    finding, mild, bad = pair
    monotony.count("pairs of neighbouring answers")
    for compiled in rules.rules:
        if compiled.urgency < LEAST and not compiled.flags:
            continue
        lost = _loses(rules, compiled, finding, mild, bad)
        if not lost:
            continue
        monotony.count("rules that only the milder answer meets")
        found = search.traded(compiled, finding, mild, bad)
        if found is not None:
            monotony.breach(f"{finding} {bad} instead of {mild} loses {compiled.rule.id}", found)


def _loses(rules: Rulebook, compiled: Compiled, finding: FindingId, mild: Value, bad: Value) -> bool:
    """Return whether a test of a rule is met by the mild value, or what it implies, and not by the bad."""
    before = rules.known(rules.facts({finding: mild}))
    after = rules.possible(rules.facts({finding: bad}), (1 << len(rules.layout.cells)) - 1)
    masks = [*compiled.mask.all, *(m for a in compiled.mask.any for m in a.all)]
    likely = finding in ("pregnancy_test", "missed_period")
    return likely or any(before & m and not after & m for m in masks)


def _unsure(rules: Rulebook, finding: Finding, monotony: Property) -> None:
    """Check that unsure counts as the table says: to a yes or no question as yes, save where it says no."""
    monotony.count("unsure answers")
    own = rules.layout.cells[finding.id]
    cell = own.settled("unsure")
    if finding.kind == "yes_no":
        expected = finding.unsure_as or "yes"
        if cell != own.of(expected):
            monotony.breach(f"unsure to {finding.id} does not count as {expected}")
    elif finding.unsure_as is not None and cell != own.of(finding.unsure_as):
        monotony.breach(f"unsure to {finding.id} does not count as {finding.unsure_as}")
