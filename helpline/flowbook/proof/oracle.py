"""What the table forces, read straight from findings.yaml: slow, obvious, and nothing of the engine in it.

Three-valued: a test is true, false or open (None). It shares no code with `triage.rules`: the compiled table
must not be its own judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import yaml

Value = str | int
Answers = Mapping[Any, Value]
"""Keys are finding ids, as text or typed."""

_SPOTS = ("spotting", "light", "like_period", "heavy")
_CAUTIOUS = {"first": 13, "second": 27, "third": 36}


class Oracle:
    """The clinical table as written."""

    def __init__(self, file: Path) -> None:
        raw: Any = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self.findings: dict[str, Any] = {f["id"]: f for f in raw["findings"]}
        self.derived = {d["id"]: d for d in raw["derived"]}
        self.defaults: dict[str, str] = raw["defaults"]
        self.levels = [d["id"] for d in reversed(raw["dispositions"])]
        self.rules: list[tuple[str, dict[str, Any], str, frozenset[str]]] = list(_rules(raw))
        self.interview: list[dict[str, Any]] = raw["interview"]
        self._begun: dict[tuple[str, Value], tuple[int, ...]] = {}
        self._derived: dict[tuple[Any, ...], str | None] = {}

    def rank(self, disposition: str | None) -> int:
        """Return 0 for the mildest level, -1 for none."""
        return self.levels.index(disposition) if disposition else -1

    def settled(self, finding: str, value: Value) -> Value | None:
        """Return what an answer counts as: unsure as the table says, else as if missing."""
        if value != "unsure":
            return value
        written = self.findings[finding]
        default = self.defaults["unsure_as"] if written["type"] == "yes_no" else written.get("if_missing")
        kept: Value | None = written.get("unsure_as", default)
        return kept

    def reading(self, answers: Answers, last: str | None, contacts: int, *, closed: bool) -> dict[str, Value]:
        """Return every finding that has a certain value; closed: what is missing counts as the table says."""
        known = {f: s for f, v in answers.items() if (s := self.settled(f, v)) is not None}
        if known.get("bleeding") in _SPOTS:
            known["bled_last_48h"] = "yes"
        positive = self._positives(known)
        phq = [known[f] for f in self.derived["phq2_total"]["from"] if f in known]
        if closed:
            for id, finding in self.findings.items():
                if id not in answers and id not in known and "if_missing" in finding:
                    known[id] = finding["if_missing"]
        known = self._with_derived(known, answers, closed=closed)
        if positive or closed:
            known["other_positives"] = positive
        if phq:
            known["phq2_total"] = sum(v for v in phq if isinstance(v, int))
        if last:
            known["last_disposition"] = last
        known["contacts_72h"] = contacts
        return known

    def _positives(self, known: Answers) -> int:
        count = 0
        for id in self.derived["other_positives"]["from"]:
            value = known.get(id)
            if value is not None and value != ("none" if id == "injury" else "no"):
                count += 1
        return count

    def _with_derived(self, known: dict[str, Value], answers: Answers, *, closed: bool) -> dict[str, Value]:
        """Add trimester, weeks, likely_pregnant and pregnant_or_6_weeks where they are certain."""
        told = dict(known)
        weeks, trimester = told.get("gestation_weeks"), told.get("trimester")
        if isinstance(weeks, int) and weeks >= 1:
            told["trimester"] = "first" if weeks <= 13 else "second" if weeks <= 27 else "third"
            told["weeks"] = weeks
        elif trimester is not None and (weeks == 0 or closed or "trimester" in answers):
            if trimester in _CAUTIOUS:
                told["weeks"] = _CAUTIOUS[str(trimester)]
        else:
            told.pop("trimester", None)
        likely = self._certain(told, ("pregnant", "pregnancy_test", "missed_period"), _likely, closed=closed)
        six = self._certain(told, ("pregnant", "days_since_event"), _six, closed=closed)
        told.update({k: v for k, v in (("likely_pregnant", likely), ("pregnant_or_6_weeks", six)) if v})
        return told

    def _certain(self, known: Answers, sources: Iterable[str], rule: Any, *, closed: bool) -> str | None:
        """Return a derived value when every way of filling what is open gives the same."""
        names = tuple(sources)
        seen = (rule, closed, *(known.get(n) for n in names))
        if seen not in self._derived:
            choices = [[known[n]] if n in known else ([None] if closed else self._all(n)) for n in names]
            results = {rule(*combination) for combination in product(*choices)}
            self._derived[seen] = results.pop() if len(results) == 1 else None
        return self._derived[seen]

    def _all(self, finding: str) -> list[Value | None]:
        written = self.findings[finding]
        if written["type"] == "yes_no":
            return ["yes", "no"]
        if written["type"] == "choice":
            return list(written["choices"])
        return list(range(written["min"], written["max"] + 1))

    def holds(self, when: Mapping[str, Any], reading: Answers) -> bool:
        """Return whether a condition is true; what has no value makes a test false."""
        for name, wanted in when.items():
            if name == "any":
                if not any(self.holds(alternative, reading) for alternative in wanted):
                    return False
            elif name not in reading or not matches(reading[name], wanted):
                return False
        return True

    def fired(self, reading: Answers) -> list[tuple[str, str, frozenset[str]]]:
        """Return id, disposition and flags of every red flag and rule that fires."""
        begun = [n for name, value in (*reading.items(), ("", "")) for n in self._begins(name, value)]
        return [(id, level, flags) for id, when, level, flags in map(self.rules.__getitem__, sorted(begun))
                if self.holds(when, reading)]

    def _begins(self, name: str, value: Value) -> tuple[int, ...]:
        """Return the rules whose first test is this one and true; remembered, since few others can fire."""
        key = (name, value)
        if key not in self._begun:
            self._begun[key] = tuple(
                n for n, (_, when, _, _) in enumerate(self.rules) if _first(when) == name and (
                    name not in when or matches(value, when[name])))
        return self._begun[key]

    def result(
        self, answers: Answers, last: str | None = None, contacts: int = 1, *, closed: bool = True
    ) -> tuple[str | None, frozenset[str], frozenset[str]]:
        """Return disposition, flags and ids of what fired. Defaults apply only when closed."""
        reading = self.reading(answers, last, contacts, closed=closed)
        fired = self.fired(reading)
        flags = frozenset(flag for _, _, raised in fired for flag in raised)
        ids = frozenset(id for id, _, _ in fired)
        ranks = [self.rank(level) for _, level, _ in fired if self.rank(level) > 0]
        if ranks:
            return self.levels[max(ranks)], flags, ids
        if not closed:
            return None, flags, ids
        key = "no_rule_fired_symptom_reported" if self.symptom(reading) else "no_rule_fired_no_symptom"
        return self.defaults[key], flags, ids

    def broken_off(self, answers: Answers, last: str | None = None, contacts: int = 1) -> str:
        """Return the level when she fell silent: what has fired stands, and at least the table's default."""
        level = self.result(answers, last, contacts, closed=True)
        reading = self.reading(answers, last, contacts, closed=False)
        bad = self.symptom({**reading, "other_positives": self._positives(reading)})
        key = "triage_abandoned_bleeding_or_pain_reported" if bad else "triage_abandoned_otherwise"
        fired = level[0] if level[2] else None
        return max(fired or self.levels[0], self.defaults[key], key=self.rank)

    @staticmethod
    def symptom(reading: Answers) -> bool:
        """Return whether a symptom was reported (table, `defaults`)."""
        pain, others = reading.get("pain_score", 0), reading.get("other_positives", 0)
        bleeds = reading.get("bleeding") in _SPOTS or reading.get("bled_last_48h") == "yes"
        return bleeds or (isinstance(pain, int) and pain >= 1) or (isinstance(others, int) and others >= 1)


