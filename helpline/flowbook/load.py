"""Content folder -> Flow: read every file, resolve every name, put the region's numbers into the words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from helpline.flowbook import sentences as collect
from helpline.flowbook import table as tables
from helpline.flowbook import translations
from helpline.flowbook.conditions import meant
from helpline.flowbook.faults import Fault, Faults, FlowbookErrors
from helpline.flowbook.lexicon_file import LexiconFault, load_lexicon
from helpline.flowbook.plain_yaml import Document, Path_
from helpline.flowbook.plain_yaml import read as read_yaml
from helpline.flowbook.schema import (
    STEPS,
    ConversationFile,
    EvidenceFile,
    InterviewStep,
    PhrasesFile,
    RegionFile,
    ServiceFile,
    StepFile,
    TableFile,
    TopicsFile,
)
from helpline.flowbook.sentences import SAY, Sentence, Sentences
from helpline.flowbook.steps import Builder
from helpline.triage.findings import Table
from helpline.triage.flow import Conversation, Flow, Message, Place, Policy, Region, Resource, Review, Topic
from helpline.triage.lexicon import Lexicon
from helpline.triage.state import Language

SOURCE = Language("en")
"""The language in which content is written."""

DYNAMIC = frozenset(
    {"words", "place", "case", "choices", "because", "answer", "items", "key", "label", "time", "name"}
)
"""Placeholders that are filled when a message is sent, not when it is loaded."""

_APART = frozenset({"service.yaml", "topics.yaml", "phrases.yaml"})
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
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
    topics: TopicsFile | None = None
    phrases: PhrasesFile | None = None
    region: RegionFile | None = None
    service: ServiceFile | None = None
    sentences: dict[str, Sentence] = field(default_factory=dict)
    entries: dict[str, dict[str, translations.Entry]] = field(default_factory=dict)
    """Language -> translations by context."""

    def said(self) -> Iterator[Sentence]:
        """Yield the sentences that count in this region."""
        for sentence in self.sentences.values():
            region, slash, _ = sentence.id.rpartition("/")
            if not slash or region == self.region_name:
                yield sentence


def load(folder: Path, *, name: str, region: str, languages: tuple[str, ...]) -> Flow:
    """Load content. Raises FlowbookErrors with every fault that keeps it from being used."""
    book = read(folder, region=region, languages=languages)
    book.faults.settle()
    flow = resolve(book, name=name, languages=languages)
    book.faults.settle()
    return flow


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
    for other in sorted(regions):
        found = _file(book, f"regions/{other}.yaml", RegionFile)
        book.region = found if other == region else book.region
    _collect(book)
    for language in languages:
        _translation(book, language)
    return book


def _clinical(book: Book) -> None:
    book.evidence = _file(book, "clinical/evidence.yaml", EvidenceFile)
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
    model = next((STEPS[key] for key in raw if key in STEPS), None)
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
    steps = (step for _, steps in book.conversations.values() for step in steps.values())
    return {key: text for step in steps if isinstance(step, InterviewStep) for key, text in step.aloud.items()}


def _translation(book: Book, language: str) -> None:
    if language == SOURCE:
        return
    file = f"locale/{language}.po"
    try:
        book.entries[language] = translations.read(book.folder / file, book.folder)
    except FlowbookErrors as errors:
        book.faults.extend(errors.faults)
        return
    translations.compare(book.entries[language], book.sentences.values(), file, book.faults)


def resolve(book: Book, *, name: str, languages: tuple[str, ...]) -> Flow:
    """Return the Flow of a book without faults so far; names that lead nowhere go into `faults`."""
    region, service, table, topics = book.region, book.service, book.table, book.topics
    if region is None or service is None or table is None or topics is None:
        raise FlowbookErrors(book.faults or [Fault("flows", 0, "is not complete", "Add the missing files")])
    builder = Builder(book, table)
    messages = {Language(code): _messages(book, region, name, code) for code in languages}
    return Flow(
        version=service.version,
        checksum=checksum(book.folder),
        table=table,
        conversations={
            written.flow: Conversation(written.flow, written.version, _review(written), builder.steps(file, steps))
            for file, (written, steps) in book.conversations.items()
        },
        topics={
            t.id: Topic(
                t.id, tuple(f"topic.{t.id}.{n}" for n in range(1, len(t.texts) + 1)), f"topic.{t.id}.urgent",
                tuple(t.sources),
            )
            for t in topics.topics
        },
        messages=messages,
        lexicons=_lexicons(book, languages),
        region=_region(region),
        policy=_policy(service),
        languages=tuple(Language(code) for code in languages),
    )


def _lexicons(book: Book, languages: tuple[str, ...]) -> Mapping[Language, Lexicon]:
    folder = book.folder / "lexicon"
    if not (folder / "shared.yaml").exists():
        return {}
    found: dict[Language, Lexicon] = {}
    for code in map(Language, languages):
        try:
            found[code] = load_lexicon(folder, code)
        except LexiconFault:  # the lexicons are still being written: until then a broken one counts as none
            continue
    return found


def _review(written: ConversationFile) -> Review:
    return Review(written.review.status, written.review.due, written.review.by)


def _region(written: RegionFile) -> Region:
    resources = {
        r.id: Resource(r.id, r.name, r.call, r.text, r.verified_on or "") for r in written.resources
    }
    return Region(
        id=written.region,
        emergency_number=written.emergency_number,
        crisis_call=resources[written.crisis].call if written.crisis in resources else "",
        time_zone=written.time_zone,
        quiet_from=time.fromisoformat(written.quiet.from_),
        quiet_until=time.fromisoformat(written.quiet.until),
        places=tuple(Place(p.below_weeks, f"place.{p.id}") for p in written.places),
        resources=resources,
    )


def _policy(written: ServiceFile) -> Policy:
    def lengths(seconds: Mapping[str, int]) -> dict[str, timedelta]:
        return {key: timedelta(seconds=value) for key, value in seconds.items()}

    return Policy(
        contact_gap=timedelta(seconds=written.contact_gap),
        symptom_age=timedelta(seconds=written.symptom_age),
        retention=timedelta(seconds=written.retention),
        rung_waits=lengths(written.rung_waits),
        plain_letters=frozenset(Language(code) for code in written.plain_letters),
        checkins=lengths(written.checkins),
    )


def _messages(book: Book, region: RegionFile, name: str, language: str) -> dict[str, Message]:
    """Return all messages of one language with the region's words in them."""
    entries = book.entries.get(language, {})
    spelling = _spelling(region) if language == SOURCE else None

    def words(sentence: Sentence) -> tuple[str, str]:
        text, say = sentence.text, sentence.say if sentence.say is not None else sentence.text
        if language != SOURCE:
            text = entries[sentence.id].text
            say = entries[sentence.id + SAY].text if sentence.say is not None else text
        return (spelling(text), spelling(say)) if spelling else (text, say)

    written = {sentence.message: (sentence, *words(sentence)) for sentence in book.said()}
    shown, spoken = _fixed(region, name)
    for message, (_, text, say) in written.items():
        if message.startswith("term."):
            key = message.removeprefix("term.")
            shown[key], spoken[key] = _fill(text, shown), _fill(say, spoken)
    made = {m: Message(_fill(text, shown), _fill(say, spoken)) for m, (_, text, say) in written.items()}
    _unfilled(book, made, {m: s for m, (s, _, _) in written.items()}, language)
    return made


