"""Every sentence for the reviewer: languages side by side, where it is used, what it costs, how it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from helpline.flowbook.content import SHORT, Content, Plain
from helpline.flowbook.grounds import Grounds
from helpline.flowbook.html_page import heading, paragraph, table, tick
from helpline.flowbook.reading import grade
from helpline.flowbook.sentences import SAY, Sentence
from helpline.flowbook.words import is_part
from helpline.triage import wording
from helpline.triage.flow import Advise
from helpline.triage.state import Language

NAMES = {"en": "English", "es": "Spanish (Español)"}
"""Language -> heading of its column."""

FILES = {
    "triage.yaml": "Triage: questions and advice as they are sent",
    "checkin.yaml": "Check-ins",
    "clinical/findings.yaml": "Questions, answers and labels of the clinical table",
    "topics.yaml": "Topics: facts that people ask for",
    "phrases.yaml": "All other sentences",
    "regions": "Words of a region",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one sentence is in one language: as text and as speech."""

    text: str
    say: str


def region_name(content: Content, region: str) -> str:
    """Return what a region is called."""
    message = content.flow.messages[Language("en")].get(f"choice.{region}")
    return message.text if message else "Any other country"


class Sentences:
    """The tables of sentences of one content folder."""

    def __init__(self, content: Content, *, ticks: bool) -> None:
        self.content = content
        self.ticks = ticks
        self.plain = Plain(content)
        self.languages = content.flow.languages
        self._grounds = Grounds(content.book)
        self._here = {sentence.id for sentence in content.book.said()}

    def sections(self) -> Iterator[str]:
        """Yield a heading and a table for each group of files."""
        groups: dict[str, list[Sentence]] = {}
        for sentence in self.content.book.sentences.values():
            key = sentence.file.partition("/")[0] if sentence.file.startswith("regions") else sentence.file
            groups.setdefault(key, []).append(sentence)
        for file in (*FILES, *(g for g in groups if g not in FILES)):
            if file in groups:
                yield heading(FILES.get(file, file), f"sentences-{file}", 3)
                yield self.rows(groups[file])

    def rows(self, sentences: Iterable[Sentence]) -> str:
        """Return a table of sentences; those that say the same are one row."""
        same: dict[tuple[Said, ...], list[Sentence]] = {}
        for sentence in sentences:
            same.setdefault(tuple(self._said(sentence, code) for code in self.languages), []).append(sentence)
        heads = [
            "where it is used",
            *(NAMES.get(c, c) for c in self.languages),
            "segments, grade, source",
            *(("review",) if self.ticks else ()),
        ]
        widths = ["22%", *("" for _ in self.languages), "12%", *(("10.5em",) if self.ticks else ())]
        return table(heads, (self._row(said, used) for said, used in same.items()), widths)

    def _row(self, said: tuple[Said, ...], used: list[Sentence]) -> list[str]:
        roles = list(dict.fromkeys(self.role(s) for s in used))
        shown = "<br>".join(escape(role) for role in roles[:4])
        more = f"<br>and {len(roles) - 4} more" if len(roles) > 4 else ""
        first = used[0]
        place = f"{escape(first.id)}<br>{escape(first.file)}:{first.line}"
        where = f'{shown}{more}<br><span class="id">{place}</span>'
        return [
            where,
            *(_words(s) for s in said),
            self._facts(said, first),
            *((tick(),) if self.ticks else ()),
        ]

    def _said(self, sentence: Sentence, language: Language) -> Said:
        """Return a sentence in one language, numbers filled in where it belongs to the region chosen."""
        if sentence.id in self._here:
            message = self.content.flow.messages[language][sentence.message]
            return Said(message.text, message.say)
        entries = self.content.book.entries.get(language, {})
        text = entries[sentence.id].text if sentence.id in entries else sentence.text
        spoken = entries.get(sentence.id + SAY)
        source = language not in self.content.book.entries
        return Said(text, spoken.text if spoken else (sentence.say or text) if source else text)

    def _facts(self, said: tuple[Said, ...], sentence: Sentence) -> str:
        lines = []
        for language, words in zip(self.languages, said, strict=True):
            count = wording.segments(wording.plain(self.content.flow, language, words.text))
            reads = None if is_part(sentence.message) else grade(words.text, language)
            level = f", {max(reads, 0):.1f}" if reads is not None else ""
            lines.append(f"{language}: {count}{level}")
        sources = escape(self.sources(sentence))
        return "<br>".join(lines) + (f'<br><span class="id">{sources}</span>' if sources else "")

    def sources(self, sentence: Sentence) -> str:
        """Return the short names of what stands behind a sentence, empty where it states nothing clinical."""
        return ", ".join(self._grounds.of(sentence.message) or ())

    def role(self, sentence: Sentence) -> str:
        """Return in words what a sentence is used for."""
        kind, _, rest = sentence.message.partition(".")
        match kind:
            case "ask":
                again = ", asked again" if rest.endswith(".again") else ""
                return f"question{again}: {self.plain.name(rest.removesuffix('.again'))}"
            case "screen":
                again = ", asked again" if rest.endswith(".again") else ""
                return f"screen {rest.removesuffix('.again').replace('_', ' ')}{again}"
            case "item":
                screen, _, finding = rest.partition(".")
                return f"label on screen {screen.replace('_', ' ')}: {finding.replace('_', ' ')}"
            case "choice":
                return f"answer: {rest.partition('.')[0].replace('_', ' ')}"
            case "advice":
                return self._advice(sentence.message)
            case "topic":
                return f"topic {rest.partition('.')[0].replace('_', ' ')}"
            case "place" | "term":
                return f"{region_name(self.content, sentence.id.partition('/')[0])}: {rest.replace('_', ' ')}"
        return sentence.message.replace(".", " ").replace("_", " ")

    def _advice(self, message: str) -> str:
        steps = [
            s for c in self.content.flow.conversations.values() for s in c.steps if isinstance(s, Advise)
        ]
        for step in steps:
            for disposition, entries in step.entries.items():
                for entry in entries:
                    if entry.message == message:
                        when = self.plain.condition(entry.when) or "everyone else"
                        return f"advice {SHORT.get(disposition, disposition)}, for {when}"
        return message


def _words(said: Said) -> str:
    text = escape(said.text).replace("\n", "<br>")
    spoken = f'<span class="say">☎ {escape(said.say)}</span>' if said.say != said.text else ""
    return text + spoken


def sentences_section(content: Content, *, ticks: bool = True) -> Iterator[str]:
    """Yield the section of all sentences."""
    yield heading("Every sentence", "sentences")
    yield paragraph(
        "☎ marks what is spoken on a call where it differs from the text. “en: 2, 4.1” says: in English 2 "
        "segments (a text may take 3, a question 2), reading grade 4.1 (a US school grade by formula: "
        "Flesch-Kincaid for English, Fernandez Huerta for Spanish; at most 6). {words} in braces are filled "
        "when a message is sent. Sentences that say the same stand once. One without a source states nothing "
        "clinical. Labels and parts of sentences have no grade."
    )
    yield from Sentences(content, ticks=ticks).sections()
