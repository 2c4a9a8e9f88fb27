"""One case: what is known, what was said, and what staff can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpline.console import message, thread, words
from helpline.console.sessions import again, event_id, me, this_line
from helpline.console.told import said
from helpline.service import CaseRecord, Line, casework
from helpline.service.casework import Act, Done, Result
from helpline.service.dossier import Dossier, dossier, may_open, reasons_for
from helpline.service.links import linked_case
from helpline.service.logins import TRAINED, name_of
from helpline.service.rota import PAGED_ROLES, on_duty
from helpline.triage.state import FindingId, Level, StaffId
from helpline.triage.thread import held
from helpline.triage.turn import told


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words. `heard` is what she wrote, where it says more than the answer."""

    label: str
    value: str
    heard: str
    negative: bool


def show(code: str) -> str:
    """Show a case; the look itself is entered in its journal."""
    line, mine = this_line(), me()
    record = line.store.find_case(code)
    if record is None:
        abort(404)
    if not may_open(record, mine):
        abort(403)
    seen = dossier(line, record, mine, again=again())
    name = lru_cache(64)(partial(_name, line))
    return render_template(
        "case.html",
        me=mine,
        seen=seen,
        said=said(),
        **_head(line, seen, name),
        **_body(line, record, seen, name),
    )


def go(token: str) -> Response:
    """Lead from the link in a text to its case, for whom it was made and while it is young."""
    code = linked_case(this_line(), token, me().id)
    if code is None:
        return redirect(url_for("console.board", said="old-link"), 303)
    return redirect(url_for("console.case", code=code), 303)


def _head(line: Line, seen: Dossier, name: thread.Named) -> dict[str, object]:
    """Return what stands above: code, level, since when, who has it, and what can be done with it."""
    case, record = seen.record.case, seen.record
    return {
        "code": case.code,
        "case": case,
        "closed": record.closed,
        "outcome": (record.outcome or "").split("\n")[0],
        "outcomes": words.OUTCOMES,
        "tone": case.level.value,
        "level": words.LEVELS[case.level.value],
        "flags": [words.FLAGS[f] for f in sorted(case.flags) if f != case.level.value],
        "age": words.age(line.now(), case.opened),
        "opened": f"{case.opened.astimezone(_zone(line)):%H:%M}",
        "owner": name(case.owner) if case.owner else None,
        "yours": case.owner == me().id,
        "rung": words.rung(line.flow, case),
        "colleagues": _colleagues(line, seen),
        "longest": casework.LONGEST_TEXT,
    }


def _body(line: Line, record: CaseRecord, seen: Dossier, name: thread.Named) -> dict[str, object]:
    """Return what is known, said, planned and logged."""
    findings, zone = _findings(line, seen), _zone(line)
    return {
        "reasons": _reasons(line, seen, trained=me().trained),
        "told": [f for f in findings if not f.negative],
        "denied": [f.label for f in findings if f.negative],
        "facts": _facts(line, seen),
        "pieces": thread.thread(seen, zone, name),
        "messages": _messages(line, record),
        "log": thread.log(seen.journal, zone, name),
        "lost": thread.lost(seen.items),
        "pages": thread.pages(seen.items, seen.record.case.code, zone, name),
        "planned": _planned(seen, line.now()),
        "unreachable": words.UNREACHABLE.get(seen.unreachable or ""),
        "held": seen.state is not None and held(seen.state),
    }


def _messages(line: Line, record: CaseRecord) -> list[tuple[int, int, str]]:
    """Return the number and seconds of each message she left, and how long it is kept; empty: it is gone."""
    left = message.to_hear(record)
    return [(m.number, m.seconds, words.due(line.now(), m.until) if m.until else "") for m in left]


def _zone(line: Line) -> ZoneInfo:
    return ZoneInfo(line.flow.region.time_zone)


def take(code: str) -> Response:
    """Take the case, or confirm that one still has it."""
    done = casework.take(this_line(), _act(code))
    return _back(code, done, {Result.DONE: "taken", Result.MINE: "still"})


def hand(code: str) -> Response:
    """Hand the case over, or back to who is on call."""
    to = request.form.get("to", "")
    done = casework.hand(this_line(), _act(code), StaffId(to) if to and to != "back" else None)
    if not to:
        done = Done(Result.UNFIT)
    return _back(code, done, {Result.DONE: "back" if to == "back" else "handed", Result.UNFIT: "colleague"})


