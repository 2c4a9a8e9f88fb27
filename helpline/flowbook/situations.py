"""The situations in which the order of asking differs, and what each question can force in one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from helpline.flowbook.content import SHORT, Content, Plain
from helpline.flowbook.picture import Badge, Box, Picture, Row
from helpline.triage.findings import Condition, Finding, Item, Range, Rule, Test
from helpline.triage.state import FindingId, Language

_EN = Language("en")


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation: what is true in it (finding -> values), and how a nurse would call it."""

    id: str
    title: str
    facts: dict[str, tuple[str, ...]]
    after: bool = False

    @property
    def condition(self) -> Condition:
        """Return what is true in it as a condition."""
        return Condition(tuple(Test(FindingId(f), frozenset(v)) for f, v in self.facts.items()))


_YES, _NO = ("yes",), ("no",)
_NOW = {"pregnant": _YES, "likely_pregnant": _YES, "pregnant_or_6_weeks": _YES}
SITUATIONS = (
    Situation("early", "Pregnant, up to 13 weeks", {**_NOW, "trimester": ("first",)}),
    Situation("later", "Pregnant, 14 weeks on", {**_NOW, "trimester": ("second", "third")}),
    Situation("weeks_unknown", "Pregnant, weeks not known", {**_NOW, "trimester": ("unknown",)}),
    Situation("maybe", "Maybe pregnant", {"pregnant": ("maybe",), "pregnant_or_6_weeks": _YES}),
    Situation("ended", "A pregnancy that has ended", {"pregnant": ("recent",), "likely_pregnant": _NO}),
    Situation(
        "says_no",
        "Says not pregnant",
        {"pregnant": _NO, "likely_pregnant": _NO, "pregnant_or_6_weeks": _NO},
    ),
    Situation("after_advice", "After the advice", {}, after=True),
)
"""Between them they hold everybody; `draw` makes a picture of each."""


ABOUT = (
    "From top to bottom: the questions as they are sent, most dangerous first. A question is left out when "
    "no answer to it could raise the result any more, or when it was already told. A badge says what an "
    "answer forces; a dashed badge (up to …) needs something else as well. An answer without a badge forces "
    "nothing by itself: see the boxes “Together”, in which all that stands between semicolons must be so, "
    "and of what stands between strokes one. “Not sure” counts as the dangerous answer unless the table says "
    "otherwise."
)
AFTER = (
    "Once advice was given. After “hospital now” only these are asked, and they can still raise it; some "
    "also follow milder advice. After “emergency number now” nothing more is asked. What these answers force "
    "together with those given before stands in the picture of the situation."
)


