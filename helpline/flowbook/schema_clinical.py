"""The shape of the clinical files: findings, evidence, examples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from helpline.flowbook.shape import Id, ReviewFile, Strict, When

AWAITING = "awaiting review"
"""What stands for the reviewer of a source whom nobody has named yet."""


class DispositionFile(Strict):
    """One level of urgency. `minutes` within which care is needed."""

    id: Id
    minutes: int | None = None
    label: str


class FlagFile(Strict):
    """A mark that does not depend on urgency."""

    id: Literal["crisis", "safeguarding"]
    label: str


class DefaultsFile(Strict):
    """What counts when no rule decides."""

    yes_no_values: list[str]
    unsure_as: str
    no_rule_fired_symptom_reported: Id
    no_rule_fired_no_symptom: Id
    triage_abandoned_bleeding_or_pain_reported: Id
    triage_abandoned_otherwise: Id
    not_understood_twice: Id


class DerivedFile(Strict):
    """A finding that is computed."""

    id: Id
    type: Literal["yes_no", "choice", "number"]
    min: int = 0
    max: int = 0
    choices: list[str] = []
    from_: list[Id] = Field(alias="from")
    note: str


class RedFlagFile(Strict):
    """What one value of one finding forces."""

    value: Any
    when: When = {}
    disposition: Id
    flags: list[Literal["crisis", "safeguarding"]] = []


class FindingFile(Strict):
    """One thing that is asked or told."""

    id: Id
    type: Literal["yes_no", "choice", "number", "scale"]
    choices: list[str] = []
    labels: dict[str, str] = {}
    min: int = 0
    max: int = 0
    question: str
    unsure_as: str | int | None = None
    if_missing: str | int | None = None
    no_counts_as: str | None = None
    red_flags: list[RedFlagFile] = []
    note: str = ""
    source: list[Id] = []


class RuleFile(Strict):
    """What a combination of findings forces."""

    id: Id
    when: When
    disposition: Id
    flags: list[Literal["crisis", "safeguarding"]] = []
    source: list[Id] = []


class ItemFile(Strict):
    """One place in the order of asking: `ask` one finding or `screen` several."""

    ask: Id | None = None
    screen: Id | None = None
    asks: list[Id] = Field(default=[], max_length=5)
    labels: dict[str, Annotated[str, Field(max_length=26)]] = {}
    when: When = {}
    after_advice: bool = False
    closing: bool = False
    alone: bool = False
    always: bool = False


class NotAskedFile(Strict):
    """Findings that the interview leaves out when `when` holds and `unless` does not, and why."""

    findings: list[Id] = Field(min_length=1)
    when: When = {}
    unless: When = {}
    why: str


class TableFile(Strict):
    """flows/clinical/findings.yaml. Without a `review` it awaits one."""

    version: int
    review: ReviewFile | None = None
    dispositions: list[DispositionFile]
    flags: list[FlagFile]
    defaults: DefaultsFile
    contexts: dict[str, When] = Field(default={}, alias="x-contexts")
    sources: dict[str, str]
    derived: list[DerivedFile]
    findings: list[FindingFile]
    rules: list[RuleFile]
    interview: list[ItemFile]
    never_asked: dict[str, str] = {}
    not_asked: list[NotAskedFile] = []


class SourceFile(Strict):
    """One source of the table. `checked`: S read for the table, G general knowledge, M our own margin."""

    id: Id
    title: str
    year: int | None = None
    section: str = Field(min_length=1)
    link: str | None = None
    checked: Literal["S", "G", "M", "S/G"]
    note: str = ""
    reviewer: str
    review_by: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class EvidenceFile(Strict):
    """flows/clinical/evidence.yaml. `sentences`: message id, or the beginning of one -> its sources."""

    version: int
    sources: list[SourceFile]
    sentences: dict[str, list[Id]] = {}


class ExampleFile(Strict):
    """One worked case that a rule alone decides, or the rule that always decides as much.

    `evidence` is the section of the evidence page from which it was written.
    """

    rule: str
    story: str
    facts: dict[Id, str | int] = {}
    last_disposition: Id | None = None
    contacts_72h: int = 1
    disposition: Id | None = None
    flags: list[Literal["crisis", "safeguarding"]] = []
    covered_by: str | None = None
    evidence: str


class ExamplesFile(Strict):
    """flows/clinical/examples.yaml."""

    version: int
    examples: list[ExampleFile]
