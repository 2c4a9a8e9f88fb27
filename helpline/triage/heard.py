"""What was made of a message: the shapes between understanding and the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpline.triage.state import FindingId, Language


class QuestionKind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    SCALE = "scale"
    SCREEN = "screen"
    """Every number that fits, or 0 for none; several findings."""
    ANY = "any"
    """The spoken form of a screen: does any of these fit, yes or no."""
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing she may pick. `id` is a value, a finding (on a screen) or a menu entry."""

    id: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """The question that stands. `findings` has one id, several on a screen, none on a menu."""

    id: str
    kind: QuestionKind
    findings: tuple[FindingId, ...] = ()
    choices: tuple[Choice, ...] = ()
    min: int = 0
    max: int = 0
    no_means: str = ""
    """What a plain no counts as where it is none of the choices: asked `again` first."""
    again: bool = False
    """It is asked for the second time."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing understood and by which of her words.

    `kind`: `answer` (to the open question), `finding` (volunteered), `interrupt` (volunteered, and a red
    flag on its own: `id` is the finding, `value` its value), `intent`, `doubt` (an alarm or none: one short
    question about finding `id` decides).
    """

    kind: str
    id: str
    value: str | int | None
    words: str
    implied: bool = False
    """It follows from something else she told: weeks mean pregnant."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything read out of one message.

    `answers` settle the open question: for a screen one hit a ticked finding with value `yes`, and one hit
    with id `none` when she said none; `unsure` is a value like any other. `unclear` is true when nothing at
    all was understood. `language` is set when the words show plainly which language she writes.
    """

    answers: tuple[Hit, ...] = ()
    findings: tuple[Hit, ...] = ()
    interrupts: tuple[Hit, ...] = ()
    intents: tuple[Hit, ...] = ()
    doubt: Hit | None = None
    correction: bool = False
    language: Language | None = None
    loss_told: bool = False
    weighed: tuple[Hit, ...] = ()
    """Alarms that no pattern found but all words together add up to, as interrupts with value `unsure`;
    each counts where what was found does not raise that alarm by itself."""
    plainly_asked: bool = True
    """Whether a question shows, or the name of a topic; else what was taken for one may be a report."""

    @property
    def unclear(self) -> bool:
        """Return whether nothing was understood."""
        return not (self.answers or self.findings or self.interrupts or self.intents or self.doubt)

    def hits(self) -> tuple[Hit, ...]:
        """Return all hits in the order in which they matter."""
        return (
            *self.interrupts,
            *self.answers,
            *self.findings,
            *self.intents,
            *((self.doubt,) if self.doubt else ()),
        )
