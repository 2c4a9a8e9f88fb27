"""Interrupts: every red-flag sentence of the lexicon is heard and answered in every kind of state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from helpline.flowbook.proof.drive import Drive
from helpline.flowbook.proof.person import Person
from helpline.flowbook.proof.report import Property
from helpline.triage.flow import Flow
from helpline.triage.lexicon import Lexicon, Meaning, Sense
from helpline.triage.state import Channel, FindingId, Flag

WISHES = {"en": ("delete my data", "help"), "es": ("borra mis datos", "ayuda")}
"""Words that open the states in which nothing clinical is asked."""


def states(drive: Drive) -> dict[str, Person]:
    """Return one state of each kind: kinds of question before and after advice, and those beside them."""
    found: dict[str, Person] = {"first words": drive.first}
    for person in drive.places.values():
        question = person.question
        if question is None:
            continue
        phase = person.state.disposition or "no advice yet"
        found.setdefault(f"{question.kind}, {phase}", person)
    start = drive.first.start()
    for words in WISHES.get(drive.first.language, ()):
        found[f"after {words!r}"] = start.say(words)
    found["after the result"] = _ended(start)
    found["after emergency advice"] = start.key("1")
    return found


def _ended(person: Person) -> Person:
    """Return a person whose silence has ended the questions."""
    if person.channel is Channel.VOICE:
        return person.hang_up()
    return person.timers()


def say_all(drive: Drive, found: Property) -> None:
    """Say every red-flag sentence of her language in every kind of state."""
    flow = drive.first.flow
    kinds = states(drive)
    sentences = list(alarms(flow.lexicons[drive.first.language]))
    name = f"{drive.first.channel} {drive.first.language}"
    found.count(f"sentences, {name}", len(sentences))
    found.count(f"kinds of state, {name}", len(kinds))
    for sentence, meanings in sentences:
        for person in kinds.values():
            found.count("sentences said")
            _said(person.say(sentence), meanings, f"{name}: {sentence!r}", found)


def alarms(lexicon: Lexicon) -> Iterator[tuple[str, tuple[Meaning, ...]]]:
    """Yield the sentences that must raise an alarm wherever they are said, with what they mean."""
    for example in lexicon.examples:
        entry = lexicon.entries[example.entry]
        if not example.fires or entry.asked or entry.whole:
            continue
        meanings = tuple(
            m for m in entry.meanings
            if m.sense is Sense.FINDING and (FindingId(m.id), str(m.value)) in lexicon.alarms
        )
        if meanings:
            yield example.sentence, meanings


def _said(then: Person, meanings: tuple[Meaning, ...], what: str, found: Property) -> None:
    flow, heard = then.flow, then.heard
    answers: Mapping[FindingId, str | int] = then.answers
    for meaning in meanings:
        if str(answers.get(FindingId(meaning.id))) != str(meaning.value):
            found.breach(f"{what}: {meaning.id} is not heard", answers)
            return
        number = _number(flow, meaning)
        if number and number not in heard:
            found.breach(f"{what}: {number} is not in the reply", answers)


def _number(flow: Flow, meaning: Meaning) -> str | None:
    """Return the number that the same reply must give: the emergency number, or the crisis line."""
    facts = flow.rulebook.facts({FindingId(meaning.id): meaning.value or "yes"})
    result = flow.rulebook.assess(facts, False)
    if Flag.CRISIS in result.flags and result.disposition != "emergency":
        return flow.region.crisis_call
    return flow.region.emergency_number if result.disposition == "emergency" else None