def _fixed(region: RegionFile, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the placeholders of the region, as shown and as spoken (numbers digit by digit)."""
    shown = {"helpline": name, "emergency_number": region.emergency_number}
    for resource in region.resources:
        shown[f"{resource.id}_call"] = resource.call
        shown[f"{resource.id}_text"] = resource.text
    shown["crisis_call"] = shown.get(f"{region.crisis}_call", "")
    shown["crisis_text"] = shown.get(f"{region.crisis}_text", "")
    spoken = {key: value if key == "helpline" else digitwise(value) for key, value in shown.items()}
    return shown, spoken


def digitwise(number: str) -> str:
    """Return a phone number as it is read out: 988 -> `9 8 8`, 1-800-222 -> `1, 8 0 0, 2 2 2`."""
    groups = re.split(r"[-\s]+", number)
    return ", ".join(" ".join(group) if group.isdigit() else group for group in groups)


def _spelling(region: RegionFile) -> Any:
    if not region.spelling:
        return str
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, region.spelling)) + r")\b")
    return lambda text: pattern.sub(lambda found: region.spelling[found[1]], text)


def _fill(template: str, known: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), template)


def _unfilled(book: Book, made: Mapping[str, Message], where: Mapping[str, Sentence], language: str) -> None:
    for id, message in made.items():
        for name in set(_PLACEHOLDER.findall(message.text + message.say)) - DYNAMIC:
            sentence = where[id]
            file, line = sentence.file, sentence.line
            if language != SOURCE and sentence.id in book.entries[language]:
                file, line = f"locale/{language}.po", book.entries[language][sentence.id].line
            what = f"{id}: nothing fills {{{name}}} in region {book.region_name}"
            book.faults.add(file, line, what, meant(name, DYNAMIC) + ", or add it to the region's terms")


def checksum(folder: Path) -> str:
    """Return a checksum over all content files, names included."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".po") and p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()
