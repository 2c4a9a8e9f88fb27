"""Every sentence in its English source, by message id, with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from helpline.flowbook.faults import Faults
from helpline.flowbook.plain_yaml import Document, Path_
from helpline.flowbook.schema import (
    AdviceFile,
    AdviseStep,
    InterviewStep,
    MenuStep,
    OfferStep,
    PhrasesFile,
    RegionFile,
    SayStep,
    StepFile,
    TopicsFile,
)
from helpline.flowbook.schema_clinical import TableFile
from helpline.flowbook.shape import Words

SAY = "|say"
"""What a translation's context ends with when it is for the ear."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said, in English. `say` is None where speech is the same. `id`: the translators' context."""

    id: str
    text: str
    say: str | None
    file: str
    line: int

    @property
    def message(self) -> str:
        """Return the message id: the context without the region in front."""
        return self.id.rpartition("/")[2]


@dataclass(slots=True)
class Sentences:
    """All sentences of a content folder; an id may be used once."""

    faults: Faults
    found: dict[str, Sentence] = field(default_factory=dict)

    def add(self, id: str, words: Words, document: Document, path: Path_, default: bool = False) -> None:
        """Record one sentence. A `default` (a question of the table) gives way to the wording of a flow."""
        first = self.found.get(id)
        line = document.line(path)
        if first and default:
            return
        if first:
            what = f"{id} is said a second time (first in {first.file}:{first.line})"
            self.faults.add(document.file, line, what, "Keep one of the two")
            return
        self.found[id] = Sentence(id, words.text, words.say, document.file, line)
        if words.again:
            second = Sentence(f"{id}.again", words.again, words.again_say, document.file, line)
            self.found[second.id] = second


def of_steps(sentences: Sentences, document: Document, steps: Mapping[int, StepFile]) -> None:
    """Collect what the steps of a conversation say. `steps` maps positions in the file to steps."""
    for n, step in steps.items():
        path: Path_ = ("steps", n)
        match step:
            case AdviseStep():
                for name, advice, where in advices(step, path):
                    sentences.add(name, Words(text=advice.text, say=advice.say), document, where)
            case InterviewStep():
                for name, words in step.wording.items():
                    sentences.add(name, words, document, (*path, "wording", name))
            case _:
                sentences.add(*_said_once(step), document, path)


def _said_once(step: SayStep | OfferStep | MenuStep) -> tuple[str, Words]:
    match step:
        case SayStep():
            return step.say, Words(text=step.text, say=step.voice)
        case OfferStep():
            return f"offer.{step.offer}", Words(text=step.text, say=step.say)
        case MenuStep():
            return f"menu.{step.menu}", Words(text=step.text, say=step.say)


def advices(step: AdviseStep, path: Path_) -> Iterator[tuple[str, AdviceFile, Path_]]:
    """Yield each advice with its message id and its place in the file."""
    for disposition, entries in step.advise.items():
        for n, advice in enumerate(entries):
            name = f"advice.{disposition}.{advice.name}" if advice.name else f"advice.{disposition}"
            where = (*path, "advise", disposition, n) if len(entries) > 1 else (*path, "advise", disposition)
            yield name, advice, where


def of_table(sentences: Sentences, document: Document, table: TableFile, aloud: Mapping[str, str]) -> None:
    """Collect questions, choices and labels of the table. `aloud`: labels of screens for the ear."""
    for n, finding in enumerate(table.findings):
        path: Path_ = ("findings", n)
        question = Words(text=finding.question)
        sentences.add(f"ask.{finding.id}", question, document, (*path, "question"), default=True)
        for value, label in finding.labels.items():
            words = Words(text=label)
            label_path: Path_ = (*path, "labels", value)
            sentences.add(f"choice.{finding.id}.{value}", words, document, label_path, default=True)
    for n, item in enumerate(table.interview):
        for finding_id, label in item.labels.items():
            where: Path_ = ("interview", n, "labels", finding_id)
            words = Words(text=label, say=aloud.get(finding_id))
            sentences.add(f"item.{item.screen}.{finding_id}", words, document, where, default=True)


def of_topics(sentences: Sentences, document: Document, topics: TopicsFile) -> None:
    """Collect names, texts and warnings of the topics."""
    for n, topic in enumerate(topics.topics):
        path: Path_ = ("topics", n)
        sentences.add(f"topic.{topic.id}.name", Words(text=topic.name), document, (*path, "name"))
        for m, words in enumerate(topic.texts, 1):
            sentences.add(f"topic.{topic.id}.{m}", words, document, (*path, "texts", m - 1))
        sentences.add(f"topic.{topic.id}.urgent", topic.urgent, document, (*path, "urgent"))


def of_phrases(sentences: Sentences, document: Document, phrases: PhrasesFile) -> None:
    """Collect all other sentences."""
    for id, words in phrases.phrases.items():
        sentences.add(id, words, document, ("phrases", id))


def of_region(sentences: Sentences, document: Document, region: RegionFile) -> None:
    """Collect places and terms of a region; their context is led by the region's name."""
    for n, place in enumerate(region.places):
        sentences.add(f"{region.region}/place.{place.id}", place.text, document, ("places", n))
    for name, words in region.terms.items():
        sentences.add(f"{region.region}/term.{name}", words, document, ("terms", name))


