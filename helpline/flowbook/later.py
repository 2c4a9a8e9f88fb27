"""Lexicons that are read when somebody first speaks: a worker fires timers and sends, and hears nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock

from helpline.flowbook.faults import Faults
from helpline.triage.lexicon import Lexicon
from helpline.triage.state import Language


class LaterLexicons(Mapping[Language, Lexicon]):
    """The lexicons of a content folder, read at the first look. Raises FlowbookErrors then."""

    def __init__(self, folder: Path, languages: tuple[str, ...]) -> None:
        self._folder, self._languages = folder, languages
        self._lock = Lock()
        self._read: dict[Language, Lexicon] | None = None

    def __getitem__(self, language: Language) -> Lexicon:
        """Return one lexicon; all of them are read."""
        with self._lock:
            if self._read is None:
                self._read = _lexicons(self._folder, self._languages)
        return self._read[language]

    def __iter__(self) -> Iterator[Language]:
        """Return the languages; nothing is read for that."""
        return map(Language, self._languages)

    def __len__(self) -> int:
        """Return how many languages there are."""
        return len(self._languages)

    def __reduce__(self) -> tuple[type[LaterLexicons], tuple[Path, tuple[str, ...]]]:
        """Travel to another process unread."""
        return LaterLexicons, (self._folder, self._languages)


def _lexicons(folder: Path, languages: tuple[str, ...]) -> dict[Language, Lexicon]:
    from helpline.flowbook.load import lexicons

    faults = Faults()
    found = lexicons(folder, languages, faults)
    faults.settle()
    return found
