"""The worked cases (clinical/examples.yaml) against the table: who changes a rule hears which case it breaks.

The cases are written from the evidence and never computed, so that the table is not its own oracle.
"""

from __future__ import annotations

from helpline.flowbook.book import Book
from helpline.flowbook.conditions import Reader, meant
from helpline.flowbook.faults import Faults
from helpline.flowbook.plain_yaml import Path_
from helpline.flowbook.schema_clinical import ExampleFile
from helpline.triage.findings import UNSURE, Table
from helpline.triage.rules import Assessment, Rulebook
from helpline.triage.state import FindingId

EXAMPLES = "clinical/examples.yaml"


def check(book: Book, table: Table) -> None:
    """Record what is wrong with the cases; each red flag and rule has one, or names one that covers it."""
    rules = {rule.id for rule in table.rules}
    written = book.examples.examples if book.examples else []
    rulebook = Rulebook(table)
    for n, example in enumerate(written):
        path: Path_ = ("examples", n)
        if _whole(book, table, example, path) and example.covered_by is None:
            for what in _unlike(rulebook, example):
                _fault(book, path, f"{example.rule}: {what}", "Mend what the evidence does not bear out")
    for rule in sorted(rules - {example.rule for example in written}):
        _fault(book, ("examples",), f"{rule} has no example", "Add a case that only it decides")


def _whole(book: Book, table: Table, example: ExampleFile, path: Path_) -> bool:
    """Return whether a case can be looked at; what keeps it from that is recorded."""
    rules = {rule.id for rule in table.rules}
    faults = Faults()
    reader = Reader(book.documents[EXAMPLES], table.findings, faults)
    line = book.documents[EXAMPLES].line(path)
    for rule in (example.rule, example.covered_by):
        if rule is not None and rule not in rules:
            faults.add(EXAMPLES, line, f"unknown rule {rule!r}", meant(rule, rules))
    if example.covered_by is None and example.disposition is None:
        faults.add(EXAMPLES, line, f"{example.rule}: no result", "Add disposition, or covered_by")
    reader.condition({f: v for f, v in example.facts.items() if v != UNSURE}, (*path, "facts"))
    book.faults.extend(faults)
    return not faults


def result(rulebook: Rulebook, example: ExampleFile) -> Assessment:
    """Return what the table makes of a case once the interview is over."""
    facts = {FindingId(finding): value for finding, value in example.facts.items()}
    return rulebook.assess(rulebook.facts(facts, example.last_disposition, example.contacts_72h), True)


def _unlike(rulebook: Rulebook, example: ExampleFile) -> list[str]:
    """Return in what the table and a case differ."""
    found = result(rulebook, example)
    differ = []
    if found.disposition != example.disposition:
        differ.append(f"the case says {example.disposition}, the table gives {found.disposition}")
    flags, wanted = {f.value for f in found.flags}, {*map(str, example.flags)}
    if flags != wanted:
        differ.append(f"the case raises {_named(wanted)}, the table {_named(flags)}")
    if not differ and example.rule not in found.because:
        differ.append("its own rule does not fire in its case")
    return differ


def _named(flags: set[str]) -> str:
    return " and ".join(sorted(flags)) or "no flag"


def _fault(book: Book, path: Path_, what: str, remedy: str) -> None:
    book.faults.add(EXAMPLES, book.documents[EXAMPLES].line(path), what, remedy)
