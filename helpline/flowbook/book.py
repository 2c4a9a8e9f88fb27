"""A content folder as read: every file parsed and validated, with the faults found on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from helpline.flowbook import sentences as collect
from helpline.flowbook import table as tables
from helpline.flowbook import translations
from helpline.flowbook.conditions import meant
from helpline.flowbook.faults import Faults, FlowbookErrors
from helpline.flowbook.plain_yaml import Document, Path_
from helpline.flowbook.plain_yaml import read as read_yaml
from helpline.flowbook.schema import (
    STEPS,
    ConversationFile,
    InterviewStep,
    PhrasesFile,
    RegionFile,
    ServiceFile,
    StepFile,
    TopicsFile,
)
from helpline.flowbook.schema_clinical import AWAITING, EvidenceFile, ExamplesFile, TableFile
from helpline.flowbook.sentences import Sentence, Sentences
from helpline.flowbook.shape import ReviewFile
from helpline.triage.findings import Table
from helpline.triage.state import Language

SOURCE = Language("en")
"""The language in which content is written."""

_APART = frozenset({"service.yaml", "topics.yaml", "phrases.yaml"})
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(slots=True)
class Book:
    """Everything read from one folder for one region, with the faults found on the way."""

    folder: Path
    region_name: str
    faults: Faults = field(default_factory=Faults)
    documents: dict[str, Document] = field(default_factory=dict)
    conversations: dict[str, tuple[ConversationFile, dict[int, StepFile]]] = field(default_factory=dict)
    """File name -> the conversation and its steps by position."""
    table_file: TableFile | None = None
    table: Table | None = None
    evidence: EvidenceFile | None = None
    examples: ExamplesFile | None = None
    topics: TopicsFile | None = None
    phrases: PhrasesFile | None = None
    region: RegionFile | None = None
    regions: dict[str, RegionFile] = field(default_factory=dict)
    """All regions there are, the one that counts first."""
    service: ServiceFile | None = None
    sentences: dict[str, Sentence] = field(default_factory=dict)
    entries: dict[str, dict[str, translations.Entry]] = field(default_factory=dict)
    """Language -> translations by context."""

    def said(self, region: str | None = None) -> Iterator[Sentence]:
        """Yield the sentences that count in a region, by default in the one of this book."""
        for sentence in self.sentences.values():
            where, slash, _ = sentence.id.rpartition("/")
            if not slash or where == (region or self.region_name):
                yield sentence

    def drafts(self) -> tuple[str, ...]:
        """Return the files that still await clinical review: also sources that nobody has reviewed."""
        waiting = [name for name, review in self.reviews() if review is None or review.status != "approved"]
        if self.evidence and any(source.reviewer == AWAITING for source in self.evidence.sources):
            waiting.insert(1, "clinical/evidence.yaml")
        return tuple(waiting)

    def reviews(self) -> Iterator[tuple[str, ReviewFile | None]]:
        """Yield each file that is approved as a whole, with its review, None where it has none."""
        parts = {"topics.yaml": self.topics, "phrases.yaml": self.phrases, "service.yaml": self.service}
        if self.table_file:
            yield "clinical/findings.yaml", self.table_file.review
        yield from ((name, written.review) for name, (written, _) in self.conversations.items())
        yield from ((name, part.review) for name, part in parts.items() if part)


def read(folder: Path, *, region: str, languages: tuple[str, ...]) -> Book:
    """Read all files of a folder; what is wrong is in `faults` of the result."""
    book = Book(folder, region)
    _clinical(book)
    _conversations(book)
    book.topics = _file(book, "topics.yaml", TopicsFile)
    book.phrases = _file(book, "phrases.yaml", PhrasesFile)
    book.service = _file(book, "service.yaml", ServiceFile)
    regions = {p.stem for p in (folder / "regions").glob("*.yaml")}
    if region not in regions:
        book.faults.add("regions", 0, f"there is no region {region!r}", meant(region, regions or {"us"}))
    for other in sorted(regions, key=lambda id: (id != region, id)):
        found = _file(book, f"regions/{other}.yaml", RegionFile)
        book.region = found if other == region else book.region
        if found is not None:
            book.regions[other] = found
    _collect(book)
    whole = not book.faults
    for language in languages:
        _translation(book, language, compare=whole)
    return book


def _clinical(book: Book) -> None:
    book.evidence = _file(book, "clinical/evidence.yaml", EvidenceFile)
    book.examples = _file(book, "clinical/examples.yaml", ExamplesFile)
    book.table_file = _file(book, "clinical/findings.yaml", TableFile)
    if book.table_file:
        document = book.documents["clinical/findings.yaml"]
        book.table = tables.build(document, book.table_file, book.faults)


def _conversations(book: Book) -> None:
    for path in sorted(book.folder.glob("*.yaml")):
        if path.name in _APART:
            continue
        written = _file(book, path.name, ConversationFile)
        if written:
            document = book.documents[path.name]
            steps = {n: s for n, raw in enumerate(written.steps) if (s := _step(book, document, raw, n))}
            book.conversations[path.name] = (written, steps)


def _step(book: Book, document: Document, raw: dict[str, Any], n: int) -> StepFile | None:
    path: Path_ = ("steps", n)
    model = STEPS.get(next(iter(raw), ""))
    if model is None:
        what = f"a step is one of {', '.join(STEPS)}"
        book.faults.add(document.file, document.line(path), what, "Begin the step with one of them")
        return None
    made = _validated(book, document, raw, model, path)
    return cast("StepFile | None", made)


def _file(book: Book, name: str, model: type[_Model]) -> _Model | None:
    try:
        document = read_yaml(book.folder / name, book.folder)
    except FlowbookErrors as errors:
        book.faults.extend(errors.faults)
        return None
    book.documents[name] = document
    return _validated(book, document, document.data, model, ())


def _validated(
    book: Book, document: Document, data: object, model: type[_Model], above: Path_
) -> _Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            path = (*above, *(p for p in error["loc"] if not str(p).startswith("function")))
            where = ".".join(str(p) for p in path) or "the file"
            what = f"{where}: {error['msg'][0].lower()}{error['msg'][1:]}"
            book.faults.add(document.file, document.line(path), what, _remedy(error["type"], path, model))
        return None


def _remedy(kind: str, path: Path_, model: type[BaseModel]) -> str:
    if kind == "extra_forbidden" and len(path) <= 1:
        return meant(str(path[-1]), model.model_fields)
    return {
        "extra_forbidden": f"Take {path[-1] if path else 'it'} out or mend its name",
        "missing": f"Add {path[-1] if path else 'it'}",
    }.get(kind, "Mend the value")


def _collect(book: Book) -> None:
    """Gather every sentence; a flow's wording comes before the table's own question."""
    found = Sentences(book.faults)
    for file, (_, steps) in book.conversations.items():
        collect.of_steps(found, book.documents[file], steps)
    if book.phrases:
        collect.of_phrases(found, book.documents["phrases.yaml"], book.phrases)
    if book.topics:
        collect.of_topics(found, book.documents["topics.yaml"], book.topics)
    if book.table_file:
        collect.of_table(found, book.documents["clinical/findings.yaml"], book.table_file, _aloud(book))
    for name, document in book.documents.items():
        if name.startswith("regions/"):
            collect.of_region(found, document, RegionFile.model_validate(document.data))
    book.sentences = found.found


def _aloud(book: Book) -> dict[str, str]:
    steps = [step for _, steps in book.conversations.values() for step in steps.values()]
    interviews = (step for step in steps if isinstance(step, InterviewStep))
    return {key: text for step in interviews for key, text in step.aloud.items()}


def _translation(book: Book, language: str, *, compare: bool) -> None:
    """Read one translation. Compared only while the English is whole: else all of it would seem wrong."""
    if language == SOURCE:
        return
    file = f"locale/{language}.po"
    try:
        book.entries[language] = translations.read(book.folder / file, book.folder)
    except FlowbookErrors as errors:
        book.faults.extend(errors.faults)
        return
    if compare:
        translations.compare(book.entries[language], book.sentences.values(), file, book.faults)
