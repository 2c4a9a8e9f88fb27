"""Faults of the sentences as they are sent and spoken, in every language: length, letters, reading, tone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from helpline.flowbook.book import SOURCE, Book
from helpline.flowbook.reading import MOST, grade
from helpline.flowbook.schema import AdviseStep, RegionFile
from helpline.flowbook.sentences import SAY, advices
from helpline.triage import wording
from helpline.triage.findings import Item, Table
from helpline.triage.flow import Flow, Message
from helpline.triage.interview import MOST_ITEMS, joins
from helpline.triage.state import Language

MOST_WORDS = 50
"""Words of one spoken sentence: 20 seconds at 150 words a minute."""
FIRST = 60
"""An advice says what to do within this many characters."""
PREVIEW = 40
"""What a locked screen shows of a text."""

STARTED = (
    "nudge.text", "abandoned.text", "abandoned.text.crisis", "checkin.hello", "cut_off.text", "callback.open",
    "case.alerted", "case.alerted.now", "case.taken", "case.done", "case.nobody", "human.none",
    "callback.withdrawn",
)
"""Texts that we start: whoever looks at her phone sees their first characters."""

CLINICAL = {
    "en": r"bleed|blood|pregnan|miscarr|clot|womb|vagina|loss|baby|birth|abort|pain|suicid|crisis|clinic"
    r"|nurse|hospital",
    "es": r"sangr|embaraz|aborto|p[ée]rdida|co[áa]gulo|[úu]tero|vagina|bebé|parto|dolor|suicid|crisis"
    r"|cl[íi]nica|enfermer|hospital",
}
ONGOING = {
    "en": r"\bbaby\b|\bare (or may be )?pregnant|movement|moves|how many weeks you are|due date",
    "es": r"\bbebé\b|\best[áa]s embaraz|tienes un embarazo|se mueve|movimiento|fecha de parto"
    r"|cu[áa]ntas semanas (de embarazo )?(est[áa]s|tienes)",
}
"""What is never said to someone whose pregnancy has ended."""

_PROMPT = re.compile(
    r"\b(?:reply|text|send|answer|type|say|write|manda|responde|escribe|di)\s+[\"']?"
    r"(YES|END|CANCEL|QUIT|INFO|HELP|START|STOP)\b"
)
COMMANDS = {
    "STOP": None,
    "START": ("stop.done", "rota.phone.stopped"),
    "HELP": ("offer.checkins", "offer.support"),
}
"""Carrier words that may be named as what they are: to stop anywhere, the others in these messages only."""

_LABELS = ("choice.", "item.", "term.", "place.", "legend.", "level.", "language.name.", "language.offer")


def is_part(id: str) -> bool:
    """Return whether a message is a label or a part of a sentence, which has no reading grade of its own."""
    return id.startswith(_LABELS) or id.endswith(".name")


def check(book: Book, flow: Flow) -> None:
    """Record the faults of all sentences in all languages of a flow."""
    checker = _Checker(book, flow)
    for language, messages in flow.messages.items():
        for id, message in messages.items():
            checker.message(language, id, message)
        checker.questions(language, flow.table)
        checker.advice(language)


class _Checker:
    def __init__(self, book: Book, flow: Flow) -> None:
        self.book = book
        self.flow = flow
        self.said = {sentence.message: sentence for sentence in book.said()}

    def fault(self, language: Language, id: str, what: str, remedy: str, *, say: bool = False) -> None:
        sentence = self.said[id]
        file, line = sentence.file, sentence.line
        if language != SOURCE:
            entries = self.book.entries[language]
            entry = (entries.get(sentence.id + SAY) if say else None) or entries.get(sentence.id)
            file, line = f"locale/{language}.po", entry.line if entry else 0
        self.book.faults.add(file, line, f"{id}: {what}", remedy)

    def message(self, language: Language, id: str, message: Message) -> None:
        """Check one message by itself."""
        text = wording.plain(self.flow, language, message.text)
        self._size(language, id, text, 3)
        self._letters(language, id, text)
        for say, words in ((False, message.text), (True, message.say)):
            if not say or words != message.text:
                self._reading(language, id, words, say=say)
                self._prompts(language, id, words, say=say)
        self._breath(language, id, message.say)
        if id in STARTED:
            self._preview(language, id, message.text)

    def _size(self, language: Language, id: str, text: str, most: int) -> None:
        count = wording.segments(text)
        if count > most:
            self.fault(language, id, f"takes {count} segments, more than {most}", "Say it in fewer words")

    def _letters(self, language: Language, id: str, text: str) -> None:
        fits = language == SOURCE or language in self.flow.policy.plain_letters
        strange = sorted({c for c in text if not wording.is_gsm(c)})
        if fits and strange:
            shown = " ".join(strange)
            remedy = "Write plain quotes, hyphens and letters"
            self.fault(language, id, f"has letters outside GSM-7: {shown}", remedy)

    def _reading(self, language: Language, id: str, text: str, *, say: bool) -> None:
        if is_part(id):
            return
        found = grade(text, language)
        if found is not None and found > MOST:
            what = f"reads at grade {found:.1f}, over {MOST:.0f}"
            self.fault(language, id, what, "Use shorter words and sentences", say=say)

    def _prompts(self, language: Language, id: str, text: str, *, say: bool) -> None:
        for word in _PROMPT.findall(text):
            allowed = COMMANDS.get(word, ())
            if allowed is not None and id not in allowed:
                remedy = "Ask for a number or another word: the carrier takes this one"
                self.fault(language, id, f"asks for {word}", remedy, say=say)

    def _breath(self, language: Language, id: str, say: str) -> None:
        longest = max((len(s.split()) for s in re.split(r"[.!?:;\n]+", say)), default=0)
        if longest > MOST_WORDS:
            what = f"speaks {longest} words in one breath"
            self.fault(language, id, what, "Make two sentences of it", say=True)

    def _preview(self, language: Language, id: str, text: str) -> None:
        found = re.search(CLINICAL.get(language, r"$^"), text[:PREVIEW], re.IGNORECASE)
        if found:
            what = f"shows {found[0]!r} in its first {PREVIEW} characters"
            self.fault(language, id, what, "Begin with neutral words: others may see the screen")

    def questions(self, language: Language, table: Table) -> None:
        """Check questions with their choices, as they are sent."""
        messages = self.flow.messages[language]
        for id, lines in _questions(table, messages):
            text = wording.plain(self.flow, language, "\n".join(lines))
            self._size(language, id, text, 2)

    def advice(self, language: Language) -> None:
        """Check what an advice must hold and what it must not."""
        region = self.book.region
        steps = [s for _, all_ in self.book.conversations.values() for s in all_.values()]
        if region is None:
            return
        for step in steps:
            if isinstance(step, AdviseStep):
                for id, advice, _ in advices(step, ()):
                    self._advice(language, id, advice.when, region)

    def _advice(self, language: Language, id: str, when: dict[str, object], region: RegionFile) -> None:
        message = self.flow.messages[language][id]
        number = region.emergency_number
        if number not in message.text:
            self.fault(language, id, f"does not name {number}", "Say when to call {emergency_number}")
        elif id.split(".")[1] == "emergency" and number not in message.text[:FIRST]:
            remedy = f"Begin with it: the first {FIRST} characters"
            self.fault(language, id, f"names {number} too late", remedy)
        if when.get("flags") == "crisis" and self.flow.region.crisis_call not in message.text:
            self.fault(language, id, "does not name the crisis line", "Add {crisis_how}")
        if when.get("pregnant") == "recent":
            for say, words in ((False, message.text), (True, message.say)):
                found = re.search(ONGOING.get(language, r"$^"), words, re.IGNORECASE)
                if found:
                    what = f"speaks of an ongoing pregnancy after a loss: {found[0]!r}"
                    self.fault(language, id, what, "Use words that fit after it ended", say=say)


def _questions(table: Table, messages: Mapping[str, Message]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the message id and the lines of every question and screen, choices included."""
    for finding in table.findings.values():
        if finding.derived_from is not None:
            continue
        for id in (f"ask.{finding.id}", f"ask.{finding.id}.again"):
            if id in messages:
                yield id, [messages[id].text, *_choices(finding.kind, finding.id, finding.values, messages)]
    for place, item in enumerate(table.interview):
        if item.screen:
            labels = _longest_labels(table.interview[place:], messages)
            lines = [f"{n} {label}" for n, label in enumerate(labels, 1)]
            none = f"0 {messages['choice.none'].text}"
            yield f"screen.{item.id}", [messages[f"screen.{item.id}"].text, *lines, none]


def _longest_labels(items: Iterable[Item], messages: Mapping[str, Message]) -> list[str]:
    """Return the five longest labels a screen may list: its own, and of those after it that fill it up."""
    first, *after = items
    fills = [i for i in after if joins(i, first)]
    labels = {messages[f"item.{i.id}.{f}"].text for i in (first, *fills) for f in i.findings}
    return sorted(labels, key=len, reverse=True)[:MOST_ITEMS]


def _choices(kind: str, finding: str, values: tuple[str, ...], messages: Mapping[str, Message]) -> list[str]:
    if kind not in ("yes_no", "choice"):
        return []
    led = "choice" if kind == "yes_no" else f"choice.{finding}"
    names = [*(f"{led}.{value}" for value in values), "choice.unsure"]
    return [f"{n} {messages[name].text}" for n, name in enumerate(names, 1)]
