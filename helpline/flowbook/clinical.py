"""Faults of the clinical table and of the steps: evidence, rules that cannot fire, steps that cannot run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from helpline.flowbook import examples, grounds
from helpline.flowbook.book import Book
from helpline.flowbook.conditions import Reader, meant
from helpline.flowbook.faults import Faults
from helpline.flowbook.logic import Logic
from helpline.flowbook.plain_yaml import Path_
from helpline.flowbook.schema import AdviseStep, MenuStep, RegionFile, ResourceFile, StepFile
from helpline.flowbook.sentences import advices
from helpline.triage.findings import Condition, Rule, Table
from helpline.triage.flow import GENERIC, RUNG_COUNTS_FOR
from helpline.triage.ladder import SAFETY_NET
from helpline.triage.state import Level

TABLE, EVIDENCE = "clinical/findings.yaml", "clinical/evidence.yaml"


def check(book: Book, table: Table, today: date) -> None:
    """Record the faults of table, evidence and steps."""
    logic = Logic(table)
    places = _places(book, table)
    _evidence(book, table, places)
    grounds.check(book)
    for rule in table.rules:
        if not logic.possible(rule.when):
            remedy = "Mend its conditions or take it out"
            _fault(book, TABLE, places[rule.id], f"{rule.id} can never fire", remedy)
    _twins(book, table, logic, places)
    _asked(book, table)
    _reviews(book, today)
    for file, (_, steps) in book.conversations.items():
        _steps(book, file, steps, logic)
    examples.check(book, table)
    _waits(book)


def _places(book: Book, table: Table) -> dict[str, Path_]:
    """Return where each rule stands in the file."""
    written = book.table_file
    places: dict[str, Path_] = {}
    if written:
        for n, finding in enumerate(written.findings):
            for m in range(len(finding.red_flags)):
                places[f"{finding.id}.{m + 1}"] = ("findings", n, "red_flags", m)
        places.update({rule.id: ("rules", n) for n, rule in enumerate(written.rules)})
    return {rule.id: places.get(rule.id, ()) for rule in table.rules}


def _evidence(book: Book, table: Table, places: dict[str, Path_]) -> None:
    for rule in table.rules:
        if not rule.sources:
            _fault(book, TABLE, places[rule.id], f"{rule.id} has no evidence", "Add source: [id]")
    known = {s.id for s in book.evidence.sources} if book.evidence else set()
    for file, path, source in _cited(book):
        if source not in known:
            remedy = f"{meant(source, known)}, or add it there"
            _fault(book, file, path, f"{source} is not in {EVIDENCE}", remedy)


def _cited(book: Book) -> Iterator[tuple[str, Path_, str]]:
    """Yield every mention of a source with its place."""
    if book.table_file:
        for n, finding in enumerate(book.table_file.findings):
            yield from ((TABLE, ("findings", n, "source"), s) for s in finding.source)
        for n, rule in enumerate(book.table_file.rules):
            yield from ((TABLE, ("rules", n), s) for s in rule.source)
        yield from ((TABLE, ("sources", s), s) for s in book.table_file.sources)
    for n, topic in enumerate(book.topics.topics if book.topics else []):
        yield from (("topics.yaml", ("topics", n, "sources"), s) for s in topic.sources)
    for key, sources in (book.evidence.sentences if book.evidence else {}).items():
        yield from ((EVIDENCE, ("sentences", key), s) for s in sources)


def _twins(book: Book, table: Table, logic: Logic, places: dict[str, Path_]) -> None:
    groups: dict[tuple[str, frozenset[str]], list[Rule]] = {}
    for rule in table.rules:
        groups.setdefault((rule.disposition, frozenset(rule.flags)), []).append(rule)
    for rules in groups.values():
        for first, second in combinations(rules, 2):
            if logic.same(first.when, second.when):
                what = f"{second.id} says the same as {first.id}"
                _fault(book, TABLE, places[second.id], what, "Keep one of the two")


def _asked(book: Book, table: Table) -> None:
    """Every finding is asked somewhere, or stands in `never_asked` with its reason; not both."""
    asked = {finding for item in table.interview for finding in item.findings}
    reasons = table.never_asked or {}
    written = book.table_file.findings if book.table_file else []
    for n, finding in enumerate(written):
        told = table.findings[next(f for f in table.findings if f == finding.id)]
        if told.id in asked and told.id in reasons:
            what = f"{told.id} is asked all the same"
            _fault(book, TABLE, ("never_asked", told.id), what, "Take the reason out")
        if told.id not in asked and told.id not in reasons:
            remedy = "Add it to interview, or to never_asked with a reason"
            what = f"{told.id} is never asked and nothing says why"
            _fault(book, TABLE, ("findings", n), what, remedy)


def _reviews(book: Book, today: date) -> None:
    for file, review in book.reviews():
        if review and date.fromisoformat(review.due) < today:
            what = f"review was due on {review.due}"
            _fault(book, file, ("review",), what, "Have it reviewed and set the next date")
    for n, source in enumerate(book.evidence.sources if book.evidence else []):
        if date.fromisoformat(source.review_by) < today:
            what = f"{source.id}: review was due on {source.review_by}"
            _fault(book, EVIDENCE, ("sources", n), what, "Have it reviewed and set the next date")


def _steps(book: Book, file: str, steps: dict[int, StepFile], logic: Logic) -> None:
    closed = ""
    for n, step in steps.items():
        path: Path_ = ("steps", n)
        if closed:
            _fault(book, file, path, f"this step can never run: {closed} comes again and again", "Move it up")
        written = {} if isinstance(step, AdviseStep) else dict(step.when)
        written.pop("disposition", None)
        if not logic.possible(_condition(book, file, written, logic)):
            what = "this step can never run: its conditions exclude each other"
            _fault(book, file, path, what, "Mend its when")
        if isinstance(step, MenuStep) and not step.when:
            closed = f"menu {step.menu}"
        if isinstance(step, AdviseStep):
            _variants(book, file, step, path, logic)


def _variants(book: Book, file: str, step: AdviseStep, path: Path_, logic: Logic) -> None:
    """Of the advices at one disposition each can be reached, and the last holds for everyone."""
    earlier: dict[str, list[tuple[str, Condition]]] = {}
    for name, advice, where in advices(step, path):
        disposition = name.split(".")[1]
        condition = _condition(book, file, advice.when, logic)
        before = earlier.setdefault(disposition, [])
        if not logic.possible(condition):
            what = f"{name} can never be said: its conditions exclude each other"
            _fault(book, file, where, what, "Mend its when")
        for other, wider in before:
            if logic.implies(condition, wider):
                _fault(book, file, where, f"{name} can never be said: {other} comes first", "Move it up")
                break
        before.append((name, condition))
    for disposition, entries in earlier.items():
        if entries[-1][1] != Condition():
            what = f"no advice at {disposition} holds for everyone"
            _fault(book, file, (*path, "advise", disposition), what, "Let the last entry have no when")


def _condition(book: Book, file: str, written: Mapping[str, object], logic: Logic) -> Condition:
    reader = Reader(book.documents[file], logic.table.findings, Faults(), flags_allowed=True)
    return reader.condition(written, ())


def _waits(book: Book) -> None:
    """Every level of a case has its waits, and no other; the ladder ends at the safety net and only there."""
    if book.service is None:
        return
    for name in ("rung_waits", "again_waits", "owner_waits"):
        _wait(book, name, getattr(book.service, name))
    who = [rung.who for rung in book.service.ladder]
    if who[-1] != SAFETY_NET or SAFETY_NET in who[:-1]:
        what = "the ladder does not end at the safety net, or has it twice"
        _fault(book, "service.yaml", ("ladder",), what, "Let safety_net be the last rung and no other")
    if all(rung.by == "text" for rung in book.service.ladder[:-1]):
        what = "nobody is called before the safety net: texts wake few people"
        _fault(book, "service.yaml", ("ladder",), what, "Let a rung be by: call or by: both")


def _wait(book: Book, name: str, waits: Mapping[str, int]) -> None:
    levels = [level.value for level in Level]
    for level in waits:
        if level not in levels:
            where: Path_ = (name, level)
            _fault(book, "service.yaml", where, f"unknown level {level!r}", meant(level, levels))
    for level in (known for known in levels if known not in waits):
        _fault(book, "service.yaml", (name,), f"no wait for {level}", f"Add {level}: 15m")


def check_region(book: Book, today: date) -> None:
    """Record what a region lacks: a place for unknown weeks, a crisis line, numbers rung of late."""
    region, file = book.region, f"regions/{book.region_name}.yaml"
    if region and (not region.places or region.places[-1].below_weeks is not None):
        _fault(book, file, ("places",), "no place for unknown weeks", "Add a place without below_weeks")
    if region and region.crisis not in {r.id for r in region.resources if r.call or _shared(region, r)}:
        what = f"no crisis line {region.crisis!r} that can be called"
        _fault(book, file, ("crisis",), what, "Name a resource with a number to call")
    if region:
        _region_asked(book, region, file)
    for n, resource in enumerate(region.resources if region else []):
        if resource.verified_on and date.fromisoformat(resource.verified_on) + RUNG_COUNTS_FOR < today:
            days = RUNG_COUNTS_FOR.days
            what = f"{resource.id} was verified on {resource.verified_on}, over {days} days ago"
            _fault(book, file, ("resources", n), what, "Ring the number and set verified_on, or null")


def _region_asked(book: Book, region: RegionFile, file: str) -> None:
    """Record what a region lacks to be asked for by name, and a second crisis line that is none."""
    said, second = book.sentences, region.second_crisis
    if region.region != GENERIC and f"choice.{region.region}" not in said:
        what, remedy = f"region {region.region} has no name", f"Add choice.{region.region} to phrases.yaml"
        _fault(book, file, ("region",), what, remedy)
    if len(region.zones) > 1 and f"zone.ask.{region.region}" not in said:
        what, remedy = "nobody is asked for the time zone", f"Add zone.ask.{region.region} to phrases.yaml"
        _fault(book, file, ("zones",), what, remedy)
    day_and_night = {r.id for r in region.resources if r.call and "24/7" in r.hours}
    if second and second not in day_and_night:
        what = f"no second crisis line {second!r} that can be called day and night"
        _fault(book, file, ("second_crisis",), what, "Name a resource with a number and hours: 24/7")


def _shared(region: RegionFile, resource: ResourceFile) -> bool:
    """Return whether an address does in place of a number: where no country is known, none can be right."""
    return region.region == GENERIC and bool(resource.web)


def _fault(book: Book, file: str, path: Path_, what: str, remedy: str) -> None:
    book.faults.add(file, book.documents[file].line(path), what, remedy)
