"""Find every fault of a content folder: what `helpline flows check` prints."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from helpline.flowbook import clinical, words
from helpline.flowbook.book import SOURCE, read
from helpline.flowbook.faults import Fault, Faults, FlowbookErrors
from helpline.flowbook.load import lexicons, resolve

NAME = "Pregnancy Bleeding Helpline"
"""What the service is called when nobody says otherwise; its length counts in segments."""


def check(folder: Path, *, today: date, name: str = NAME, with_lexicons: bool = True) -> list[Fault]:
    """Return all faults, in every region and every language that the folder has, in order of file and line.

    `today` is the date against which reviews are due. An empty list means that the content is in order.
    """
    found = Faults()
    languages = (str(SOURCE), *sorted(p.stem for p in (folder / "locale").glob("*.po")))
    lexicon = lexicons(folder, languages, found) if with_lexicons else {}
    regions = sorted(p.stem for p in (folder / "regions").glob("*.yaml")) or ["us"]
    for region in regions:
        book = read(folder, region=region, languages=languages)
        if book.table and not _broken(book.faults):
            if region == regions[0]:
                clinical.check(book, book.table, today)
            clinical.check_region(book, today)
            try:
                words.check(book, resolve(book, lexicon, name=name, languages=languages))
            except FlowbookErrors as errors:
                book.faults.extend(errors.faults)
        found.extend(book.faults)
    return list(found)


def _broken(faults: Faults) -> bool:
    """Return whether more than translations is wrong: the rest cannot be judged before that is mended."""
    return any(not fault.file.startswith("locale/") for fault in faults)
