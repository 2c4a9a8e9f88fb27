"""Content folder -> Flow: resolve every name, put the region's numbers into the words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from pathlib import Path

from helpline.flowbook import translations
from helpline.flowbook.book import SOURCE, Book, read
from helpline.flowbook.conditions import meant
from helpline.flowbook.faults import Fault, Faults, FlowbookErrors
from helpline.flowbook.lexicon_file import LexiconFault, load_lexicon
from helpline.flowbook.schema import ConversationFile, PagingFile, RegionFile, ServiceFile
from helpline.flowbook.sentences import SAY, Sentence
from helpline.flowbook.steps import Builder
from helpline.triage.flow import (
    Conversation,
    Flow,
    Local,
    Message,
    Paging,
    Place,
    Policy,
    Region,
    Resource,
    Review,
    Topic,
)
from helpline.triage.ladder import Rung
from helpline.triage.lexicon import Lexicon
from helpline.triage.state import Language

DYNAMIC = frozenset(
    {"words", "place", "case", "choices", "because", "answer", "items", "key", "label", "time", "name"}
)
"""Placeholders that are filled when a message is sent, not when it is loaded."""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def load(
    folder: Path,
    *,
    name: str,
    region: str,
    languages: tuple[str, ...],
    words: Mapping[Language, Lexicon] | None = None,
) -> Flow:
    """Load content. Raises FlowbookErrors with every fault that keeps it from being used.

    `words` are the lexicons where they were read before: they are the same for every region.
    """
    book = read(folder, region=region, languages=languages)
    book.faults.settle()
    words = lexicons(folder, languages, book.faults) if words is None else words
    flow = resolve(book, words, name=name, languages=languages)
    book.faults.settle()
    return flow


def _within(file: str, folder: Path) -> str:
    """Return a file as the other faults name it: from the content folder on."""
    return file.removeprefix(f"{folder}/")


def lexicons(folder: Path, languages: tuple[str, ...], faults: Faults) -> dict[Language, Lexicon]:
    """Return the words people use, by language; what is wrong with them goes into `faults`."""
    found: dict[Language, Lexicon] = {}
    for code in map(Language, languages):
        try:
            found[code] = load_lexicon(folder / "lexicon", code)
        except LexiconFault as broken:
            for file, line, what in broken.places():
                faults.add(_within(file, folder), line, what, "See docs/clinicians.md")
    return found


def resolve(
    book: Book, words: Mapping[Language, Lexicon], *, name: str, languages: tuple[str, ...]
) -> Flow:
    """Return the Flow of a book without faults so far; names that lead nowhere go into `faults`.

    `words` are the lexicons. A book in which files are missing raises FlowbookErrors.
    """
    region, service, table, topics = book.region, book.service, book.table, book.topics
    if region is None or service is None or table is None or topics is None:
        raise FlowbookErrors(book.faults or [Fault("flows", 0, "is not complete", "Add the missing files")])
    builder = Builder(book, table)
    messages = {Language(code): _messages(book, region, name, code) for code in languages}
    _unfilled(book, messages)
    return Flow(
        version=service.version,
        checksum=checksum(book.folder),
        table=table,
        conversations={
            w.flow: Conversation(w.flow, w.version, _review(w), builder.steps(file, steps))
            for file, (w, steps) in book.conversations.items()
        },
        topics={
            t.id: Topic(
                t.id, tuple(f"topic.{t.id}.{n}" for n in range(1, len(t.texts) + 1)), f"topic.{t.id}.urgent",
                tuple(t.sources),
            )
            for t in topics.topics
        },
        messages=messages,
        local=_local(book, name, languages),
        lexicons=words,
        region=_region(region),
        policy=_policy(service),
        languages=tuple(Language(code) for code in languages),
        drafts=book.drafts(),
    )


def _review(written: ConversationFile) -> Review:
    return Review(written.review.status, written.review.due, written.review.by)


def _local(book: Book, name: str, languages: tuple[str, ...]) -> dict[str, Local]:
    """Return every region with all messages in its words; the one of the book comes first."""
    codes = tuple(map(Language, languages))
    return {
        id: Local(_region(region), {code: _messages(book, region, name, code) for code in codes})
        for id, region in book.regions.items()
    }


def _region(written: RegionFile) -> Region:
    resources = {
        r.id: Resource(r.id, r.name, r.call, r.text, r.verified_on or "") for r in written.resources
    }
    return Region(
        id=written.region,
        emergency_number=written.emergency_number,
        crisis_call=_crisis(written, written.crisis),
        second_line=_crisis(written, written.second_crisis),
        time_zone=written.time_zone,
        quiet_from=time.fromisoformat(written.quiet.from_),
        quiet_until=time.fromisoformat(written.quiet.until),
        places=tuple(Place(p.below_weeks, f"place.{p.id}") for p in written.places),
        resources=resources,
        zones=written.zones,
    )


def _crisis(written: RegionFile, id: str | None) -> str:
    """Return the number of a crisis line, or the address where lines of all countries are found."""
    found = next((r for r in written.resources if r.id == id), None)
    return found.call or found.web if found else ""


def _policy(written: ServiceFile) -> Policy:
    def lengths(seconds: Mapping[str, int]) -> dict[str, timedelta]:
        return {key: timedelta(seconds=value) for key, value in seconds.items()}

    return Policy(
        contact_gap=timedelta(seconds=written.contact_gap),
        symptom_age=timedelta(seconds=written.symptom_age),
        retention=timedelta(seconds=written.retention),
        rung_waits=lengths(written.rung_waits),
        ladder=tuple(Rung(r.who, r.by) for r in written.ladder),
        again_waits=lengths(written.again_waits),
        owner_waits=lengths(written.owner_waits),
        plain_letters=frozenset(Language(code) for code in written.plain_letters),
        checkins=lengths(written.checkins),
        supports=lengths(written.supports),
        support_hour=written.support_hour,
        agreement_lapses=timedelta(seconds=written.agreement_lapses),
        rota_ahead=timedelta(seconds=written.rota_ahead),
        rota_report_hour=written.rota_report_hour,
        paging=_paging(written.paging),
        speech_sure_from=written.speech_sure_from,
        flood_most=written.flood.most,
        flood_within=timedelta(seconds=written.flood.within),
    )


def _paging(written: PagingFile) -> Paging:
    return Paging(
        burst=written.burst,
        window=timedelta(seconds=written.window),
        digest_every=timedelta(seconds=written.digest_every),
        call_gap=timedelta(seconds=written.call_gap),
    )


def _messages(book: Book, region: RegionFile, name: str, language: str) -> dict[str, Message]:
    """Return all messages of one language with the region's words in them."""
    entries = book.entries.get(language, {})
    spelling = _spelling(region) if language == SOURCE else None

    def words(sentence: Sentence) -> tuple[str, str]:
        text, say = sentence.text, sentence.say if sentence.say is not None else sentence.text
        if language != SOURCE:
            text = _translated(entries, sentence.id, text)
            say = _translated(entries, sentence.id + SAY, say) if sentence.say is not None else text
        return (spelling(text), spelling(say)) if spelling else (text, say)

    written = {sentence.message: words(sentence) for sentence in book.said(region.region)}
    shown, spoken = _fixed(region, name)
    for message, (text, say) in written.items():
        if message.startswith("term."):
            key = message.removeprefix("term.")
            shown[key], spoken[key] = _fill(text, shown), _fill(say, spoken)
    return {m: Message(_fill(text, shown), _fill(say, spoken)) for m, (text, say) in written.items()}


