"""Translations: gettext files by language, where the context of an entry is the message id.

A translation counts only while its `msgid` is the English sentence of today and nobody has marked it fuzzy,
so a changed English sentence makes its translation stale until someone has confirmed it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from helpline.flowbook.conditions import meant
from helpline.flowbook.faults import Fault, Faults, FlowbookErrors
from helpline.flowbook.sentences import SAY, Sentence

QUOTE = '"'
"""The only mark that quotes: one too many is left by a slip in the file, and would be sent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation as it stands in the file."""

    source: str
    text: str
    fuzzy: bool
    line: int


def read(path: Path, folder: Path) -> dict[str, Entry]:
    """Read a translation file: context -> entry. Raises FlowbookErrors when it is missing or broken."""
    file = path.relative_to(folder).as_posix()
    try:
        return parse(path.read_bytes())
    except OSError as error:
        remedy = f"Add the translation or take {path.stem} out of HELPLINE_LANGUAGES"
        raise FlowbookErrors([Fault(file, 0, "cannot be read", remedy)]) from error
    except PoFileError as error:
        fault = Fault(file, error.lineno, f"is no gettext file: {error}", "Mend this line")
        raise FlowbookErrors([fault]) from error


def parse(content: bytes) -> dict[str, Entry]:
    """Parse a gettext file: context -> entry. Raises PoFileError."""
    return {
        str(m.context or ""): Entry(str(m.id), str(m.string or ""), bool(m.fuzzy), m.lineno or 0)
        for m in read_po(io.BytesIO(content), abort_invalid=True)
        if m.id
    }


def compare(entries: Mapping[str, Entry], sentences: Iterable[Sentence], file: str, faults: Faults) -> None:
    """Record what is missing, stale, fuzzy or left over in a translation."""
    wanted = {context: (text, s) for s in sentences for context, text in contexts(s)}
    language = file.removeprefix("locale/").removesuffix(".po")
    refresh = f"Type helpline flows refresh --language {language}, then fill in or mend its msgstr"
    for context, (text, sentence) in wanted.items():
        entry = entries.get(context)
        if entry is None or not entry.text:
            where = f"{sentence.file}:{sentence.line}"
            what = f"{context} ({where}) is not translated"
            faults.add(file, entry.line if entry else 0, what, "Fill in its msgstr" if entry else refresh)
        elif entry.source != text:
            where = f"{sentence.file}:{sentence.line}"
            what = f"{context} is stale: the English has changed ({where})"
            faults.add(file, entry.line, what, refresh)
        elif entry.fuzzy:
            faults.add(file, entry.line, f"{context} is marked fuzzy", "Confirm it and take the mark away")
        elif entry.text.count(QUOTE) != text.count(QUOTE):
            what = f"{context} has {_marks(entry.text)}, the English {text.count(QUOTE)}"
            faults.add(file, entry.line, what, "Take the stray mark out, or quote what the English quotes")
    for context in entries.keys() - wanted.keys():
        remedy = f"{meant(context, wanted)}, or take it out"
        faults.add(file, entries[context].line, f"{context} is no message", remedy)


def _marks(text: str) -> str:
    count = text.count(QUOTE)
    return f"{count} quotation mark{'' if count == 1 else 's'}"


def contexts(sentence: Sentence) -> Iterable[tuple[str, str]]:
    """Yield the translation contexts of a sentence with their English."""
    yield sentence.id, sentence.text
    if sentence.say is not None:
        yield sentence.id + SAY, sentence.say


def refreshed(
    entries: Mapping[str, Entry], sentences: Iterable[Sentence], language: str, comment: str, date: datetime
) -> bytes:
    """Return a translation file brought up to date: new entries empty, changed ones fuzzy, old ones gone.

    `date` goes into the header; `comment` stands at the top, each line led by `#`.
    """
    catalog = Catalog(locale=language, project="Helpline", version="1", header_comment=comment, fuzzy=False)
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
    catalog.creation_date = catalog.revision_date = date
    for sentence in sentences:
        for context, text in contexts(sentence):
            known = entries.get(context)
            flags = ["fuzzy"] if known and known.text and (known.fuzzy or known.source != text) else []
            string = known.text if known else ""
            where = [(sentence.file, sentence.line)]
            catalog.add(text, string, context=context, flags=flags, locations=where)
    out = io.BytesIO()
    write_po(out, catalog, width=100, omit_header=False)
    return out.getvalue()