def _first(when: Mapping[str, Any]) -> str:
    """Return the name of a test without which a condition cannot be true; "" where there is none."""
    plain = next((name for name in when if name != "any"), None)
    if plain is not None:
        return plain
    names = {name for alternative in when["any"] for name in alternative}
    return str(names.pop()) if len(names) == 1 else ""


def matches(value: Value, wanted: Any) -> bool:
    """Return whether a value is what a test wants: one, one of several, or in a range."""
    if isinstance(wanted, dict):
        if not isinstance(value, int):
            return False
        return bool(
            value >= wanted.get("gte", value)
            and value <= wanted.get("lte", value)
            and ("gt" not in wanted or value > wanted["gt"])
            and ("lt" not in wanted or value < wanted["lt"])
        )
    return value in wanted if isinstance(wanted, list) else value == wanted


def _rules(raw: Any) -> Iterable[tuple[str, dict[str, Any], str, frozenset[str]]]:
    for finding in raw["findings"]:
        for n, flag in enumerate(finding.get("red_flags", []), 1):
            when = {"any": [{finding["id"]: flag["value"]}], **flag.get("when", {})}
            if "any" in flag.get("when", {}):
                raise ValueError(f"{finding['id']}.{n}: write a rule for a red flag with any")
            yield f"{finding['id']}.{n}", when, flag["disposition"], frozenset(flag.get("flags", ()))
    for rule in raw["rules"]:
        yield rule["id"], rule["when"], rule["disposition"], frozenset(rule.get("flags", ()))


def _likely(pregnant: Value | None, test: Value | None, late: Value | None) -> str | None:
    if pregnant is None:
        return None
    if pregnant == "yes":
        return "yes"
    if pregnant == "maybe" and (test == "positive" or (test == "not_done" and late == "yes")):
        return "yes"
    return "no"


def _six(pregnant: Value | None, days: Value | None) -> str | None:
    if pregnant in ("yes", "maybe"):
        return "yes"
    if pregnant == "recent" and days is None:
        return None
    if pregnant == "recent":
        return "yes" if isinstance(days, int) and days <= 42 else "no"
    return "no" if pregnant == "no" else None