def _translated(entries: Mapping[str, translations.Entry], context: str, english: str) -> str:
    """Return a translation, or the English where there is none: a fault has been recorded for that."""
    entry = entries.get(context)
    return entry.text if entry and entry.text else english


def _fixed(region: RegionFile, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the placeholders of the region, as shown and as spoken; a call reads numbers by itself."""
    shown = {"helpline": name, "emergency_number": region.emergency_number}
    for resource in region.resources:
        shown[f"{resource.id}_call"] = resource.call or resource.web
        shown[f"{resource.id}_text"] = resource.text
    shown["crisis_call"] = shown.get(f"{region.crisis}_call", "")
    shown["crisis_text"] = shown.get(f"{region.crisis}_text", "")
    return shown, dict(shown)


def _spelling(region: RegionFile) -> Callable[[str], str]:
    if not region.spelling:
        return str
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, region.spelling)) + r")\b")
    return lambda text: pattern.sub(lambda found: region.spelling[found[1]], text)


def _fill(template: str, known: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), template)


def _unfilled(book: Book, messages: Mapping[Language, Mapping[str, Message]]) -> None:
    where = {sentence.message: sentence for sentence in book.said()}
    for language, id, message in ((x, id, m) for x, made in messages.items() for id, m in made.items()):
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
