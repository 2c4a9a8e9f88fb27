"""Prove the safety properties of the content: walk every state, drive the engine, read every word.

`explore` takes the content as loaded for one or more regions and returns a `Report`; `prove` loads it first.
What is enumerated and what is argued stands in the report, beside the figures.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

from helpline.flowbook.book import read
from helpline.flowbook.load import load
from helpline.flowbook.proof import figures
from helpline.flowbook.proof.cores import run
from helpline.flowbook.proof.drive import Drive
from helpline.flowbook.proof.oracle import Oracle
from helpline.flowbook.proof.order import worse_never_lowers
from helpline.flowbook.proof.parallel import Walked, Walks, sample
from helpline.flowbook.proof.phrases import say_all
from helpline.flowbook.proof.report import Json, Property, merge, properties
from helpline.flowbook.proof.starts import starts
from helpline.flowbook.proof.table_proof import compare
from helpline.flowbook.proof.walk import Found, Summary
from helpline.flowbook.words import check as check_words
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, FindingId, Language

TABLE = Path("clinical/findings.yaml")
REGIONS = ("us", "uk", "ca", "ie", "au", "generic")

ELSEWHERE = 150
"""Places at which the engine is driven in each region but the first."""

Part = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """The proof: the properties with their violations, and the figures behind them."""

    properties: Mapping[str, Property]
    figures: Mapping[str, Json] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Return whether nothing was violated."""
        return not any(p.breaches for p in self.properties.values())

    def to_json(self) -> dict[str, Json]:
        """Return the report as plain data."""
        return {
            "holds": self.holds,
            "properties": {id: found.to_json() for id, found in self.properties.items()},
            "figures": dict(self.figures),
        }


def prove(
    folder: Path,
    *,
    name: str,
    languages: tuple[str, ...],
    regions: Sequence[str] = REGIONS,
    cores: int | None = None,
) -> Report:
    """Load the content for all regions and explore it. Raises FlowbookErrors for unusable content."""
    first = load(folder, name=name, region=regions[0], languages=languages)
    flows = [first] + [load(folder, name=name, region=region, languages=languages, words=first.lexicons)
                       for region in regions[1:]]
    return explore(flows, folder, cores=cores)


def explore(flows: Sequence[Flow], folder: Path, *, cores: int | None = None, only: str = "") -> Report:
    """Prove all properties of `flows`, one a region, loaded from `folder`.

    `only` restricts it to `walk`, `table`, `engine` or `words`, for tests of one kind of fault.
    """
    begun = time.monotonic()
    flow, table = flows[0], folder / TABLE
    found = properties()
    jobs: list[Callable[[], Part]] = []
    walks = Walks(flow, table, starts(flow)) if only in ("", "walk") else None
    if walks:
        jobs += [partial(_named, "walk", job) for job in walks.jobs]
        jobs.append(partial(_named, "sample", partial(sample, flow, table)))
    jobs += _others(flows, folder, only)
    results = run(jobs, cores or min(2, os.cpu_count() or 1))
    walked = Walked()
    if walks:
        walked = walks.gather([r for kind, r in results if kind == "walk"])  # type: ignore[misc]
        walked.found.add(next(r for kind, r in results if kind == "sample"))  # type: ignore[arg-type]
        merge(found, walked.found.properties.values())
    for kind, result in results:
        if kind == "properties":
            merge(found, result.values())  # type: ignore[attr-defined]
    made = _figures(flow, folder, walked) if not only else {}
    made["seconds"] = round(time.monotonic() - begun, 1)
    return Report(found, made)


def _others(flows: Sequence[Flow], folder: Path, only: str) -> list[Callable[[], Part]]:
    jobs: list[Callable[[], dict[str, Property]]] = []
    if only in ("", "table"):
        jobs.append(partial(_table, flows[0], folder / TABLE))
    if only in ("", "engine"):
        jobs += [partial(_engine, *drive) for drive in _drives(flows)]
    if only in ("", "words"):
        jobs += [partial(_words, flow, folder) for flow in flows]
    return [partial(_named, "properties", job) for job in jobs]


