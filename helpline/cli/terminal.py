"""Facts on a terminal, or as JSON for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence


class NotInOrder(Exception):
    """Something that a command needs is not in order; says what, and what to do. Exit status 1."""


def add_json(parser: argparse.ArgumentParser) -> None:
    """Give a command its `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def show_json(facts: object) -> None:
    """Print facts as JSON."""
    print(json.dumps(facts, ensure_ascii=False, indent=2, default=str))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows in columns as wide as they need."""
    lines = [tuple(headings), *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(headings))]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def problem(text: str) -> None:
    """Print what is wrong, apart from the facts."""
    print(text, file=sys.stderr)


def progress(text: str) -> None:
    """Tell how far long work has come, on a terminal only."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)
