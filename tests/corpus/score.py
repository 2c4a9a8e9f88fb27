"""Judge how well free words are understood, on labelled messages: sensitivity and false alarms by label.

    python tests/corpus/score.py [--file F.jsonl …] [--state cold mid] [--label L …] [--aside] [--quiet]

Alarms are what the clinical table makes of the words alone (`cold`: first thing said; `mid`: after "nothing
on the danger screen" and "pregnant: yes"). `emergency` means hospital now or the emergency number. Replies
(yes, no, unsure, number) are read as answers to the finding they name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from helpline.flowbook.load import load
from helpline.triage.flow import Flow
from helpline.triage.heard import Choice, Question, QuestionKind, Understanding
from helpline.triage.rules import Rulebook
from helpline.triage.state import Channel, FindingId, Language
from helpline.triage.told import WEEKS_A_MONTH, age_group
from helpline.triage.understand import understand

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ALARMS = ("emergency", "crisis", "safeguarding")
TOLERATED = {"crisis": {"emergency"}, "safeguarding": {"emergency"}}
ALARM_OF = {"danger_screen": "emergency", "self_harm_thoughts": "crisis", "safe_at_home": "safeguarding"}
REPLIES = {"answer_yes": "yes", "answer_no": "no", "answer_unsure": "unsure"}
UNITS = {
    "days": "days_since_event", "hours": "days_since_event",
    "weeks": "gestation_weeks", "months": "gestation_weeks", "years": "age_group",
    "degC": "fever", "degF": "fever", "pads": "pad_per_hour", "of_10": "pain_score", "score": "pain_score",
}
"""The finding that a number with this unit answers; a bare number goes to the weeks."""
FEVER = {"degC": 38.0, "degF": 100.4}
"""Degrees from which the table speaks of fever."""
INTENTS = {
    "stop": ("stop", None), "help": ("help", None), "human": ("human", None),
    "language_es": ("language", "es"), "language_en": ("language", "en"),
    "restart": ("restart", None), "erase": ("erase", None),
    "snooze": ("snooze", None), "checkin_yes": ("accept", None), "checkin_no": ("decline", None),
    "back": ("back", None), "repeat": ("repeat", None),
}
BASE: Mapping[str, Mapping[str, str]] = {
    "cold": {},
    "mid": {"gushing": "no", "fainted": "no", "breathing_trouble": "no", "shock_signs": "no", "seizure": "no",
            "pregnant": "yes"},
}


@dataclass(slots=True)
class Tally:
    """How one label fared: messages, hits, false alarms, and the texts of the misses."""

    count: int = 0
    hits: int = 0
    false: int = 0
    misses: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)


@cache
def content() -> tuple[Flow, Rulebook]:
    """Load the content as the service would."""
    flow = load(ROOT / "flows", name="Helpline", region="us", languages=("en", "es"))
    return flow, Rulebook(flow.table)


def lines(path: Path, *, aside: bool = False) -> list[dict[str, Any]]:
    """Read a file of labelled messages; lines set aside only when asked for."""
    read = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip()]
    return [r for r in read if (r.get("part", "tune") == "aside") == aside]


def fired(heard: Understanding, base: Mapping[str, str]) -> set[str]:
    """Return the alarms that the clinical table makes of what was heard."""
    flow, book = content()
    values: dict[FindingId, str | int] = {FindingId(f): v for f, v in base.items()}
    for hit in (*heard.findings, *heard.interrupts, *heard.answers):
        known = flow.table.findings.get(FindingId(hit.id))
        if known is None or hit.value is None:
            continue
        if hit.id == "trimester" or known.derived_from is None:
            values[FindingId(hit.id)] = hit.value
    before = book.assess(book.facts({FindingId(f): v for f, v in base.items()}), False)
    result = book.assess(book.facts(values), False)
    alarms = {str(f.value) for f in result.flags - before.flags}
    if result.disposition in ("emergency", "emergency_department"):
        alarms.add("emergency")
    return alarms | {ALARM_OF[hit.id] for hit in heard.weighed}


def question_for(line: Mapping[str, Any]) -> Question | None:
    """Return the question that a reply of the corpus answers; without one named, a plain yes or no."""
    flow, _ = content()
    label = line["label"]
    if label not in REPLIES and label != "number":
        return None
    name = line.get("asks") or (UNITS.get(line.get("unit", ""), "gestation_weeks") if label == "number"
                                else "dizzy_standing")
    finding = flow.table.findings.get(FindingId(name)) or flow.table.findings[FindingId("gestation_weeks")]
    if finding.kind == "choice":
        choices = tuple(Choice(v, str(n), v.replace("_", " ")) for n, v in enumerate(finding.values, 1))
        return Question(finding.id, QuestionKind.CHOICE, (finding.id,), choices)
    if finding.numeric:
        return Question(finding.id, QuestionKind(finding.kind), (finding.id,), (), finding.min, finding.max)
    choices = (Choice("yes", "1", "Yes"), Choice("no", "2", "No"), Choice("unsure", "3", "Not sure"))
    return Question(finding.id, QuestionKind.YES_NO, (finding.id,), choices)


def read(line: Mapping[str, Any], state: str) -> Understanding:
    """Understand one line of the corpus as it would come in."""
    flow, _ = content()
    language = Language("es" if line["lang"] == "es" else "en")
    channel = Channel.VOICE if line["channel"] == "speech" else Channel.SMS
    question = None if state == "cold" else question_for(line)
    return understand(line["text"], question, flow.lexicons, language, channel)


def meant(line: Mapping[str, Any]) -> set[tuple[str, str | int]]:
    """Return what a number may be written down as, by our conventions.

    Weeks and days are completed ones, a month has 4.345 weeks or 30 days, an age is a group, degrees are a
    fever or none, and a count of pads without its hours is a no when it is less than one, else unsure.
    """
    bare = {"gestation_weeks", "pain_score", "days_since_event", line.get("asks", "gestation_weeks")}
    value, unit = float(line["value"]), line.get("unit", "none")
    days = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 30}.get(unit)
    if unit in FEVER:
        return {("fever", "yes" if value >= FEVER[unit] else "no")}
    if unit == "years":
        return {("age_group", age_group(int(value)) or "")}
    if unit == "pads":
        said = ("no",) if value < 1 else ("no", "unsure")
        return {(line.get("asks") or UNITS[unit], reply) for reply in said}
    if days is None:
        return {(name, int(value)) for name in bare}
    told: set[tuple[str, str | int]] = {
        (name, int(value * days)) for name in ("days_since_event", "bleeding_days")}
    if days >= 7:
        told.add(("gestation_weeks", int(value * WEEKS_A_MONTH if unit == "months" else value)))
    return told


def right(line: Mapping[str, Any], heard: Understanding) -> bool | None:
    """Return whether a reply or intent was understood; None for labels that are judged by alarms."""
    label = line["label"]
    if label in REPLIES:
        return any(str(h.value) == REPLIES[label] for h in heard.answers) or (
            label == "answer_no" and any(h.id == "none" for h in heard.answers))
    if label == "number":
        told = (*heard.answers, *heard.findings, *heard.interrupts)
        return any((h.id, h.value) in meant(line) for h in told)
    if label in INTENTS:
        name, value = INTENTS[label]
        return any(h.id == name and value in (None, h.value) for h in heard.intents)
    if label == "info":
        return any(h.id == "topic" and h.value == line.get("topic") for h in heard.intents)
    return None


def tally(corpus: Iterable[Mapping[str, Any]], state: str) -> dict[str, Tally]:
    """Count hits and false alarms for each label. Borderline lines are left out."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for line in corpus:
        if line.get("borderline"):
            continue
        label = line["label"]
        heard = read(line, "reply" if label in REPLIES or label == "number" else state)
        alarms = fired(heard, BASE[state])
        own = tallies[label]
        own.count += 1
        understood = right(line, heard)
        told = " ".join(f"{h.kind[0]}:{h.id}={h.value}<{h.words}>" for h in heard.hits())
        if label in alarms or understood:
            own.hits += 1
        elif label in ALARMS or understood is False:
            own.misses.append(f"{line['text']}   [{told}]")
        if label not in REPLIES and label != "number" and (
                alarms - {label} - TOLERATED.get(label, set()) - set(line.get("also", ()))):
            own.false += 1
            own.alarms.append(f"{line['text']}   [{told}]")
    return tallies


