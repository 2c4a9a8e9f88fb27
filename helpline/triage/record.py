"""Writing down what was heard: answers to the open question, and what she told without being asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from helpline.triage import same
from helpline.triage.advise import HOSPITAL
from helpline.triage.answers import LONG_AGO
from helpline.triage.ask import fits
from helpline.triage.findings import Finding
from helpline.triage.heard import Hit, Understanding
from helpline.triage.implied import STAYS_POSITIVE, TURNS_NEGATIVE
from helpline.triage.plans import loss_known
from helpline.triage.state import Answer, FindingId, Flag
from helpline.triage.turn import Turn

PLAIN_YES = 5
"""Words up to which a yes to the danger screen is a plain yes; in a longer sentence it may only be how she
begins to talk, so the signs are asked one by one."""

_FLAG_OF = {"self_harm_thoughts": Flag.CRISIS, "safe_at_home": Flag.SAFEGUARDING}

LOSS = "keep_loss"
"""Remembered from the moment a loss is known."""


def record(turn: Turn, heard: Understanding) -> bool:
    """Write down all findings of a message; return whether the open question is settled."""
    if not heard.correction:
        same.look(turn, (*heard.findings, *heard.answers))
    for hit in (*_after_event(turn, heard.findings), *heard.interrupts):
        if heard.correction or not _out_of_date(turn, hit):
            _volunteer(turn, hit)
    settled = _answers(turn, heard.answers)
    asked = turn.state.asked
    if not settled and asked and asked.findings:
        settled = all(f in turn.state.findings for f in asked.findings)
    if LOSS not in turn.state.extra and (heard.loss_told or _value(turn, "pregnant") == "recent"):
        turn.remember(LOSS, "yes")
        loss_known(turn)
        settled = _out_of_place(turn) or settled
    return settled


def _after_event(turn: Turn, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return what is to be written down where a positive test is told after a pregnancy has ended.

    It makes nobody pregnant again within six weeks, or whenever it is "still" positive (hazard H21).
    """
    test = next((h for h in hits if (h.id, h.value) == ("pregnancy_test", "positive")), None)
    days = _value(turn, "days_since_event")
    if test is None or _value(turn, "pregnant") != "recent":
        return hits
    still = any(h.id == "test_still_positive" for h in hits)
    if not still and isinstance(days, int) and days > STAYS_POSITIVE:
        return hits
    kept = tuple(h for h in hits if (h.id, h.value, h.words) != ("pregnant", "yes", test.words))
    late = not still and isinstance(days, int) and days >= TURNS_NEGATIVE
    return (*kept, Hit("finding", "test_still_positive", "yes", test.words)) if late else kept


def _out_of_place(turn: Turn) -> bool:
    """Take back a question that asks of a pregnancy which she has just told is over; never put it again."""
    asked = turn.state.asked
    if asked is None or not asked.findings or any(fits(turn, f) for f in asked.findings):
        return False
    turn.change(asked=None)
    return True


def record_weighed(turn: Turn, heard: Understanding) -> Understanding:
    """Write down the alarms that her words add up to, where nothing that she told raises them by itself.

    Return what was heard with these among the interrupts. It only ever raises the result.
    """
    for hit in heard.weighed:
        result = turn.assess()
        flag = _FLAG_OF.get(hit.id)
        known = flag in result.flags if flag else result.urgency >= turn.flow.table.urgency(HOSPITAL)
        if not known and note(turn, FindingId(hit.id), hit.value or "unsure", hit.words, asked=False):
            heard = replace(heard, interrupts=(*heard.interrupts, hit))
    return heard


def note(turn: Turn, finding: FindingId, value: str | int, words: str, *, asked: bool) -> bool:
    """Write down one finding; return False when the table has no such finding or value."""
    answer = _answer(turn, finding, value, words, asked=asked)
    if answer is None:
        return False
    turn.change(findings={**turn.state.findings, finding: answer})
    return True


def _answer(turn: Turn, finding: FindingId, value: str | int, words: str, *, asked: bool) -> Answer | None:
    """Return what is written down, None when the table has no such finding or value."""
    known = turn.flow.table.findings.get(finding)
    if (
        known is None
        or (known.derived_from is not None and finding != "trimester")
        or not _valid(known, value)
    ):
        return None
    return Answer(finding, value, turn.at, turn.state.channel, words[:200], asked)


def _valid(finding: Finding, value: str | int) -> bool:
    if value == "unsure":
        return True
    if finding.numeric:
        return isinstance(value, int) and finding.min <= value <= finding.max
    return value in finding.values


