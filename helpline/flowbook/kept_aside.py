"""How well sentences are understood that nobody tuned the words to: read from tests/corpus/README.md.

Such figures are written down on that page once they were counted. The safety case repeats it and never says
more than it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpline.flowbook.faults import Fault, FlowbookErrors

SECTION = "## The set kept aside now"
"""The part of the page that holds for the words as they are."""

_RULE = re.compile(r"[|\s:-]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one row of one cell), or a table (its first row is the heads)."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def is_table(self) -> bool:
        """Return whether it has columns."""
        return len(self.rows[0]) > 1


def read_kept_aside(path: Path) -> tuple[Block, ...]:
    """Return the blocks of the section. Raises FlowbookErrors when the page or the section is missing."""
    try:
        words = path.read_text(encoding="utf-8")
    except OSError as error:
        raise _missing(path, "cannot be read") from error
    _, found, rest = words.partition(SECTION + "\n")
    if not found:
        raise _missing(path, f"has no section {SECTION!r}")
    section = rest.partition("\n## ")[0].strip()
    return tuple(Block(tuple(_rows(part))) for part in section.split("\n\n"))


def _missing(path: Path, what: str) -> FlowbookErrors:
    remedy = "Write the figures on unseen sentences there: the safety case repeats them"
    return FlowbookErrors([Fault(path.name, 0, what, remedy)])


def _rows(part: str) -> Iterator[tuple[str, ...]]:
    lines = part.splitlines()
    if not lines[0].startswith("|"):
        yield (" ".join(lines).replace("`", ""),)
        return
    for line in lines:
        if not _RULE.fullmatch(line):
            yield tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
