"""What the proof found: figures behind each property, every violation with a readable witness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from helpline.triage.state import FindingId

MOST_SHOWN = 40
"""Violations of one property that are kept; their number is always given in full."""

Value = str | int
Json = str | int | float | bool | None | Mapping[str, "Json"] | list["Json"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: where, and the answers that lead to it."""

    what: str
    answers: Mapping[FindingId, Value] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Return the violation as plain data, benign answers left out of nothing."""
        answers: dict[str, Json] = {str(f): v for f, v in self.answers.items()}
        return {"what": self.what, "answers": answers}


@dataclass(slots=True)
class Property:
    """One of the properties. `checked` counts what was looked at, by kind; `argued` is not enumerated."""

    id: str
    claim: str
    argued: str = ""
    checked: dict[str, int] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    breaches: int = 0

    def count(self, what: str, number: int = 1) -> None:
        """Add to what stands behind the property."""
        self.checked[what] = self.checked.get(what, 0) + number

    def breach(self, what: str, answers: Mapping[FindingId, Value] | None = None) -> None:
        """Record a violation; of equal ones the shortest witness is kept."""
        self.breaches += 1
        answers = dict(answers or {})
        for n, old in enumerate(self.violations):
            if old.what == what:
                if len(answers) < len(old.answers):
                    self.violations[n] = Violation(what, answers)
                return
        if len(self.violations) < MOST_SHOWN:
            self.violations.append(Violation(what, answers))

    def add(self, other: Property) -> None:
        """Take over what another worker found for the same property."""
        for what, number in other.checked.items():
            self.count(what, number)
        extra = other.breaches - len(other.violations)
        for violation in other.violations:
            self.breach(violation.what, violation.answers)
        self.breaches += extra

    def to_json(self) -> dict[str, Json]:
        """Return the property as plain data."""
        return {
            "claim": self.claim,
            "holds": not self.breaches,
            "checked": dict(self.checked),
            "argued": self.argued,
            "breaches": self.breaches,
            "violations": [v.to_json() for v in self.violations],
        }


CLAIMS = {
    "soundness": "At the end the disposition is the maximum that the table forces on what was answered.",
    "completeness": "No unasked finding could still have raised it, save those listed with a reason.",
    "monotony": "A worse, an extra or an unsure answer never lowers urgency.",
    "parity": "The same answers give the same result on texts and calls, in each language.",
    "termination": "Every input reaches advice; no dead end; nothing answered is asked again.",
    "escalation": "Who gets emergency, crisis or safeguarding has a case, the number and a way to a person.",
    "words": "Every text exists, fits, is filled and is easy to read; every breath of speech is short.",
    "interrupts": "Each red-flag phrase of the lexicon fires in every state.",
}

ARGUED = {
    "soundness": (
        "Every test of every rule is compared with the file over all values of its finding, every derived "
        "finding over all values of its sources, whole sets of answers as drawn with a fixed seed. Ends are "
        "compared once for each set of rules that fired. States merged into one are equal for all rules that "
        "can still matter (proof.merge)."
    ),
    "completeness": (
        "Proved for every state the interview reaches from the beginnings listed under figures. For people "
        "who tell more unasked, any of 2 to 12 findings, it is sampled with a fixed seed, not enumerated."
    ),
    "monotony": (
        "Worse answers are proved by search over all complete sets of answers, not counting care at home "
        "above information. That this holds for the conversation follows from soundness and completeness. "
        "What has fired stands, since a rule needs only answers that stay. Corrections are new answers and "
        "may lower what was not yet told."
    ),
    "parity": (
        "The engine is driven with every answer to every question as listed, in every kind of conversation, "
        "level forced and level told that it occurs in; of a screen none, each item, each pair and all. "
        "Longer histories differ only in answers that the proof of the table covers."
    ),
    "termination": (
        "Every question adds an answer, so no path is longer than the number of findings; the worst is in "
        "the figures. Nonsense, silence and hanging up are tried at each question, not on each path."
    ),
    "escalation": (
        "Checked at every turn driven: in the first region on both channels in all languages, in each other "
        "region on one of these in turn and at its first 150 places, since a region changes only words and "
        "numbers."
    ),
    "words": "Every message is read by itself; put together they are checked at every turn driven.",
    "interrupts": "Each example is said once in each kind of question, phase, channel and language.",
}
"""What is not enumerated, or in how far it is."""


def properties() -> dict[str, Property]:
    """Return the eight properties, nothing checked yet."""
    return {id: Property(id, claim, ARGUED[id]) for id, claim in CLAIMS.items()}


def merge(into: dict[str, Property], more: Iterable[Property]) -> None:
    """Add what workers found."""
    for found in more:
        into[found.id].add(found)