def write(code: str) -> Response:
    """Write to her."""
    done = casework.write(this_line(), _act(code), request.form.get("words", ""))
    return _back(code, done, {Result.DONE: "written", Result.UNSENT: "empty"}, "words")


def call(code: str) -> Response:
    """Call her and join her with who asks, who has to have a phone on the staff list."""
    done = casework.call(this_line(), _act(code))
    return _back(code, done, {Result.DONE: "calling", Result.UNREACHABLE: "no-call"}, "words")


def close(code: str) -> Response:
    """Close the case with an outcome."""
    outcome = request.form.get("outcome", "")
    if outcome not in casework.OUTCOMES:
        return redirect(url_for("console.case", code=code, said="outcome"), 303)
    done = casework.close(this_line(), _act(code), outcome, request.form.get("note", ""))
    if done.result is Result.DONE:
        return redirect(url_for("console.board", said="done"), 303)
    return _back(code, done, {})


def _act(code: str) -> Act:
    """Return the act of whoever is asking on this case, if it is hers to touch."""
    record = this_line().store.find_case(code)
    if record is not None and not may_open(record, me()):
        abort(403)
    return Act(code, me().id, me().role, event_id())


_WORDS = {
    Result.GONE: "gone",
    Result.CLOSED: "closed-already",
    Result.TAKEN: "someone-else",
    Result.LATE: "late",
    Result.UNREACHABLE: "unreachable",
}


def _back(code: str, done: Done, own: dict[Result, str], anchor: str | None = None) -> Response:
    word = own.get(done.result) or _WORDS.get(done.result, "late")
    return redirect(url_for("console.case", code=code, said=word, _anchor=anchor), 303)


def _name(line: Line, id: str) -> str:
    name = name_of(line, id) if id else "someone"
    return "You" if id == me().id else name


def _reasons(line: Line, seen: Dossier, *, trained: bool) -> list[str]:
    case = seen.record.case
    if case.level is Level.TECHNICAL:
        return [case.reason]
    answers = seen.state.findings if seen.state else {}
    ids = reasons_for(line.flow.table, case.reason, trained=trained)
    return words.reasons(line.flow, ids, answers)


def _findings(line: Line, seen: Dossier) -> list[Told]:
    """Return what she told, in the order in which it is asked."""
    if seen.state is None:
        return []
    order = {f: n for n, item in enumerate(line.flow.table.interview) for f in item.findings}
    answers = sorted(told(seen.state).values(), key=lambda a: order.get(a.finding, len(order)))
    found = []
    for answer in answers:
        value = words.value_of(line.flow, answer.finding, answer.value)
        heard = answer.heard.strip()
        telling = any(c.isalpha() for c in heard) and heard.casefold() != value.casefold()
        negative = answer.value in ("no", "none")
        found.append(Told(words.plain(answer.finding), value, heard if telling else "", negative))
    return found


def _facts(line: Line, seen: Dossier) -> list[tuple[str, str]]:
    state = seen.state
    if state is None:
        return []
    told = words.DISPOSITIONS.get(state.disposition or "", "nothing yet: the questions are not over")
    weeks = state.findings.get(FindingId("gestation_weeks"))
    facts = [("She was told", told), ("Language", words.LANGUAGES.get(state.language, state.language))]
    if weeks is not None:
        facts.append(("Pregnant", words.value_of(line.flow, weeks.finding, weeks.value)))
    if seen.record.case.version:
        facts.append(("Rules", f"version {seen.record.case.version} of the content"))
    facts.append(("Number", f"ends in {seen.tail}" if seen.tail else "withheld"))
    return facts


def _planned(seen: Dossier, now: datetime) -> list[tuple[str, str]]:
    timers = sorted(seen.state.timers, key=lambda t: t.due) if seen.state else []
    return [
        (words.TIMERS.get(t.name, words.plain(t.name.replace("checkin", "check-in"))), words.due(now, t.due))
        for t in timers
    ]


def _colleagues(line: Line, seen: Dossier) -> Sequence[tuple[str, str]]:
    """Return to whom the case can go: on call first."""
    here = {s.id for s in on_duty(line.store.staff, line.now())}
    case = seen.record.case
    fit = [
        s
        for s in line.store.staff.staff_list()
        if s.role in PAGED_ROLES
        and s.id != case.owner
        and (case.level is not Level.SAFEGUARDING or s.role in TRAINED)
    ]
    fit.sort(key=lambda s: s.id not in here)
    return [(s.id, f"{s.name}{'' if s.id in here else ' (not on call)'}") for s in fit]
