"""The interview as a process over answers alone: what is told when, what is asked next, what may be answered.

It says in a few lines what `triage.listen`, `triage.onward` and `triage.advise` do with words, timers and
cases around it; `proof.drive` holds the engine against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from helpline.triage.findings import Finding
from helpline.triage.flow import Flow
from helpline.triage.interview import Next, Phase
from helpline.triage.rules import Assessment, Compiled, Facts
from helpline.triage.state import FindingId, Flag

Value = str | int
Members = tuple[tuple[int, Compiled, int], ...]
Answered = tuple[Mapping[FindingId, Value], Facts]
EMERGENCY, HOSPITAL = "emergency", "emergency_department"
_NOTHING = Assessment(-1, None, frozenset(), ())


@dataclass(frozen=True, slots=True)
class Start:
    """How a contact begins: what is told unasked, the result of an earlier contact, contacts in 72 hours."""

    name: str
    told: Mapping[FindingId, Value]
    last: str | None = None
    contacts: int = 1


@dataclass(slots=True)
class Point:
    """Where a conversation stands. Not frozen only for speed: a million are made, and none is ever changed.

    `forced` is the urgency that what is known forces, `told` that of the advice given (-1: none); `lasts` are
    all results that counted as the last one so far, newest last.
    """

    values: Mapping[FindingId, Value]
    facts: Facts
    forced: int
    told: int
    flags: frozenset[Flag]
    lasts: tuple[str | None, ...]
    contacts: int

    @property
    def last(self) -> str | None:
        """Return the result given last."""
        return self.lasts[-1]


class Model:
    """The order of things of one flow."""

    def __init__(self, flow: Flow) -> None:
        self.table = flow.table
        self.rules = flow.rulebook
        self.interviewer = flow.interviewer
        self.hospital = flow.table.urgency(HOSPITAL)
        self.top = flow.table.urgency(EMERGENCY)
        self._answers: dict[tuple[FindingId, ...], tuple[Answered, ...]] = {}
        self.fired: Counter[str] = Counter()
        """Rules that fired in a conversation, by id; how often says nothing, since like states are one."""
        self._bled = self.rules.layout.cells[FindingId("bled_last_48h")].all
        """A new answer about bleeding settles another finding too: then all answers are read afresh."""

    def begin(self, start: Start) -> Point:
        """Return the point at which a contact begins, with what must be said at once said."""
        facts = self.rules.facts(start.told, start.last, start.contacts)
        return self.alarm(Point(dict(start.told), facts, -1, -1, frozenset(), (start.last,), start.contacts))

    def alarm(self, point: Point, live: Members | None = None) -> Point:
        """Tell at once what calls for it: hospital and worse, or more than was told before.

        `live` are the rules that can still raise the result; no others are looked at then.
        """
        while True:
            point = self._forced(point, live)
            if not (point.forced >= self.hospital or point.told >= 0) or point.forced <= point.told:
                return point
            point = self.tell(point, point.forced)

    def _forced(self, point: Point, live: Members | None) -> Point:
        """Return a point with what its answers force added to what was forced before; nothing is told yet."""
        result = self.rules.assess(point.facts, False) if live is None else self._fired(point.facts, live)
        if result.urgency <= point.forced and result.flags <= point.flags:
            return point
        forced, flags = max(result.urgency, point.forced), point.flags | result.flags
        return Point(point.values, point.facts, forced, point.told, flags, point.lasts, point.contacts)

    def _fired(self, facts: Facts, live: Members) -> Assessment:
        known = self.rules.known(facts)
        fired = [c for _, c, narrowest in live if known & narrowest and c.mask.holds(known)]
        if not fired:
            return _NOTHING
        self.fired.update(c.rule.id for c in fired)
        urgency = max((c.urgency for c in fired), default=-1)
        flags = frozenset(f for c in fired for f in c.flags)
        return Assessment(urgency, self.rules.by_urgency.get(urgency), flags, ())

    def tell(self, point: Point, urgency: int) -> Point:
        """Give the advice of an urgency; what was told before stands if it was more."""
        level = max(point.told, urgency)
        last = self.rules.by_urgency[level]
        own = self.rules.layout.cells[FindingId("last_disposition")]
        old = point.facts
        facts = Facts(old.told, old.answered, old.extra & ~own.all | own.of(last))
        lasts = (*point.lasts, last)
        return Point(point.values, facts, point.forced, level, point.flags, lasts, point.contacts)

    def phase(self, point: Point) -> Phase:
        """Return the phase as the interviewer needs it."""
        urgency = max(point.forced, point.told)
        return Phase(urgency, point.flags, point.told >= 0, urgency >= self.hospital)

    def next(self, point: Point) -> Next | None:
        """Return what is asked next, None when nothing is."""
        return self.interviewer.next(point.facts, self.phase(point))

    def over(self, point: Point) -> bool:
        """Return whether she was told to call the emergency number, after which nothing is asked."""
        return point.told >= self.top

    def close(self, point: Point) -> Point | None:
        """Tell the result once nothing is left to ask; None when it was told already."""
        result = self.rules.assess(point.facts, True)
        if point.told >= 0 and result.urgency <= point.told and result.flags <= point.flags:
            return None
        told = self.tell(replace(point, flags=point.flags | result.flags), result.urgency)
        return told if self.over(told) else self.alarm(told)

    def answers(self, findings: tuple[FindingId, ...]) -> tuple[Answered, ...]:
        """Return every way to answer a question, one value a cell; unsure falls into one of them."""
        known = self._answers.get(findings)
        if known is None:
            known = self._answers[findings] = tuple(self._all_answers(findings))
        return known

    def _all_answers(self, findings: tuple[FindingId, ...]) -> Iterator[Answered]:
        cells = self.rules.layout.cells
        choices: list[tuple[Value, ...]] = []
        for finding in findings:
            known = self.table.findings[finding]
            choices.append(cells[finding].starts if known.numeric else known.values)
        for combination in product(*choices):
            values = dict(zip(findings, combination, strict=True))
            yield values, self.rules.facts(values)

    def answer(
        self, point: Point, answered: Answered, live: Members | None = None, *, more: bool = False
    ) -> Point:
        """Return where an answer leads, before anything is asked next. With `more`, nothing is told yet."""
        values, own = answered
        facts = Facts(point.facts.told | own.told, point.facts.answered | own.answered, point.facts.extra)
        known = {**point.values, **values}
        if own.told & self._bled:
            facts = self.rules.facts(known, point.last, point.contacts)
        then = Point(known, facts, point.forced, point.told, point.flags, point.lasts, point.contacts)
        return self._forced(then, live) if more else self.alarm(then, live)


def benign(finding: Finding) -> Value:
    """Return the answer of somebody who has nothing."""
    if finding.numeric:
        return finding.min
    good = {"can_get_there": "yes", "safe_to_text": "yes", "safe_at_home": "yes", "person_with_caller": "yes",
            "age_group": "adult", "scan_confirmed": "yes", "pregnant": "yes", "baby_movement": "normal"}
    if finding.id in good:
        return good[finding.id]
    for value in ("no", "none", "normal", "negative", "stopped", "better", "seen", "self"):
        if value in finding.values:
            return value
    return finding.values[0]
