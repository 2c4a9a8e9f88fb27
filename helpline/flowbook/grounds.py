"""What stands behind each sentence: the source of a clinical one, or that it states nothing clinical.

Questions, their answers and labels have the sources of their finding, screens those of their items, topics
their own. All others are listed under `sentences` in evidence.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpline.flowbook.book import Book
from helpline.flowbook.sentences import Sentence

EVIDENCE = "clinical/evidence.yaml"


class Grounds:
    """The sources of the sentences of one content folder."""

    def __init__(self, book: Book) -> None:
        self.book = book
        table = book.table_file
        self._findings = {f.id: tuple(f.source) for f in table.findings} if table else {}
        items = table.interview if table else []
        self._screens = {i.screen: tuple(i.asks) for i in items if i.screen}
        self._topics = {t.id: tuple(t.sources) for t in book.topics.topics} if book.topics else {}
        self._listed = {k: tuple(v) for k, v in book.evidence.sentences.items()} if book.evidence else {}
        self.used: set[str] = set()
        """Entries of the list that a sentence needed."""

    def of(self, message: str) -> tuple[str, ...] | None:
        """Return the sources of a message: none where it states nothing clinical, None where nobody says."""
        kind, _, rest = message.partition(".")
        name = rest.partition(".")[0]
        finding = rest.partition(".")[2].partition(".")[0] if kind == "item" else name
        if kind in ("ask", "item", "choice") and finding in self._findings:
            return self._findings[finding]
        if kind == "screen" and name in self._screens:
            asked = (source for f in self._screens[name] for source in self._findings.get(f, ()))
            return tuple(dict.fromkeys(asked))
        if kind == "topic" and name in self._topics:
            return self._topics[name]
        return self._in_list(message)

    def _in_list(self, message: str) -> tuple[str, ...] | None:
        parts = message.split(".")
        for length in range(len(parts), 0, -1):
            key = ".".join(parts[:length])
            if key in self._listed:
                self.used.add(key)
                return self._listed[key]
        return None


def check(book: Book) -> None:
    """Record each sentence of which nobody says what stands behind it, and each entry that fits none."""
    grounds = Grounds(book)
    for sentence in _without(book, grounds):
        remedy = f"Add it under sentences: in {EVIDENCE}, with [] if it states nothing clinical"
        book.faults.add(sentence.file, sentence.line, f"{sentence.id} has no evidence", remedy)
    document = book.documents.get(EVIDENCE)
    if document is None or book.evidence is None:
        return
    for key in (k for k in book.evidence.sentences if k not in grounds.used):
        line = document.line(("sentences", key))
        book.faults.add(EVIDENCE, line, f"no sentence is called {key}", "Take it out or mend its name")


def _without(book: Book, grounds: Grounds) -> Iterator[Sentence]:
    for sentence in book.sentences.values():
        if grounds.of(sentence.message) is None:
            yield sentence