def _drives(flows: Sequence[Flow]) -> Iterator[tuple[Flow, Channel, Language, int]]:
    """Yield the first region on each channel in each language, and each other region on one of these in turn.

    The last of each is how many places are visited there: all (0), or enough to hear every advice.

    A region changes words and numbers, never what is asked or told: every sentence is read in every region.
    """
    first, *others = flows
    ways = [(channel, language) for channel in Channel for language in first.languages]
    yield from ((first, channel, language, 0) for channel, language in ways)
    for flow, (channel, language) in zip(others, cycle(reversed(ways))):
        yield flow, channel, language, ELSEWHERE


def _named(kind: str, job: Callable[[], object]) -> Part:
    return kind, job()


def _table(flow: Flow, table: Path) -> dict[str, Property]:
    found = properties()
    compare(flow, Oracle(table), found["soundness"])
    worse_never_lowers(flow, found["monotony"])
    return found


def _engine(flow: Flow, channel: Channel, language: Language, most: int) -> dict[str, Property]:
    drive = Drive(flow, channel, language, most=most)
    found = drive.run()
    if not most:
        say_all(drive, found["interrupts"])
    return found


def _words(flow: Flow, folder: Path) -> dict[str, Property]:
    """Read every sentence of a region in all languages, for texts and for speech."""
    found = properties()
    words = found["words"]
    book = read(folder, region=flow.region.id, languages=tuple(flow.languages))
    known = set(book.faults)
    check_words(book, flow)
    for fault in sorted(set(book.faults) - known):
        words.breach(str(fault))
    for what in figures.too_long(flow):
        words.breach(what)
    missing = {m for language in flow.languages for m in flow.messages[flow.languages[0]]
               if not flow.has(language, m)}
    for message in sorted(missing):
        words.breach(f"{message} is missing in a language")
    words.count("messages read", sum(len(flow.messages[language]) for language in flow.languages))
    return found


def _figures(flow: Flow, folder: Path, walked: Walked) -> dict[str, Json]:
    found = walked.found
    book = read(folder, region=flow.region.id, languages=tuple(flow.languages))
    cases = [
        {FindingId(f): v for f, v in example.facts.items()}
        for example in (book.examples.examples if book.examples else [])
        if not example.covered_by and example.last_disposition is None
    ]
    return {
        "states": found.states,
        "answers": found.edges,
        "ends": found.ends,
        "beginnings": dict(walked.begun),
        "paths": _paths(walked.ahead),
        "questions_to_advice_for_the_worked_cases": figures.questions(flow, cases),
        "calls": figures.calls(flow),
        "rules_by_kind_of_conversation": {
            kind: {"ends": found.class_paths[kind], "rules_that_fired": _listed(rules)}
            for kind, rules in sorted(found.classes.items()) if found.class_paths[kind]
        },
        "rules_that_alone_decided_an_end": len(found.decided),
        "rules_that_no_conversation_reaches": _unreached(flow, found),
        "left_out_with_a_reason": dict(found.reasons.most_common()),
        "reasons_not_needed": _unneeded(flow, found),
    }


def _listed(names: Iterable[str]) -> list[Json]:
    return [*sorted(names)]


def _paths(ahead: Mapping[str, Summary]) -> dict[str, Json]:
    return figures.paths(ahead)


def _unreached(flow: Flow, found: Found) -> list[Json]:
    """Return the rules that fire only on what is told unasked, or asked at check-ins."""
    return [rule.id for rule in flow.table.rules if not found.fired[rule.id]]


def _unneeded(flow: Flow, found: Found) -> list[Json]:
    return [
        f"{', '.join(entry.findings)}: {entry.why}"
        for entry in flow.table.not_asked
        if not any(why.startswith(f"{', '.join(entry.findings)}: ") for why in found.reasons)
    ]
