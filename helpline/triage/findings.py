"""The clinical table: findings, red flags and rules, dispositions, the order of asking.

The table is content; this module only gives it a shape. What it means to `hold` or to be `ruled out` is
decided in `rules`, and what to ask next in `interview`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpline.triage.state import FindingId, Flag

YES, NO, UNSURE, UNKNOWN = "yes", "no", "unsure", "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Disposition:
    """How soon she needs whom. `urgency` is 0 for the mildest; `minutes` is the time within which, if any."""

    urgency: int
    id: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def holds(self, value: int) -> bool:
        """Return whether `value` lies in the range."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Test:
    """One finding against what it may be: a set of values, or a range of numbers."""

    finding: FindingId
    values: frozenset[str] | Range


@dataclass(frozen=True, slots=True)
class Condition:
    """All of `tests`, and at least one of `any` where there are some."""

    tests: tuple[Test, ...] = ()
    any: tuple[Condition, ...] = ()


ALWAYS = Condition()
"""The condition that always holds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is asked or told.

    `kind` is `yes_no`, `choice`, `number` or `scale`. `unsure_as` is what unsure counts as (for yes_no: `yes`
    where the table says nothing); `if_missing` what a missing answer counts as once the interview is over,
    None: a test on it stays false. `values` are the choices, without unsure.
    """

    id: FindingId
    kind: str
    values: tuple[str, ...] = ()
    min: int = 0
    max: int = 0
    unsure_as: str | int | None = None
    if_missing: str | int | None = None
    sources: tuple[str, ...] = ()
    no_counts_as: str | None = None
    """What a plain no counts as where it answers nothing: it is asked about once more before."""
    derived_from: tuple[FindingId, ...] | None = None
    """For what is computed and never asked: from what."""

    @property
    def numeric(self) -> bool:
        """Return whether its values are whole numbers."""
        return self.kind in ("number", "scale")


@dataclass(frozen=True, slots=True)
class Rule:
    """A red flag (about one finding: `finding` says which) or a rule (a combination): a minimum."""

    id: str
    when: Condition
    disposition: str
    flags: frozenset[Flag] = frozenset()
    sources: tuple[str, ...] = ()
    finding: FindingId | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One place in the order of asking: a finding, or a screen of several.

    `after_advice` items go on being asked once hospital advice is given; `closing` ones are asked only after
    an advice, whatever it was.
    """

    id: str
    findings: tuple[FindingId, ...]
    screen: bool = False
    when: Condition = ALWAYS
    after_advice: bool = False
    closing: bool = False
    alone: bool = False
    """A screen that neither fills up another nor is filled up: its opening words belong to its own items."""
    always: bool = False
    """Asked whenever its condition holds: it changes what may be sent, not how urgent it is."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts when no rule decides: disposition ids, each "at least"."""

    symptom_reported: str
    no_symptom: str
    abandoned_symptom: str
    abandoned_otherwise: str
    not_understood_twice: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Findings the interview leaves out in some situations though they could raise the urgency, and why.

    The situation: `when` holds, and `unless`, where there is one, does not.
    """

    findings: tuple[FindingId, ...]
    when: Condition
    unless: Condition | None
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """The clinical table as loaded: checked, with no name unresolved.

    `dispositions` run from the mildest to the most urgent. `positives` are the findings counted by
    `other_positives`.
    """

    version: int
    dispositions: tuple[Disposition, ...]
    findings: Mapping[FindingId, Finding]
    rules: tuple[Rule, ...]
    interview: tuple[Item, ...]
    defaults: Defaults
    positives: tuple[FindingId, ...] = ()
    never_asked: Mapping[FindingId, str] | None = None
    """Findings that the interview leaves out, each with its reason."""
    not_asked: tuple[NotAsked, ...] = ()
    """Findings that it leaves out in some situations only."""

    def urgency(self, disposition: str | None) -> int:
        """Return the urgency of a disposition by id, -1 for None."""
        return next((d.urgency for d in self.dispositions if d.id == disposition), -1)

    def screen_of(self, screen: str, finding: FindingId) -> str:
        """Return the screen whose label a finding carries: its own, or the one from which it fills up."""
        ids = [item.id for item in self.interview]
        after = self.interview[ids.index(screen) :]
        return next(item.id for item in after if item.screen and finding in item.findings)