def facts(name: str, state: str, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """Return what was counted as plain data: shares from 0 to 1, None where a label is not judged."""
    return [
        {
            "file": name, "state": state, "label": label, "count": own.count,
            "caught": own.hits / own.count if own.hits or own.misses else None,
            "false": own.false / own.count,
        }
        for label, own in sorted(tallies.items())
        if own.count
    ]  # fmt: skip


def tell(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(line + "\n")


def show(tallies: Mapping[str, Tally], *, quiet: bool) -> None:
    """Print one line a label, then what was missed and what cried wolf."""
    for label in (*ALARMS, *sorted(set(tallies) - set(ALARMS))):
        own = tallies.get(label)
        if own is None:
            continue
        caught = f"{own.hits / own.count:6.1%}" if own.hits or own.misses else "      "
        tell(f"  {label:14} {own.count:5}  caught {caught}  false alarms {own.false / own.count:6.1%}")
        if not quiet:
            for text in own.misses:
                tell(f"      missed  {text}")
            for text in own.alarms:
                tell(f"      alarm   {text}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the files named, by default both languages' tuning parts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", nargs="+", type=Path, default=[HERE / "en.jsonl", HERE / "es.jsonl"])
    parser.add_argument("--state", nargs="+", choices=list(BASE), default=list(BASE))
    parser.add_argument("--label", nargs="+")
    parser.add_argument("--aside", action="store_true", help="the lines set aside instead (once, at the end)")
    parser.add_argument("--quiet", action="store_true", help="figures only")
    parser.add_argument("--json", action="store_true", help="figures only, as JSON")
    chosen = parser.parse_args(arguments)
    counted: list[dict[str, Any]] = []
    for path in chosen.file:
        wanted = chosen.label
        corpus = [r for r in lines(path, aside=chosen.aside) if not wanted or r["label"] in wanted]
        for state in chosen.state:
            if chosen.json:
                counted += facts(path.name, state, tally(corpus, state))
                continue
            tell(f"{path.name} {state}")
            show(tally(corpus, state), quiet=chosen.quiet)
    if chosen.json:
        tell(json.dumps({"figures": counted}, indent=2))


if __name__ == "__main__":
    main()