def _value(turn: Turn, finding: str) -> str | int | None:
    answer = turn.state.findings.get(FindingId(finding))
    return answer.value if answer else None


def _volunteer(turn: Turn, hit: Hit) -> None:
    if hit.value is None:
        return
    finding = FindingId(hit.id)
    before = turn.state.findings.get(finding)
    if before is not None and _eases(turn, before, hit.value):
        return
    if note(turn, finding, hit.value, hit.words, asked=False):
        _told_weeks(turn, finding)


def _out_of_date(turn: Turn, hit: Hit) -> bool:
    """Return whether what only follows from her words is known better: weeks make nobody pregnant again.

    After a loss or a birth they tell how far along she was; a trimester says no more than weeks do.
    """
    if hit.id == "trimester":
        return bool(_value(turn, "gestation_weeks")) and (hit.implied or hit.value == "unknown")
    return hit.implied and hit.id == "pregnant" and _value(turn, "pregnant") == "recent"


def _eases(turn: Turn, before: Answer, value: str | int) -> bool:
    """Return whether a volunteered value would take back a danger told in this turn."""
    return before.at == turn.at and before.value == "yes" and value in ("no", "unsure")


def _told_weeks(turn: Turn, finding: FindingId) -> None:
    """Forget an older trimester once a number of weeks is told."""
    trimester = FindingId("trimester")
    if finding == "gestation_weeks" and trimester in turn.state.findings and _value(turn, finding):
        turn.change(findings={f: a for f, a in turn.state.findings.items() if f != trimester})


def _answers(turn: Turn, answers: Iterable[Hit]) -> bool:
    asked = turn.state.asked
    hits = tuple(answers)
    if asked is None or not hits or not asked.findings:
        return False
    if len(asked.findings) > 1:
        return _screen(turn, hits)
    hit = hits[0]
    if hit.value == LONG_AGO:
        _no_recent_loss(turn)
        return True
    if hit.value is None or not note(turn, asked.findings[0], hit.value, hit.words, asked=True):
        return False
    _told_weeks(turn, asked.findings[0])
    if (asked.findings[0], hit.value) == ("results_known", "ended"):
        note(turn, FindingId("pregnant"), "recent", hit.words, asked=False)
    _remember_trail(turn)
    return True


def _no_recent_loss(turn: Turn) -> None:
    """Forget what ended more than a year ago: whether she is pregnant now is asked then."""
    told = {"pregnant", "recent_event", "days_since_event"}
    turn.change(findings={f: a for f, a in turn.state.findings.items() if f not in told})
    turn.remember(LOSS, None)


def _screen(turn: Turn, hits: tuple[Hit, ...]) -> bool:
    """Settle a screen: what is ticked is yes, the rest no; yes or unsure to the whole goes on one by one."""
    asked = turn.state.asked
    assert asked is not None
    ticked = {h.id: h for h in hits if h.id in asked.findings}
    whole = to_all(hits[0])
    if not ticked and whole != "no":
        return _whole(turn, whole, hits[0].words)
    findings = dict(turn.state.findings)
    for finding in asked.findings:
        if finding in findings and findings[finding].at == turn.at:
            continue
        hit = ticked.get(finding)
        value = (hit.value or "yes") if hit else "no"
        answer = _answer(turn, finding, value, (hit or hits[0]).words, asked=True)
        if answer is not None:
            findings[finding] = answer
    turn.change(findings=findings)
    _remember_trail(turn)
    return True


def to_all(hit: Hit) -> str:
    """Return what an answer to all of a screen comes to: yes, no or unsure."""
    if hit.id in ("none", "no") or hit.value == "no":
        return "no"
    return "unsure" if "unsure" in (hit.id, hit.value) else "yes"


def _whole(turn: Turn, reply: str, words: str) -> bool:
    """Take a yes or unsure to all of a screen. A yes to the danger screen is an emergency at once."""
    asked = turn.state.asked
    assert asked is not None
    if asked.id == "danger" and reply == "yes" and len(turn.text.split()) <= PLAIN_YES:
        note(turn, FindingId("danger_screen"), "yes", words, asked=True)
        _remember_trail(turn)
        return True
    turn.change(asked=replace(asked, one_by_one=asked.findings))
    if reply == "yes":
        turn.remember("screen_yes", " ".join(asked.findings))
    return True


def _remember_trail(turn: Turn) -> None:
    asked = turn.state.asked
    if asked:
        turn.change(trail=(*turn.state.trail, " ".join((asked.id, *asked.findings))))
