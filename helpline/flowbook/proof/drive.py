"""The engine driven: every question as it can stand, in every phase, with every answer, on both channels.

A place is a question as listed, with the kind of conversation, what is forced, and the advice and flags told
so far. From the first one, every answer is
given; whatever new place that leads to is visited in turn. At each step the engine is held against the model
of the interview, which the walk has proved, and against what each property promises.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from helpline.flowbook.proof.inputs import Inputs
from helpline.flowbook.proof.model import Model, Point
from helpline.flowbook.proof.person import Person
from helpline.flowbook.proof.promises import Promises
from helpline.flowbook.proof.report import Property, properties
from helpline.flowbook.proof.walk import path_class
from helpline.triage.flow import Flow
from helpline.triage.heard import Question, QuestionKind
from helpline.triage.state import Channel, FindingId, Language

Place = tuple[str, tuple[FindingId, ...], bool, int, int, frozenset[str], str]

PHRASES = ("any", "unsure")


class Drive:
    """Drives one flow on one channel in one language."""

    def __init__(self, flow: Flow, channel: Channel, language: Language, *, most: int = 0) -> None:
        self.model = Model(flow)
        self.properties: dict[str, Property] = properties()
        self.promises = Promises(flow, self.properties)
        self.inputs = Inputs(self.properties, self.promises)
        self.first = Person(flow, channel, language)
        self.name = f"{channel} {language}"
        self.places: dict[Place, Person] = {}
        self.turns = 0
        self.most = most
        """Places that are visited; 0: all."""

    def run(self) -> dict[str, Property]:
        """Visit every place and return what was found."""
        start = self.first.start()
        self.promises.keep(self.first, start)
        waiting = deque([start])
        self._note(start)
        while waiting and not 0 < self.most <= len(self.places):
            waiting.extend(self._visit(waiting.popleft()))
        tried = set[tuple[str, bool]]()
        for person in self.places.values():
            kind = (str(person.state.step), self.model.hospital <= self._told(person))
            if kind not in tried:
                tried.add(kind)
                self.inputs.try_all(person)
        self.properties["parity"].count(f"places on {self.name}", len(self.places))
        self.properties["parity"].count(f"answers on {self.name}", self.turns)
        return self.properties

    def _visit(self, person: Person) -> Iterator[Person]:
        for keys, expected in self._ways(person):
            self.turns += 1
            then = person.key(keys)
            self.promises.keep(person, then)
            self._held(person, then, keys, expected)
            if self._note(then):
                yield then

    def _note(self, person: Person) -> bool:
        asked = person.state.asked
        if asked is None or not asked.findings:
            return False
        flags = frozenset(f.value for f in person.state.flags)
        forced = self.model.rules.assess(self.model.rules.facts(person.answers), False).urgency
        kind = path_class(person.answers)
        place = (asked.id, asked.findings, bool(asked.one_by_one), self._told(person), forced, flags, kind)
        if place in self.places:
            return False
        self.places[place] = person
        return True

    def _told(self, person: Person) -> int:
        return self.model.table.urgency(person.state.disposition)

    def _ways(self, person: Person) -> Iterator[tuple[str, dict[FindingId, str | int] | None]]:
        """Yield keys for every answer, with what must be written down; None where more questions follow."""
        question = person.question
        if question is None:
            return
        if question.kind is QuestionKind.SCREEN:
            yield from _ticks(question)
        elif question.kind is QuestionKind.ANY:
            yield "2", dict.fromkeys(question.findings, "no")
            yield "1", None
            yield "3", None
        elif question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE):
            for start in self.model.rules.layout.cells[question.findings[0]].starts:
                yield str(start), {question.findings[0]: start}
        else:
            for choice in question.choices:
                yield choice.key, {question.findings[0]: choice.id}

    def _held(
        self, person: Person, then: Person, keys: str, expected: dict[FindingId, str | int] | None
    ) -> None:
        """Hold one step against what was pressed and against the model."""
        parity, answers = self.properties["parity"], then.answers
        asked = str(person.state.step)
        for finding, value in (expected or {}).items():
            if answers.get(finding) != value:
                what = f"{self.name}: {asked}: {keys} is written down as {answers.get(finding)}"
                parity.breach(what, answers)
        point = self._point(person, then)
        rest = bool(then.state.asked and then.state.asked.one_by_one) or bool(
            person.state.asked and person.state.asked.one_by_one
        )
        settled = expected is not None and then.state.asked is not None and not rest
        if settled and self._told(then) != point.told:
            wanted = self.model.rules.by_urgency.get(point.told)
            parity.breach(f"{self.name}: {asked}: {then.state.disposition} is told, not {wanted}", answers)
        now = then.state.asked
        if now is None or now.one_by_one or not now.findings or then.state.step in PHRASES:
            return
        if person.state.asked and now.findings[0] in person.state.asked.one_by_one:
            return
        suicide = FindingId("suicide_now")
        if now.findings == (suicide,) and suicide not in answers:
            return
        nxt = self.model.next(point)
        listed = nxt.findings if nxt else ()
        if listed != now.findings:
            what = f"{self.name}: after {asked} comes {now.findings}, the table says {listed}"
            parity.breach(what, answers)

    def _point(self, person: Person, then: Person) -> Point:
        """Return where the model stands with her answers, having told what the engine had told before."""
        told = self._told(person)
        last = person.state.disposition or person.state.last_disposition
        facts = self.model.rules.facts(then.answers, last, 1)
        flags = frozenset(person.state.flags)
        point = self.model.alarm(Point(then.answers, facts, -1, told, flags, (last,), 1))
        while point.told < self.model.top and self.model.next(point) is None:
            closed = self.model.close(point)
            if closed is None:
                break
            point = closed
        return replace(point, told=max(point.told, told))


def _ticks(question: Question) -> Iterator[tuple[str, dict[FindingId, str | int] | None]]:
    """Yield none, every item alone, every pair and all items of a screen."""
    findings = question.findings
    yield "0", dict.fromkeys(findings, "no")
    for size in (1, 2, len(findings)):
        for ticked in combinations(range(len(findings)), size):
            keys = " ".join(question.choices[n].key for n in ticked)
            yield keys, {f: "yes" if n in ticked else "no" for n, f in enumerate(findings)}
