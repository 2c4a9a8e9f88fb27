"""A content folder opened for people: what was written beside what was loaded, and the words for both.

Pictures, booklet and safety case need the file (labels, notes, lines) and the flow (sentences in a language).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpline.flowbook.book import Book, read
from helpline.flowbook.load import lexicons, resolve
from helpline.flowbook.logic import Logic
from helpline.flowbook.schema_clinical import EvidenceFile, FindingFile, SourceFile, TableFile
from helpline.triage.findings import Condition, Range, Table, Test
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId, Language

SHORT = {
    "emergency": "EMERGENCY NUMBER NOW", "emergency_department": "HOSPITAL NOW", "urgent": "WITHIN 4 HOURS",
    "within_24_hours": "WITHIN 24 HOURS", "routine": "NEXT FEW DAYS", "self_care": "CARE AT HOME",
    "information": "INFORMATION", "crisis": "CRISIS", "safeguarding": "SAFEGUARDING",
}  # fmt: skip
"""A disposition or flag in two or three words, for a badge."""

NAMES = {
    "bleeding_days": "days of bleeding in a row",
    "can_get_there": "can get there",
    "confused_drowsy": "confused or hard to wake",
    "contacts_72h": "contacts in 72 hours",
    "days_since_event": "days since it ended",
    "flags": "flag",
    "for_whom": "about",
    "gestation_weeks": "weeks told",
    "last_disposition": "last advice",
    "likely_pregnant": "likely pregnant",
    "missed_period": "period late or odd",
    "no_bleed_after_pills": "little bleeding a day after the tablets",
    "other_positives": "other signs",
    "person_with_caller": "the person is with the caller",
    "phq2_total": "mood score",
    "pregnant_or_6_weeks": "pregnant now, or it ended in the last 6 weeks",
    "reached_care": "reached care",
    "recent_event": "how it ended",
    "rh_negative": "Rh negative",
    "safe_to_text": "safe to text",
    "scan_confirmed": "scan",
    "self_harm_thoughts": "thoughts of self-harm",
    "since_last": "since last time",
    "suicide_now": "thoughts of suicide now",
    "test_still_positive": "test still positive at 3 weeks",
    "travel_over_60": "over 1 hour to get there",
    "weeks": "weeks",
}
"""Findings that no screen has a label for and whose id says too little."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of one folder for one region: as written and as loaded."""

    book: Book
    flow: Flow
    file: TableFile
    evidence: EvidenceFile
    logic: Logic

    @property
    def table(self) -> Table:
        """Return the clinical table."""
        return self.flow.table

    @property
    def status(self) -> str:
        """Return whether the content may be used on people, for the foot of every page."""
        return "Draft, awaiting clinical review" if self.flow.drafts else "Approved content"

    def source(self, id: str) -> SourceFile | None:
        """Return a source by id."""
        return next((s for s in self.evidence.sources if s.id == id), None)

    def finding(self, id: str) -> FindingFile | None:
        """Return a finding as written, None for one that is computed."""
        return next((f for f in self.file.findings if f.id == id), None)


def open_content(folder: Path, *, name: str, region: str, languages: tuple[str, ...]) -> Content:
    """Open a content folder. Raises FlowbookErrors with every fault that keeps it from being used."""
    book = read(folder, region=region, languages=languages)
    book.faults.settle()
    words = lexicons(folder, languages, book.faults)
    flow = resolve(book, words, name=name, languages=languages)
    book.faults.settle()
    assert book.table_file is not None and book.evidence is not None  # a missing file is a fault
    return Content(book, flow, book.table_file, book.evidence, Logic(flow.table))


class Plain:
    """Conditions, findings and levels of a table in plain English."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._labels = {f: label for i in reversed(content.file.interview) for f, label in i.labels.items()}

    def name(self, finding: str) -> str:
        """Return what a finding is called: the label of its screen, else its id in words."""
        return NAMES.get(finding) or self._labels.get(finding) or finding.replace("_", " ")

    def level(self, id: str) -> str:
        """Return what a disposition means to the person."""
        return next((d.label for d in self.content.file.dispositions if d.id == id), SHORT.get(id, id))

    def value(self, finding: str, value: str) -> str:
        """Return one value in words."""
        if finding == "last_disposition" or finding == "flags":
            return SHORT.get(value, value).lower()
        message = f"choice.{finding}.{value}"
        english = self.content.flow.messages.get(Language("en"), {})
        return english[message].text if message in english else value.replace("_", " ")

    def condition(self, condition: Condition) -> str:
        """Return a condition as one sentence without a full stop; empty for one that always holds.

        What stands between semicolons must all be so; of what stands between strokes, one. A way that asks
        for several things stands in brackets.
        """
        parts = [self.test(test) for test in condition.tests]
        ways = [self.condition(way) for way in condition.any]
        if len(ways) == 1:
            parts.append(ways[0])
        elif ways:
            several = [len(way.tests) + len(way.any) > 1 for way in condition.any]
            shown = (f"[{way}]" if more else way for way, more in zip(ways, several, strict=True))
            parts.append("at least one of: " + " / ".join(shown))
        return "; ".join(parts)

    def test(self, test: Test) -> str:
        """Return one test in words."""
        name = self.name(test.finding)
        if isinstance(test.values, Range):
            return f"{name}: {self._range(test.finding, test.values)}"
        known = self.content.table.findings.get(test.finding)
        if known and known.kind == "yes_no" and len(test.values) == 1:
            return f"“{name}”" if "yes" in test.values else f"not “{name}”"
        order = known.values if known else tuple(sorted(test.values))
        if len(order) > 3 and len(order) - len(test.values) == 1:
            rest = next(v for v in order if v not in test.values)
            return f"{name}: anything but “{self.value(test.finding, rest)}”"
        return f"{name}: " + " or ".join(
            f"“{self.value(test.finding, v)}”" for v in order if v in test.values
        )

    def _range(self, finding: FindingId, wanted: Range) -> str:
        own = self.content.table.findings[finding]
        if wanted.low == wanted.high or wanted.high <= own.min:
            return str(min(wanted.high, max(wanted.low, own.min)))
        if wanted.high >= own.max:
            return f"{wanted.low} or more"
        return f"up to {wanted.high}" if wanted.low <= own.min else f"{wanted.low} to {wanted.high}"

    def because(self, rule: Condition) -> str:
        """Return what fires a red flag or rule, with a capital."""
        words = self.condition(rule)
        return words[:1].upper() + words[1:]
