"""flows/clinical/findings.yaml -> Table, with every name resolved."""

from __future__ import annotations

from collections.abc import Iterable

from helpline.flowbook.conditions import Reader, meant
from helpline.flowbook.faults import Faults
from helpline.flowbook.plain_yaml import Document, Path_
from helpline.flowbook.schema_clinical import DerivedFile, FindingFile, ItemFile, RedFlagFile, TableFile
from helpline.triage.findings import (
    NO,
    YES,
    Condition,
    Defaults,
    Disposition,
    Finding,
    Item,
    NotAsked,
    Rule,
    Table,
)
from helpline.triage.state import FindingId, Flag


def build(document: Document, written: TableFile, faults: Faults) -> Table:
    """Return the table; whatever is wrong with it goes into `faults`."""
    builder = _Builder(document, written, faults)
    builder.repeated()
    return Table(
        version=written.version,
        dispositions=builder.dispositions,
        findings=builder.findings,
        rules=(*builder.red_flags(), *builder.rules()),
        interview=tuple(builder.items()),
        defaults=builder.defaults(),
        positives=builder.positives(),
        never_asked={FindingId(f): why for f, why in written.never_asked.items()},
        not_asked=tuple(builder.not_asked()),
    )


class _Builder:
    def __init__(self, document: Document, written: TableFile, faults: Faults) -> None:
        self.document = document
        self.written = written
        self.faults = faults
        last = len(written.dispositions) - 1
        levels = [Disposition(last - n, d.id, d.minutes) for n, d in enumerate(written.dispositions)]
        self.dispositions = tuple(reversed(levels))
        described: tuple[FindingFile | DerivedFile, ...] = (*written.findings, *written.derived)
        self.findings = {FindingId(f.id): self._finding(f) for f in described}
        self.reader = Reader(document, self.findings, faults)

    def fault(self, path: Path_, what: str, remedy: str) -> None:
        self.faults.add(self.document.file, self.document.line(path), what, remedy)

    def repeated(self) -> None:
        """Record ids that stand twice, findings derived from nothing known, and reasons for strangers."""
        lists: dict[str, list[str]] = {
            "findings": [f.id for f in self.written.findings],
            "rules": [r.id for r in self.written.rules],
            "dispositions": [d.id for d in self.written.dispositions],
            "interview": [i.screen for i in self.written.interview if i.screen],
        }
        for name, ids in lists.items():
            for n, id in enumerate(ids):
                if id in ids[:n]:
                    self.fault((name, n), f"{id!r} stands twice in {name}", "Give one of them another id")
        for n, derived in enumerate(self.written.derived):
            for source in derived.from_:
                self._known(source, ("derived", n, "from"))
        for finding in self.written.never_asked:
            self._known(finding, ("never_asked", finding))

    def _known(self, finding: str, path: Path_) -> None:
        if finding not in self.findings:
            self.fault(path, f"unknown finding {finding!r}", meant(finding, self.findings))

    def _finding(self, written: FindingFile | DerivedFile) -> Finding:
        yes_no = written.type == "yes_no"
        unsure = written.unsure_as if isinstance(written, FindingFile) else None
        if yes_no and unsure is None:
            unsure = self.written.defaults.unsure_as
        return Finding(
            id=FindingId(written.id),
            kind=written.type,
            values=(YES, NO) if yes_no else tuple(written.choices),
            min=written.min,
            max=written.max,
            unsure_as=unsure,
            if_missing=written.if_missing if isinstance(written, FindingFile) else None,
            sources=tuple(written.source) if isinstance(written, FindingFile) else (),
            no_counts_as=written.no_counts_as if isinstance(written, FindingFile) else None,
            derived_from=tuple(map(FindingId, written.from_)) if isinstance(written, DerivedFile) else None,
        )

    def positives(self) -> tuple[FindingId, ...]:
        """Return the findings that count as a sign."""
        counted = (d.from_ for d in self.written.derived if d.id == "other_positives")
        return tuple(map(FindingId, next(counted, [])))

    def red_flags(self) -> Iterable[Rule]:
        """Yield the red flags of all findings; the n-th of a finding is called `finding.n`."""
        for n, finding in enumerate(self.written.findings):
            self._values(finding, ("findings", n))
            for m, flag in enumerate(finding.red_flags):
                yield self._red_flag(finding, m, flag, ("findings", n, "red_flags", m))

    def _red_flag(self, finding: FindingFile, number: int, flag: RedFlagFile, path: Path_) -> Rule:
        when = self.reader.condition(flag.when, (*path, "when"))
        own = self.reader.test(finding.id, flag.value, (*path, "value"))
        return Rule(
            id=f"{finding.id}.{number + 1}",
            when=Condition(((own,) if own else ()) + when.tests, when.any),
            disposition=self.disposition(flag.disposition, (*path, "disposition")),
            flags=frozenset(Flag(f) for f in flag.flags),
            sources=tuple(finding.source),
            finding=FindingId(finding.id),
        )

    def _values(self, finding: FindingFile, path: Path_) -> None:
        """Check choices, labels and what stands in for unsure or missing."""
        if finding.type == "choice":
            self._labels(finding, (*path, "labels"))
        allowed = (YES, NO) if finding.type == "yes_no" else tuple(finding.choices)
        stand_ins = {
            "unsure_as": finding.unsure_as,
            "if_missing": finding.if_missing,
            "no_counts_as": finding.no_counts_as,
        }
        for key, stand_in in stand_ins.items():
            if stand_in is not None and not self._allowed(finding, stand_in, allowed):
                self.fault((*path, key), f"{finding.id} is never {stand_in!r}", "Use one of its own values")

    def _labels(self, finding: FindingFile, path: Path_) -> None:
        for value in finding.choices:
            if value not in finding.labels:
                self.fault(path, f"{finding.id}: no label for {value!r}", f"Add {value} to labels")
        for value in finding.labels:
            if value not in finding.choices:
                what = f"{finding.id}: label for unknown value {value!r}"
                self.fault(path, what, meant(value, finding.choices))

    def _allowed(self, finding: FindingFile, value: str | int, allowed: tuple[str, ...]) -> bool:
        if isinstance(value, int):
            return finding.type in ("number", "scale") and finding.min <= value <= finding.max
        return value in allowed

    def rules(self) -> Iterable[Rule]:
        """Yield the rules over several findings."""
        for n, rule in enumerate(self.written.rules):
            path: Path_ = ("rules", n)
            yield Rule(
                id=rule.id,
                when=self.reader.condition(rule.when, (*path, "when")),
                disposition=self.disposition(rule.disposition, (*path, "disposition")),
                flags=frozenset(Flag(f) for f in rule.flags),
                sources=tuple(rule.source),
            )

    def disposition(self, id: str, path: Path_) -> str:
        """Return the id of a disposition, known or not; a stranger is a fault."""
        known = [d.id for d in self.dispositions]
        if id not in known:
            self.fault(path, f"unknown disposition {id!r}", meant(id, known))
        return id

    def items(self) -> Iterable[Item]:
        """Yield the order of asking."""
        for n, item in enumerate(self.written.interview):
            path: Path_ = ("interview", n)
            id = item.screen or item.ask
            if not id or (item.screen and item.ask):
                self.fault(path, "an item asks one finding or is a screen", "Write ask: or screen:, not both")
                continue
            findings = tuple(item.asks) if item.screen else (id,)
            self._asked(item, findings, path)
            yield Item(
                id=id,
                findings=tuple(map(FindingId, findings)),
                screen=bool(item.screen),
                when=self.reader.condition(item.when, (*path, "when")),
                after_advice=item.after_advice,
                closing=item.closing,
                alone=item.alone,
                always=item.always,
            )

    def _asked(self, item: ItemFile, findings: tuple[str, ...], path: Path_) -> None:
        for m, finding in enumerate(findings):
            known = self.findings.get(FindingId(finding))
            if known is None:
                where: Path_ = (*path, "asks", m) if item.screen else (*path, "ask")
                self.fault(where, f"unknown finding {finding!r}", meant(finding, self.findings))
            elif known.derived_from is not None:
                self.fault(path, f"{finding} is computed, never asked", "Ask what it is derived from")
            elif item.screen and known.kind != "yes_no":
                self.fault(path, f"{finding} is no yes or no question", "Ask it by itself")
            if item.screen and finding not in item.labels:
                what = f"screen {item.screen}: no label for {finding}"
                self.fault((*path, "labels"), what, f"Add {finding} to labels")

    def not_asked(self) -> Iterable[NotAsked]:
        """Yield what the interview leaves out in some situations."""
        for n, entry in enumerate(self.written.not_asked):
            path: Path_ = ("not_asked", n)
            for finding in entry.findings:
                self._known(finding, (*path, "findings"))
            when = self.reader.condition(entry.when, (*path, "when"))
            unless = self.reader.condition(entry.unless, (*path, "unless")) if entry.unless else None
            yield NotAsked(tuple(map(FindingId, entry.findings)), when, unless, entry.why)

    def defaults(self) -> Defaults:
        """Return what counts when no rule decides."""
        written = self.written.defaults

        def level(key: str) -> str:
            return self.disposition(getattr(written, key), ("defaults", key))

        return Defaults(
            symptom_reported=level("no_rule_fired_symptom_reported"),
            no_symptom=level("no_rule_fired_no_symptom"),
            abandoned_symptom=level("triage_abandoned_bleeding_or_pain_reported"),
            abandoned_otherwise=level("triage_abandoned_otherwise"),
            not_understood_twice=level("not_understood_twice"),
        )
