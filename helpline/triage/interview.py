"""What to ask next: in the table's order, and only what could still raise the urgency or add a flag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from helpline.triage.cells import Mask
from helpline.triage.findings import Item
from helpline.triage.rules import Facts, Rulebook
from helpline.triage.state import FindingId, Flag

_MEMO = 8_000

_NAMES = {
    "weeks": ("gestation_weeks", "trimester"),
    "trimester": ("gestation_weeks", "trimester"),
    "likely_pregnant": ("pregnant", "pregnancy_test", "missed_period"),
    "pregnant_or_6_weeks": ("pregnant", "days_since_event"),
    "phq2_total": ("phq2_interest", "phq2_mood"),
}
"""A rule that tests a derived finding names what it is derived from. `other_positives` names nothing: it only
keeps self-care away from whoever has another sign, and each of those signs has rules of its own."""


DANGER = "danger"
"""The screen of danger signs, which comes first (evidence, section 1.1)."""
DANGER_IN_ONE = "danger_screen"
"""The finding that asks for all its signs in one question."""
MOST_ITEMS = 5
"""What one screen may list (evidence, section 1.1)."""


def joins(item: Item, first: Item) -> bool:
    """Return whether the findings of a screen may fill up the one that is asked before it."""
    if item.alone or first.alone or not item.screen or not first.screen:
        return False
    return (item.after_advice, item.closing) == (first.after_advice, first.closing)


@dataclass(frozen=True, slots=True)
class Next:
    """What to ask: the place in the table, and those of its findings that still matter.

    A screen with room left also lists what the screens after it would ask next.
    """

    item: Item
    findings: tuple[FindingId, ...]


class Phase(NamedTuple):
    """Where the interview stands. `urgency` is that of the advice given or forced so far (-1: none).

    `advised`: an advice was given. `hospital`: it was hospital advice, so only `after_advice` items follow.
    """

    urgency: int
    flags: frozenset[Flag]
    advised: bool
    hospital: bool


class Interviewer:
    """The order of asking of one table, compiled."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._items = tuple(
            (item, rules.layout.mask(item.when), sum(rules.bit(f) for f in item.findings))
            for item in rules.table.interview
        )
        self._naming = self._naming_bits()
        self._dues = lru_cache(_MEMO)(self._dues_of)
        self.next = lru_cache(_MEMO)(self._next)

    def __reduce__(self) -> tuple[type[Interviewer], tuple[Rulebook]]:
        """Travel to another process as the rules alone."""
        return Interviewer, (self._rules,)

    def _next(self, facts: Facts, phase: Phase) -> Next | None:
        """Return what to ask next, or None when no question can raise the urgency or add a flag."""
        due = self._in_order(facts, phase)
        first = next(due, None)
        if first is None:
            return None
        listed = first.findings
        for more in due:
            if len(listed) >= MOST_ITEMS or not joins(more.item, first.item):
                break
            listed = tuple(dict.fromkeys((*listed, *more.findings)))
        return Next(first.item, listed[:MOST_ITEMS])

    def _in_order(self, facts: Facts, phase: Phase) -> Iterator[Next]:
        """Yield what is worth asking as things stand, in the table's order."""
        rules = self._rules
        known, closed = rules.known(facts), rules.closed(facts)
        wanted = self._wanted(facts, known, phase)
        passed = 0
        for item, when, bits in self._items:
            sought = rules.every if item.always else wanted
            due = sought & bits and self._due(item, phase)
            listed = self._listed(item, facts, sought) if due else ()
            if listed and self._holds(when, known, closed, facts, passed):
                yield Next(item, listed)
            else:
                passed |= bits

    def _holds(self, when: Mask, known: int, closed: int, facts: Facts, passed: int) -> bool:
        """Return whether a `when` holds: by what is known, or by what passed-over questions count as.

        A question earlier in the order that is not worth asking will not be asked before this one; so its
        missing answer is read as the table reads it at the end.
        """
        if when.holds(known):
            return True
        if not passed & ~facts.answered or not when.holds(known | closed):
            return False
        return when.holds(self._settled(known, closed, passed))

    def _settled(self, known: int, closed: int, passed: int) -> int:
        out = known
        for finding, own in self._rules.layout.cells.items():
            sources = self._naming.get(finding, 1 << own.number)
            if not known & own.all and passed & sources == sources:
                out |= closed & own.all
        return out

    @staticmethod
    def _due(item: Item, phase: Phase) -> bool:
        if phase.hospital:
            return item.after_advice
        return phase.advised or not item.closing

    def _listed(self, item: Item, facts: Facts, wanted: int) -> tuple[FindingId, ...]:
        rules = self._rules
        return tuple(f for f in item.findings if wanted & (b := rules.bit(f)) and not facts.answered & b)

    def _wanted(self, facts: Facts, known: int, phase: Phase) -> int:
        """Return the answered-bits of all findings that a live rule could still be decided by."""
        possible = self._rules.possible(facts, self._askable(facts, phase))
        wanted = 0
        for narrowest, compiled in self._rules.raising(phase.urgency, phase.flags):
            if (
                possible & narrowest
                and compiled.mask.holds(possible)
                and not compiled.mask.holds(known)
            ):
                wanted |= compiled.mask.wants(known, possible)
        return self._named(wanted)

    def _askable(self, facts: Facts, phase: Phase) -> int:
        """Return the findings that may still be asked: some place of theirs in the order is not ruled out."""
        due, everything = self._dues(phase.advised, phase.hospital)
        possible = self._rules.possible(facts, everything)
        askable = 0
        for when, bits in due:
            if bits & ~askable & ~facts.answered and when.holds(possible):
                askable |= bits
        return askable & ~facts.answered

    def _dues_of(self, advised: bool, hospital: bool) -> tuple[tuple[tuple[Mask, int], ...], int]:
        """Return the places that are due in a phase, each with its findings, and all these findings."""
        phase = Phase(-1, frozenset(), advised, hospital)
        due = tuple((when, bits) for item, when, bits in self._items if self._due(item, phase))
        everything = 0
        for _, bits in due:
            everything |= bits
        return due, everything

    def _named(self, wanted: int) -> int:
        out = wanted
        for finding, sources in self._naming.items():
            if wanted & self._rules.bit(finding):
                out |= sources
        return out

    def _naming_bits(self) -> dict[FindingId, int]:
        findings = self._rules.table.findings
        return {
            FindingId(name): sum(self._rules.bit(FindingId(s)) for s in sources)
            for name, sources in _NAMES.items()
            if FindingId(name) in findings
        }
