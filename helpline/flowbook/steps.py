"""Steps as written -> steps of a conversation, with every name looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from helpline.flowbook.book import Book
from helpline.flowbook.conditions import Reader, meant
from helpline.flowbook.plain_yaml import Path_
from helpline.flowbook.schema import (
    AdviceFile,
    AdviseStep,
    InterviewStep,
    MenuStep,
    OfferStep,
    SayStep,
    StepFile,
)
from helpline.flowbook.sentences import advices
from helpline.triage.findings import Condition, Table
from helpline.triage.flow import Advice, Advise, Interview, Menu, Offer, Say, Step
from helpline.triage.state import FindingId, Level


class Builder:
    """Builds the steps of one conversation file after the other."""

    def __init__(self, book: Book, table: Table) -> None:
        self.book = book
        self.table = table
        self.file = ""

    def steps(self, file: str, written: Mapping[int, StepFile]) -> tuple[Step, ...]:
        """Return the steps of a file; what leads nowhere becomes a fault."""
        self.file = file
        return tuple(self._step(step, ("steps", n)) for n, step in written.items())

    def _step(self, step: StepFile, path: Path_) -> Step:
        match step:
            case SayStep():
                return Say(step.say, step.say, self._when(step.when, path))
            case InterviewStep():
                return self._interview(step, path)
            case AdviseStep():
                return self._advise(step, path)
            case OfferStep():
                return self._offer(step, path)
            case MenuStep():
                return self._menu(step, path)

    def _interview(self, step: InterviewStep, path: Path_) -> Interview:
        self._disposition(step.stop_at, (*path, "stop_at"))
        for n, finding in enumerate(step.asks):
            if finding not in self.table.findings:
                remedy = meant(finding, self.table.findings)
                self._fault((*path, "asks", n), f"unknown finding {finding!r}", remedy)
        for n, checkin in enumerate(step.drops):
            self._checkin(checkin, (*path, "drops", n))
        for finding, checkin in step.unsure_again.items():
            self._checkin(checkin, (*path, "unsure_again", finding))
        for name in step.wording:
            self._wording(name, (*path, "wording", name))
        return Interview(
            id=step.interview,
            stop_at=step.stop_at,
            again=step.unclear.again,
            nudge_after=timedelta(seconds=step.silence.nudge_after),
            case_after=timedelta(seconds=step.silence.case_after),
            when=self._when(step.when, path),
            asks=tuple(map(FindingId, step.asks)),
            then=step.silence.then,
            useful=timedelta(seconds=step.useful),
            counts_from=step.counts_from,
            drops=tuple(step.drops),
            unsure_again={FindingId(f): c for f, c in step.unsure_again.items()},
            only={FindingId(f): self._only(step, f, path) for f in step.only},
        )

    def _only(self, step: InterviewStep, finding: str, path: Path_) -> Condition:
        """Return in which situation a finding of the list is asked."""
        where = (*path, "only", finding)
        if finding not in step.asks:
            self._fault(where, f"{finding!r} is not asked here", meant(finding, step.asks))
        return self._condition(step.only[finding], where)

    def _checkin(self, checkin: str, path: Path_) -> None:
        known = self.book.service.checkins if self.book.service else {}
        if checkin not in known:
            self._fault(path, f"unknown check-in {checkin!r}", meant(checkin, known))

    def _wording(self, name: str, path: Path_) -> None:
        """Wording is for a question, a screen or one of its items; anything else is a slip."""
        kind, _, rest = name.partition(".")
        screens = {i.id for i in self.table.interview if i.screen}
        known: dict[str, set[str]] = {
            "ask": set(self.table.findings),
            "screen": screens | {"hint"},
            "item": {f"{i.id}.{f}" for i in self.table.interview if i.screen for f in i.findings},
            "choice": {f"{f.id}.{v}" for f in self.table.findings.values() for v in f.values},
        }
        if kind not in known:
            remedy = "Name it ask.<finding>, screen.<id> or item.<screen>.<finding>"
            self._fault(path, f"wording for {name!r}", remedy)
        elif rest not in known[kind]:
            self._fault(path, f"wording for unknown {name!r}", meant(rest, known[kind]))

    def _advise(self, step: AdviseStep, path: Path_) -> Advise:
        entries: dict[str, list[Advice]] = {}
        for disposition in step.advise:
            self._disposition(disposition, (*path, "advise", disposition))
        for name, advice, where in advices(step, path):
            disposition = name.split(".")[1]
            entries.setdefault(disposition, []).append(self._advice(name, advice, where))
        for missing in (d.id for d in self.table.dispositions if d.id not in entries):
            self._fault((*path, "advise"), f"no advice for {missing}", f"Add an entry {missing}")
        return Advise(step.id, {key: tuple(value) for key, value in entries.items()})

    def _advice(self, name: str, advice: AdviceFile, path: Path_) -> Advice:
        level = None
        if advice.open_case is not None:
            known = [level.value for level in Level]
            if advice.open_case in known:
                level = Level(advice.open_case)
            else:
                self._fault(path, f"unknown level {advice.open_case!r}", meant(advice.open_case, known))
        for checkin in advice.checkins:
            self._checkin(checkin, path)
        return Advice(name, self._when(advice.when, path), level, tuple(advice.checkins))

    def _offer(self, step: OfferStep, path: Path_) -> Offer:
        when = dict(step.when)
        dispositions = when.pop("disposition", [])
        named = dispositions if isinstance(dispositions, list) else [dispositions]
        for disposition in named:
            self._disposition(disposition, (*path, "when", "disposition"))
        id = f"offer.{step.offer}"
        return Offer(id, step.offer, id, frozenset(named), self._when(when, path))

    def _menu(self, step: MenuStep, path: Path_) -> Menu:
        topics = [t.id for t in self.book.topics.topics] if self.book.topics else []
        for n, entry in enumerate(step.entries):
            if entry not in topics:
                self._fault((*path, "entries", n), f"unknown topic {entry!r}", meant(entry, topics))
        id = f"menu.{step.menu}"
        return Menu(id, id, tuple(step.entries or topics), self._when(step.when, path))

    def _when(self, written: Mapping[str, object], path: Path_) -> Condition:
        return self._condition(written, (*path, "when"))

    def _condition(self, written: Mapping[str, object], path: Path_) -> Condition:
        document = self.book.documents[self.file]
        reader = Reader(document, self.table.findings, self.book.faults, flags_allowed=True)
        return reader.condition(written, path)

    def _disposition(self, id: str, path: Path_) -> None:
        known = [d.id for d in self.table.dispositions]
        if id not in known:
            self._fault(path, f"unknown disposition {id!r}", meant(id, known))

    def _fault(self, path: Path_, what: str, remedy: str) -> None:
        self.book.faults.add(self.file, self.book.documents[self.file].line(path), what, remedy)
