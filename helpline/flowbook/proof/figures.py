"""Figures about the interview: how many questions people get, and how long a call talks."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping

from helpline.flowbook.proof.model import Model, Start, benign
from helpline.flowbook.proof.person import Person
from helpline.flowbook.proof.report import Json
from helpline.flowbook.proof.speech import longest_breath, seconds
from helpline.flowbook.proof.starts import NOTHING, TELLS
from helpline.flowbook.proof.walk import Summary
from helpline.triage.effects import Reply
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, FindingId

Value = str | int

_TELLING = tuple(
    FindingId(f)
    for f in ("pregnant", "gestation_weeks", "trimester", "recent_event", "days_since_event", "bleeding")
)
_MANY_TURNS = 60

MOST_SECONDS, TOLD_WITHIN = 240, 40
"""Seconds of speech that a caller with nothing wrong hears at most, and within which a danger is answered
with what to do, even if she hears the greeting and the question to their ends."""

_KNOWN: dict[FindingId, Value] = {FindingId("gestation_weeks"): 9}
"""What a caller with nothing wrong knows."""


def questions(flow: Flow, people: Iterable[Mapping[FindingId, Value]]) -> dict[str, Json]:
    """Return how many messages people are sent before the advice; `people` are worked cases."""
    model = Model(flow)
    everyone = list(people)
    made: dict[str, Json] = {}
    for name, telling in ((TELLS, True), (NOTHING, False)):
        counts = sorted(_count(model, person, telling=telling) for person in everyone)
        made[name] = {
            "people": len(counts), "median": statistics.median(counts), "worst": counts[-1],
            "nine_in_ten_at_most": counts[len(counts) * 9 // 10],
        }
    return made


def _count(model: Model, person: Mapping[FindingId, Value], *, telling: bool) -> int:
    """Return the number of questions until the first advice, answered as this person would."""
    told = {f: person[f] for f in _TELLING if f in person} if telling else {}
    point = model.begin(Start("", told))
    count = 0
    while point.told < 0:
        asked = model.next(point)
        if asked is None:
            break
        given = {f: person.get(f, benign(model.table.findings[f])) for f in asked.findings}
        point = model.answer(point, (given, model.rules.facts(given)))
        count += 1
    return count


def paths(ahead: Mapping[str, Summary]) -> dict[str, Json]:
    """Return, for each kind of beginning, the number of paths and the questions on them."""
    return {
        name: {
            "paths": summary.paths,
            "questions_to_advice": {"median": _median(summary.to_advice), "worst": max(summary.to_advice)},
            "questions_to_the_end": summary.to_end,
        }
        for name, summary in ahead.items()
    }


def _median(counts: Counter[int]) -> int:
    half, seen = sum(counts.values()) / 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half:
            return value
    return 0


def calls(flow: Flow) -> dict[str, Json]:
    """Return the seconds a call talks: somebody who has nothing, and somebody with a danger sign."""
    made: dict[str, Json] = {}
    for language in flow.languages:
        first = Person(flow, Channel.VOICE, language).start()
        emergency = first.key("1")
        made[language] = {
            "nothing wrong": _talk(first),
            "danger sign": {
                "seconds": round(seconds(_said(first)) + seconds(_said(emergency))), "answers": 1,
                "seconds_until_told": round(seconds(_until_told(flow, first, emergency)), 1),
                "seconds_after_the_answer": round(seconds(_said(emergency))),
                "seconds_from_the_answer_to_the_number": round(
                    seconds(_said(emergency).partition(flow.region.emergency_number)[0]), 1
                ),
            },
        }
    return made


def _until_told(flow: Flow, first: Person, emergency: Person) -> str:
    return _said(first) + _said(emergency).partition(flow.region.emergency_number)[0]


def too_long(flow: Flow) -> Iterable[str]:
    """Yield what of a call talks for longer than is promised."""
    for language in flow.languages:
        first = Person(flow, Channel.VOICE, language).start()
        told = seconds(_until_told(flow, first, first.key("1")))
        if told > TOLD_WITHIN:
            yield f"{language}: a danger is answered after {told:.0f} s of speech, over {TOLD_WITHIN}"
        whole = _talk(first)["seconds"]
        if isinstance(whole, int) and whole > MOST_SECONDS:
            yield f"{language}: a call about nothing talks for {whole} s, over {MOST_SECONDS}"


def _talk(person: Person) -> dict[str, Json]:
    heard, answers = [_said(person)], 0
    while person.state.asked and person.state.asked.findings and answers < _MANY_TURNS:
        asked = person.state.asked.findings
        given = {f: _KNOWN.get(f, benign(person.flow.table.findings[f])) for f in asked}
        keys = person.keys_for(given)
        person = person.key(keys or "0")
        heard.append(_said(person))
        answers += 1
    return {
        "seconds": round(sum(map(seconds, heard))), "answers": answers,
        "longest_turn_seconds": round(max(map(seconds, heard))),
        "longest_breath_seconds": round(max(map(longest_breath, heard)), 1),
    }


def _said(person: Person) -> str:
    return "\n".join(e.text for e in person.effects if isinstance(e, Reply))
