"""The walk: every state the interview can reach, each once, with the number of paths that lead through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from helpline.flowbook.proof.gaps import Gaps
from helpline.flowbook.proof.merge import Key, Merger
from helpline.flowbook.proof.model import Model, Point, Value, benign
from helpline.flowbook.proof.oracle import Oracle
from helpline.flowbook.proof.report import Property, properties
from helpline.triage.flow import Flow
from helpline.triage.interview import Next
from helpline.triage.rules import Assessment
from helpline.triage.state import FindingId


@dataclass(slots=True)
class Summary:
    """What lies ahead of a state: paths, and how many of them reach the first advice after n questions."""

    paths: int = 0
    to_advice: Counter[int] = field(default_factory=Counter)
    to_end: int = 0

    def take(self, ahead: Summary, *, questions: int, told: bool) -> None:
        """Add one branch. `told`: the advice was given before it."""
        self.paths += ahead.paths
        self.to_end = max(self.to_end, ahead.to_end + questions)
        if told:
            self.to_advice[0] += ahead.paths
            return
        for count, paths in ahead.to_advice.items():
            self.to_advice[count + questions] += paths

    def add(self, other: Summary) -> None:
        """Add branches that were summed up apart."""
        self.paths += other.paths
        self.to_end = max(self.to_end, other.to_end)
        self.to_advice.update(other.to_advice)

    def branch(self, ahead: Summary, before: int, after: int) -> None:
        """Add what lies ahead of one answer; `before` and `after` are what was told before and after it."""
        if not before < 0 <= after:
            self.take(ahead, questions=1, told=before >= 0)
            return
        self.paths += ahead.paths
        self.to_end = max(self.to_end, ahead.to_end + 1)
        self.to_advice[1] += ahead.paths


@dataclass(slots=True)
class Found:
    """What a walk gathered beside the summary."""

    properties: dict[str, Property] = field(default_factory=properties)
    states: int = 0
    edges: int = 0
    ends: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    classes: dict[str, set[str]] = field(default_factory=dict)
    class_paths: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: Found) -> None:
        """Take over what another worker found."""
        for id, found in other.properties.items():
            self.properties[id].add(found)
        self.states += other.states
        self.edges += other.edges
        self.ends += other.ends
        self.fired.update(other.fired)
        self.decided.update(other.decided)
        self.reasons.update(other.reasons)
        self.class_paths.update(other.class_paths)
        for name, rules in other.classes.items():
            self.classes.setdefault(name, set()).update(rules)


class Walker:
    """Walks one flow's interview. Remembers every state it has been to."""

    def __init__(self, flow: Flow, oracle: Oracle) -> None:
        self.model = Model(flow)
        self.oracle = oracle
        self.merger = Merger(flow.table, flow.rulebook)
        self.gaps = Gaps(flow)
        self.found = Found(fired=self.model.fired)
        self._seen: dict[tuple[int, Key], Summary] = {}
        self._half: dict[tuple[int, tuple[FindingId, ...], Key], Summary] = {}
        self._judged: set[tuple[str, ...]] = set()
        self._urgency = {c.rule.id: c.urgency for c in flow.rulebook.rules}

    def walk(self, point: Point, live: int | None = None) -> Summary:
        """Return what lies ahead of a point, having checked all of it."""
        if self.model.over(point):
            return self._emergency(point)
        facts, phase = point.facts, self.model.phase(point)
        live = self.merger.live(facts, phase, self.merger.all_live if live is None else live)
        key = (point.told, self.merger.key(facts, phase, live))
        known = self._seen.get(key)
        if known is None:
            self._stands(point)
            known = self._seen[key] = self._ahead(point, live)
            self.found.states += 1
        return known

    def _stands(self, point: Point) -> None:
        """Check that what has fired on the way here still stands, and that nothing was overlooked."""
        result = self.model.rules.assess(point.facts, False)
        monotony = self.found.properties["monotony"]
        monotony.count("states in which all that fired before stands")
        at_once = result.urgency >= self.model.hospital or point.told >= 0
        late = at_once and result.urgency > point.told
        if late or result.urgency > point.forced or not result.flags <= point.flags:
            monotony.breach(f"{result.disposition} is forced and was not told", point.values)
        self.found.fired.update(result.because)
        self._note_kind(point, result)

    def _ahead(self, point: Point, live: int) -> Summary:
        asked = self.model.next(point)
        if asked is None:
            closed = self.model.close(point)
            if closed is None:
                return self._end(point, live)
            summary = Summary()
            summary.take(self.walk(closed), questions=0, told=point.told < 0)
            return summary
        self._question(point, asked)
        return self._listed(point, asked.findings, self._settle(point, live))

    def _listed(self, point: Point, findings: tuple[FindingId, ...], live: int) -> Summary:
        """Return what lies ahead of a question about some findings, answered one after the other.

        Nothing is told before the last of them is answered: their order makes no difference, and answers
        after which all is the same need not be followed apart.
        """
        first, *rest = findings
        members = self.merger.touched(live, (first,))
        summary = Summary()
        for given in self.model.answers((first,)):
            self.found.edges += 1
            then = self.model.answer(point, given, members, more=bool(rest))
            if rest:
                summary.add(self._half_answered(then, tuple(rest), live))
            else:
                summary.branch(self.walk(then, live), point.told, then.told)
        return summary

    def _half_answered(self, point: Point, left: tuple[FindingId, ...], live: int) -> Summary:
        """Return what lies ahead of a screen of which some findings are `left`."""
        phase = self.model.phase(point)
        live = self.merger.live(point.facts, phase, live)
        key = (point.told, left, self.merger.key(point.facts, phase, live))
        known = self._half.get(key)
        if known is None:
            known = self._half[key] = self._listed(point, left, live)
        return known

    def _settle(self, point: Point, live: int) -> int:
        """Check for gaps what no later question touches, and return the rules that later ones do."""
        kept = self.merger.kept(point.facts, self.model.phase(point), live)
        if kept != live:
            self._complete(point, live & ~kept)
            if point.told >= 0:
                self._note(point, self.model.rules.assess(point.facts, True))
        return kept

    def one_step(self, point: Point, turn: int) -> Point | None:
        """Go one question on, taking one of the answers by `turn`; None at the end, which is checked."""
        if self.model.over(point):
            self._emergency(point)
            return None
        asked = self.model.next(point)
        if asked is None:
            closed = self.model.close(point)
            if closed is None:
                phase = self.model.phase(point)
                self._end(point, self.merger.live(point.facts, phase, self.merger.all_live))
            return closed
        self._question(point, asked)
        self.found.edges += 1
        length = len(point.values)
        if turn == 0 or (turn * 5 + length) % 7:
            given = {f: benign(self.model.table.findings[f]) for f in asked.findings}
            return self.model.answer(point, (given, self.model.rules.facts(given)))
        answers = self.model.answers(asked.findings)
        return self.model.answer(point, answers[(turn * 7 + length * 3) % len(answers)])

    def _question(self, point: Point, asked: Next) -> None:
        """Check that a question is a new one, is allowed where it stands, and comes in the right order."""
        ends = self.found.properties["termination"]
        ends.count("questions")
        again = [f for f in asked.findings if f in point.values]
        if again or not asked.findings:
            ends.breach(f"{asked.item.id} asks again for {', '.join(again)}", point.values)
        if point.told >= self.model.hospital and not asked.item.after_advice:
            ends.breach(f"{asked.item.id} is asked after hospital advice", point.values)

    def _emergency(self, point: Point) -> Summary:
        """Check a path that ended with the emergency number."""
        result = self.model.rules.assess(point.facts, False)
        if result.urgency < self.model.top and len(point.lasts) > 1:
            own = self.model.rules.layout.cells[FindingId("last_disposition")]
            extra = point.facts.extra & ~own.all | own.of(point.lasts[-2])
            result = self.model.rules.assess(point.facts._replace(extra=extra), False)
        at_end = result.urgency < self.model.top
        self._judge(point, result.because, closed=at_end)
        self.found.fired.update(result.because)
        self._note_end(point, self.model.rules.assess(point.facts, True) if at_end else result)
        return Summary(1, Counter({0: 1}), 0)

    def _judge(self, point: Point, because: tuple[str, ...], *, closed: bool) -> None:
        """Hold an end against the file, once for each set of rules that fired and each way it was told."""
        how = (*because, str(point.told), *sorted(point.flags), *(str(last) for last in point.lasts))
        if how not in self._judged:
            self._judged.add(how)
            self._sound(point, closed=closed)

    def _end(self, point: Point, live: int) -> Summary:
        result = self.model.rules.assess(point.facts, True)
        self._judge(point, result.because, closed=True)
        self.found.properties["completeness"].count("ends")
        self._complete(point, live | self.merger.about_last)
        self._note_end(point, result)
        return Summary(1, Counter({0: 1}), 0)

    def _complete(self, point: Point, live: int) -> None:
        """Check that what could still make a rule of `live` fire is left unasked for a reason."""
        complete = self.found.properties["completeness"]
        complete.count("rules held against what was not asked", live.bit_count())
        for gap in self.gaps.of(point, self.model, live):
            if gap.why:
                self.found.reasons[gap.why] += 1
            else:
                complete.breach(gap.what, {**point.values, **gap.witness})

    def _sound(self, point: Point, *, closed: bool) -> None:
        """Hold the result told against the oracle's reading of the file."""
        sound = self.found.properties["soundness"]
        sound.count("ends compared with the file")
        ranks, flags, ids = [], frozenset[str](), frozenset[str]()
        for last in dict.fromkeys(point.lasts):
            level, raised, fired = self.oracle.result(point.values, last, point.contacts, closed=closed)
            ranks.append(self.oracle.rank(level))
            flags, ids = flags | raised, ids | fired
        if max(ranks) != point.told:
            told = self.model.rules.by_urgency.get(point.told)
            sound.breach(f"told {told}, but the table forces {self.oracle.levels[max(ranks)]}", point.values)
        at_end = self.model.rules.assess(point.facts, True).flags
        if not flags <= point.flags or not point.flags <= flags | at_end:
            sound.breach(f"flags {sorted(point.flags)} are told, {sorted(flags)} are forced", point.values)

    def _note_end(self, point: Point, result: Assessment) -> None:
        self.found.ends += 1
        self.found.class_paths[path_class(point.values)] += 1
        self._note(point, result)

    def _note(self, point: Point, result: Assessment) -> None:
        """Note what fired by an end, and which rule decided alone."""
        self.found.fired.update(result.because)
        self._note_kind(point, result)
        first, *others = *(self._urgency[id] for id in result.because[:2]), -1
        if first == result.urgency and others[0] < first:
            self.found.decided[result.because[0]] += 1

    def _note_kind(self, point: Point, result: Assessment) -> None:
        """Note which rules fired in which kind of conversation."""
        self.found.classes.setdefault(path_class(point.values), set()).update(result.because)


def path_class(values: Mapping[FindingId, Value]) -> str:
    """Return the kind of conversation: who she is, and how far along or after what."""
    pregnant = str(values.get(FindingId("pregnant"), "not asked"))
    weeks, trimester = values.get(FindingId("gestation_weeks")), values.get(FindingId("trimester"))
    if pregnant == "recent":
        return f"ended: {values.get(FindingId('recent_event'), 'not asked')}"
    if isinstance(weeks, int) and weeks >= 1:
        trimester = "first" if weeks <= 13 else "second" if weeks <= 27 else "third"
    if pregnant in ("yes", "maybe"):
        return f"pregnant {pregnant}: {trimester or 'not asked'}"
    return f"pregnant {pregnant}"
