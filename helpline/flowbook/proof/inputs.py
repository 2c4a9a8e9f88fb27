"""Whatever comes in leads on: nonsense, labels, unsure words, silence, hanging up, an empty text."""

from __future__ import annotations

from helpline.flowbook.proof.person import Person
from helpline.flowbook.proof.promises import Promises
from helpline.flowbook.proof.report import Property
from helpline.triage.heard import QuestionKind
from helpline.triage.state import Channel

IMPLIED = frozenset(
    {"pregnant", "gestation_weeks", "trimester", "bled_last_48h", "pad_per_hour", "ectopic_risk"}
)
"""What the words of a label may say beside the choice: they raise, and settle nothing that is open."""

NONSENSE = "zxqv wkjh"
UNSURE = {"en": "not sure", "es": "no se"}


class Inputs:
    """Tries every kind of input at one question."""

    def __init__(self, found: dict[str, Property], promises: Promises) -> None:
        self._ends = found["termination"]
        self._parity = found["parity"]
        self._promises = promises

    def try_all(self, person: Person) -> None:
        """Try all inputs that the channel knows."""
        self._nonsense(person)
        self._unsure(person)
        self._labels(person)
        if person.channel is Channel.VOICE:
            self._silent_call(person)
            self._hung_up(person)
        else:
            self._silence(person)
            self._empty(person)

    def _nonsense(self, person: Person) -> None:
        """Nonsense twice: asked once more, then counted as unsure, at least urgent, a case."""
        self._ends.count("nonsense twice")
        asked = person.state.asked
        once = person.say(NONSENSE)
        self._promises.keep(person, once)
        if asked is None or once.state.asked is None or once.state.asked.findings != asked.findings:
            self._ends.breach(f"{person.state.step}: nonsense once is not asked again", person.answers)
            return
        twice = once.say(NONSENSE)
        self._promises.keep(once, twice)
        if twice.state.case is None:
            self._ends.breach(f"{person.state.step}: nonsense twice opens no case", person.answers)
        moved = twice.state.asked is None or twice.state.asked.findings != asked.findings
        one_by_one = twice.state.asked is not None and bool(twice.state.asked.one_by_one)
        if not moved and not one_by_one:
            self._ends.breach(f"{person.state.step}: nonsense twice leads nowhere", person.answers)
        for finding in asked.findings if len(asked.findings) == 1 else ():
            if twice.answers.get(finding) != "unsure":
                self._ends.breach(f"{finding}: nonsense twice does not count as unsure", person.answers)

    def _unsure(self, person: Person) -> None:
        """Unsure in words is written down as unsure, or a screen goes on one by one."""
        self._parity.count("unsure in words")
        asked = person.state.asked
        then = person.say(UNSURE.get(person.language, UNSURE["en"]))
        self._promises.keep(person, then)
        if asked is None:
            return
        if len(asked.findings) == 1:
            value = then.answers.get(asked.findings[0])
            if value not in ("unsure", "maybe", "unknown", "not_done", 0):
                self._parity.breach(f"{asked.findings[0]}: unsure is written down as {value}", then.answers)
        elif then.state.asked is None or then.state.asked.findings != asked.findings[:1]:
            self._parity.breach(f"{asked.id}: unsure to the screen does not go on one by one", then.answers)

    def _labels(self, person: Person) -> None:
        """Answer each choice by label and by key: the same comes of it, and nothing made up."""
        question = person.question
        if question is None or question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE):
            return
        for choice in question.choices:
            self._parity.count("answers by label and by key")
            by_key, by_label = person.key(choice.key), person.say(choice.label)
            what = f"{person.channel} {person.language}: {question.id}: {choice.label!r}"
            differ = {f for f in question.findings if by_key.answers.get(f) != by_label.answers.get(f)}
            if differ - IMPLIED:
                self._parity.breach(f"{what} is not read as {choice.id}", by_label.answers)
            more = set(by_label.answers) - set(by_key.answers) - IMPLIED
            both = {by_label.state.disposition, by_key.state.disposition}
            if more and both != {"emergency"}:
                self._parity.breach(f"{what} is taken for {', '.join(sorted(more))} too", by_label.answers)

    def _silence(self, person: Person) -> None:
        """Silence on a text: a nudge, then advice and a case."""
        self._ends.count("silences on texts")
        then = person.timers()
        if then.state.disposition is None or then.state.case is None:
            self._ends.breach(f"{person.state.step}: silence reaches no advice or no case", person.answers)
        if not then.heard:
            self._ends.breach(f"{person.state.step}: nothing is sent after silence", person.answers)

    def _silent_call(self, person: Person) -> None:
        self._ends.count("silences on calls")
        then = person
        for _ in range(3):
            then = then.silent()
        if then.state.disposition is None or then.state.case is None or not then.heard:
            self._ends.breach(f"{person.state.step}: silence on a call reaches no advice", person.answers)

    def _hung_up(self, person: Person) -> None:
        self._ends.count("calls hung up")
        then = person.hang_up()
        if then.state.disposition is None or then.state.case is None:
            self._ends.breach(f"{person.state.step}: hanging up reaches no advice or no case", person.answers)

    def _empty(self, person: Person) -> None:
        self._ends.count("empty texts")
        then = person.say(" ")
        self._promises.keep(person, then)
        if then.state.asked is None or person.state.asked is None:
            self._ends.breach(f"{person.state.step}: an empty text loses the question", person.answers)