class Map:
    """Draws the order of asking of one table."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.plain = Plain(content)

    def picture(self, situation: Situation) -> Picture:
        """Return the order of asking in one situation, with what each answer forces, and the rules."""
        boxes = [self.item(item, situation) for item in self._items(situation)]
        return Picture(
            id=situation.id,
            title=f"Order of asking: {situation.title.lower()}",
            about=AFTER if situation.after else ABOUT,
            boxes=(*boxes, self._end(situation)),
            beside=tuple(self._rules(situation)),
            foot=self.content.status,
        )

    def _items(self, situation: Situation) -> Iterator[Item]:
        for item in self.content.table.interview:
            wanted = item.after_advice or item.closing if situation.after else not item.closing
            if wanted and self._possible(situation, item.when):
                yield item

    def _possible(self, situation: Situation, *conditions: Condition) -> bool:
        return self.content.logic.possible(_both(situation.condition, *conditions))

    def item(self, item: Item, situation: Situation) -> Box:
        """Return one question or screen of the order, as a box."""
        only = self.plain.condition(self._rest(item.when, situation))
        if situation.after and item.closing and not item.after_advice:
            only = "; ".join(filter(None, (only, "the advice was given")))
        if item.screen:
            words = self._words(f"screen.{item.id}")
            rows = tuple(self._screened(item, n, situation) for n in range(len(item.findings)))
            return Box("ask", f"Screen “{item.id.replace('_', ' ')}”", words, only, rows)
        finding = self.content.table.findings[item.findings[0]]
        words = self._words(f"ask.{finding.id}")
        name = self.plain.name(finding.id)
        title = name[:1].upper() + name[1:]
        return Box("ask", title, words, only, tuple(self._rows(finding, item, situation)))

    def _words(self, message: str) -> str:
        known = self.content.flow.messages[_EN].get(message)
        return f"“{known.text}”" if known else ""

    def _screened(self, item: Item, n: int, situation: Situation) -> Row:
        finding = item.findings[n]
        known = self.content.flow.messages[_EN].get(f"item.{item.id}.{finding}")
        label = known.text if known else self.plain.name(finding)
        test = Test(finding, frozenset({"yes"}))
        return Row(label, str(n + 1), self._badges(test, _both(situation.condition, item.when)))

    def _rows(self, finding: Finding, item: Item, situation: Situation) -> Iterator[Row]:
        """Yield the answers to a question; numbers in the stretches between which the table tells apart."""
        here = _both(situation.condition, item.when)
        if finding.numeric:
            for low, high in self._stretches(finding):
                badges = self._badges(Test(finding.id, Range(low, high)), here)
                if badges:
                    yield Row(str(low) if low == high else f"{low} to {high}", "", badges)
            return
        values = ("yes", "no") if finding.kind == "yes_no" else finding.values
        for n, value in enumerate(values, 1):
            test = Test(finding.id, frozenset({value}))
            words = {"yes": "Yes", "no": "No"}.get(value, value) if finding.kind == "yes_no" else ""
            words = words or self.plain.value(finding.id, value)
            if self._possible(situation, Condition((test,))):
                yield Row(words, str(n), self._badges(test, here))
            else:
                yield Row(f"{words} (another picture)", str(n), muted=True)

    def _stretches(self, finding: Finding) -> Iterator[tuple[int, int]]:
        cuts = {finding.min, finding.max + 1}
        for rule in self._flags_of(finding.id):
            for test in rule.when.tests:
                if test.finding == finding.id and isinstance(test.values, Range):
                    cuts |= {test.values.low, test.values.high + 1}
        inside = sorted(c for c in cuts if finding.min <= c <= finding.max + 1)
        yield from ((low, high - 1) for low, high in pairwise(inside))

    def _flags_of(self, finding: FindingId) -> list[Rule]:
        return [rule for rule in self.content.table.rules if rule.finding == finding]

    def _badges(self, test: Test, asked: Condition) -> tuple[Badge, ...]:
        """Return what an answer forces for certain where it is asked, and what it can force with more.

        What is forced there whatever is answered is no news of this answer, and not shown.
        """
        logic, table = self.content.logic, self.content.table
        here = _both(asked, Condition((test,)))
        own = self._flags_of(test.finding)
        sure = [r for r in table.rules if logic.implies(here, r.when) and not logic.implies(asked, r.when)]
        some = [r for r in own if r not in sure and logic.possible(_both(here, r.when))]
        certain = max((table.urgency(r.disposition) for r in sure), default=-1)
        more = max((table.urgency(r.disposition) for r in some), default=-1)
        badges = [self._badge(certain)] if certain > 0 else []
        badges += [self._badge(more, some=True)] if more > max(certain, 0) else []
        flags = {f.value: r in sure for r in (*some, *sure) for f in r.flags}
        badges += [Badge(f, SHORT[f], some=not certainly) for f, certainly in sorted(flags.items())]
        return tuple(badges)

    def _badge(self, urgency: int, *, some: bool = False) -> Badge:
        level = next(d.id for d in self.content.table.dispositions if d.urgency == urgency)
        return Badge(level, SHORT.get(level, level.upper()), some)

    def _rest(self, condition: Condition, situation: Situation) -> Condition:
        """Return what a condition still asks for once the situation is known."""
        logic, here = self.content.logic, situation.condition
        tests = tuple(t for t in condition.tests if not logic.implies(here, Condition((t,))))
        ways = [self._rest(way, situation) for way in condition.any if self._possible(situation, way)]
        if any(way == Condition() for way in ways):
            ways = []
        return Condition(tests, tuple(dict.fromkeys(ways)))

    def _rules(self, situation: Situation) -> Iterator[Box]:
        """Yield the rules over several answers that can fire here, a box for each disposition."""
        rules = [r for r in self.content.table.rules if r.finding is None]
        here = [r for r in rules if self._possible(situation, r.when) and self._fits(r, situation)]
        for disposition in reversed(self.content.table.dispositions):
            own = [r for r in here if r.disposition == disposition.id]
            if own:
                words = [self.plain.because(self._rest(r.when, situation)) for r in own]
                badge = (Badge(disposition.id, SHORT.get(disposition.id, disposition.id)),)
                rows = (Row("When all of one line is so:", "", badge),)
                lines = tuple(Row(line, "•") for line in dict.fromkeys(words) if line)
                yield Box("rules", "Together", "", "", (*rows, *lines))

    def _fits(self, rule: Rule, situation: Situation) -> bool:
        after = any(t.finding == "last_disposition" for t in rule.when.tests)
        return after if situation.after else not after

    def _end(self, situation: Situation) -> Box:
        defaults = self.content.table.defaults
        if situation.after:
            words = "The most urgent of all that fired stands. Nothing that was said is ever lowered."
            return Box("end", "No question is left", words)
        ends = (
            ("nothing fired, but bleeding, pain or another sign was told", defaults.symptom_reported),
            ("nothing fired and no sign was told", defaults.no_symptom),
            ("she broke off after telling of bleeding or pain: at least", defaults.abandoned_symptom),
            ("she broke off otherwise: at least", defaults.abandoned_otherwise),
            ("two answers not understood: at least, and a person", defaults.not_understood_twice),
        )
        rows = tuple(Row(words, "", (Badge(level, SHORT.get(level, level)),)) for words, level in ends)
        words = (
            "The result is the most urgent of all that fired. Nothing lowers it. As soon as it is “hospital "
            "now” the advice is sent; “emergency number now” ends the questions."
        )
        return Box("end", "No question is left: the result", words, "", rows)


def _both(*conditions: Condition) -> Condition:
    """Return a condition that holds where all of several hold."""
    tests = tuple(test for condition in conditions for test in condition.tests)
    ways = [condition.any for condition in conditions if condition.any]
    joined: tuple[Condition, ...] = ways[0] if ways else ()
    for more in ways[1:]:
        joined = tuple(_both(a, b) for a in joined for b in more)
    return Condition(tests, joined)
