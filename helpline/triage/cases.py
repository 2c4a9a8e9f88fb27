"""The person's case: opened, raised, paged rung by rung, taken, handed back and closed.

One open case a person; a worse event raises it and pages again, a milder one never lowers it. Whoever waits
for a person is told the truth, without being flooded (design, section 3d).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from helpline.triage import ladder
from helpline.triage.contact import CLOSED
from helpline.triage.effects import (
    ChangeCase,
    CloseCase,
    Count,
    Erase,
    Note,
    OpenCase,
    Page,
    Repeat,
    Text,
    Withdraw,
)
from helpline.triage.events import Acknowledged, CaseClosed, HandedOver, Undelivered
from helpline.triage.state import Case, CaseCode, FindingId, Level, StaffId, Timer, TimerName
from helpline.triage.thread import OWNER_TOLD, THREAD
from helpline.triage.turn import Turn, worst

CODE_LETTERS = "23456789CFGHJKMNPQRTVWX"
"""Letters and digits of a case code that are not mistaken for one another (design, section 3d)."""

LADDER, OWNED = TimerName("ladder"), TimerName("owned")

OWNED_FOR = timedelta(minutes=30)
"""After so long with a taken case and no word, the owner is reminded and then the ladder resumes."""

NOTICE_USEFUL = 3600
"""Seconds for which a notice to the person about her case makes sense."""

ERASE = "keep_erase"
"""Remembered when she asked to be forgotten while a case was open."""

WITHIN = (("2m", 120), ("5m", 300), ("15m", 900))
"""How soon a case was taken is counted within these times (name, seconds)."""

ONE_PERSON = frozenset({"first", "next"})
"""Rungs on which a page that does not arrive leaves nobody told."""

TOLD_TAKEN, TOLD_NOBODY = "told_taken", "told_nobody"


def open_case(turn: Turn, level: Level, because: tuple[str, ...]) -> None:
    """Open the person's case, or raise it; a milder event never lowers it."""
    reason = ", ".join(because[:6]) or "asked for a person"
    case = turn.state.case
    if case is None or case.status == "closed":
        case = Case(case_code(turn), level, turn.state.flags, reason, turn.at)
        turn.change(case=case)
        turn.effects += [OpenCase(case), Count("case_opened", level)]
        _page_first(turn, case)
        return
    if level.rank < case.level.rank or turn.state.flags - case.flags:
        _raise(turn, case, level, reason)
    else:
        turn.effects.append(Note("case_again", reason))


def _raise(turn: Turn, case: Case, level: Level, reason: str) -> None:
    worse = level.rank < case.level.rank
    raised = replace(
        case, level=worst(level, case.level) or level, flags=case.flags | turn.state.flags, reason=reason
    )
    turn.change(case=raised)
    turn.effects.append(ChangeCase(raised, "raised"))
    if worse:
        raised = replace(raised, status="open", owner=None, rung=0)
        turn.change(case=raised)
        turn.effects[-1] = ChangeCase(raised, "raised")
        _page_first(turn, raised)


def _page_first(turn: Turn, case: Case) -> None:
    rung = ladder.first(case)
    if rung is None:
        return
    _page(turn, case, rung)


def _page(turn: Turn, case: Case, rung: ladder.Rung) -> None:
    pause = ladder.wait(turn.flow.policy.rung_waits, case.level)
    seconds = int(pause.total_seconds())
    for by in ("text", "call") if rung.by == "both" else (rung.by,):
        turn.effects.append(Page(case.code, case.level, rung.number, by, seconds))
    turn.set_timer(Timer(LADDER, turn.at + pause, urgent=True, kind="ladder"))


def case_code(turn: Turn) -> CaseCode:
    """Draw a code from the event's chance: the bucket and two letters or digits."""
    number = int.from_bytes(turn.entropy[10:16], "big")
    second, first = divmod(number, len(CODE_LETTERS))
    return CaseCode(
        turn.state.bucket.upper() + CODE_LETTERS[first] + CODE_LETTERS[second % len(CODE_LETTERS)]
    )


def next_rung(turn: Turn) -> None:
    """Page the next rung, as nobody took the case in time; at the safety net tell the person so."""
    turn.clear_timers(LADDER)
    case = turn.state.case
    rung = ladder.climb(case) if case else None
    if case is None or rung is None:
        return
    climbed = replace(case, rung=rung.number)
    turn.change(case=climbed)
    turn.effects.append(ChangeCase(climbed, f"rung {rung.number}"))
    _page(turn, climbed, rung)
    if rung.who == "safety_net":
        turn.effects.append(Count("safety_net", case.level))
        _tell_once(turn, TOLD_NOBODY, "case.nobody")


def acknowledged(turn: Turn, event: Acknowledged) -> None:
    """Give the case to who took it: the first wins, later ones hear who has it."""
    case = turn.state.case
    if case is not None and case.code == event.case and case.owner == event.by:
        turn.effects.append(Note("still_here", event.by))
        still_owned(turn)
        return
    if case is None or case.code != event.case or case.owner is not None:
        turn.effects.append(Note("acknowledged_late", event.by))
        return
    if ERASE in turn.state.extra:
        _erase_now(turn, case, event.by)
        return
    taken = replace(case, owner=event.by, status="acknowledged")
    turn.change(case=taken)
    turn.clear_timers(LADDER)
    still_owned(turn)
    seconds = int((turn.at - case.opened).total_seconds())
    within = next((name for name, most in WITHIN if seconds <= most), "longer")
    turn.effects += [ChangeCase(taken, "acknowledged"), Count("acknowledged", case.level)]
    turn.effects.append(Count("acknowledged_within", within))
    turn.effects.append(Note("acknowledged_after", str(seconds)))
    _tell_once(turn, TOLD_TAKEN, "case.taken")


def still_owned(turn: Turn) -> None:
    """Count the owner's silence from now on."""
    turn.set_timer(Timer(OWNED, turn.at + OWNED_FOR, urgent=True, kind="owned"))


def owner_quiet(turn: Turn) -> None:
    """Put a case that its owner left open too long back on the ladder, on its first rung."""
    turn.clear_timers(OWNED)
    _drop_thread(turn)
    case = turn.state.case
    if case is not None and case.status == "acknowledged":
        _put_back(turn, case, "owner quiet")


def handed(turn: Turn, event: HandedOver) -> None:
    """Give a taken case to someone else, who must show up within the wait of a rung, or put it back.

    Nothing happens when it has another owner by now than whoever decided this had seen.
    """
    case = turn.state.case
    if case is None or case.code != event.case or case.owner != event.owner or event.to == case.owner:
        turn.effects.append(Note("handed_late", event.by))
        return
    if event.to is None:
        turn.clear_timers(OWNED)
        _drop_thread(turn)
        _put_back(turn, case, "handed back")
        return
    given = replace(case, owner=event.to)
    turn.change(case=given)
    if THREAD in turn.state.extra:
        turn.remember(THREAD, event.to)
        turn.remember(OWNER_TOLD, None)
    pause = ladder.wait(turn.flow.policy.rung_waits, case.level)
    turn.set_timer(Timer(OWNED, turn.at + pause, urgent=True, kind="owned"))
    turn.effects += [ChangeCase(given, "handed over"), Note("handed_to", event.to)]
    seconds = int(pause.total_seconds())
    turn.effects.append(Page(case.code, case.level, case.rung, "text", seconds, event.to, "handed"))


def _put_back(turn: Turn, case: Case, why: str) -> None:
    back = replace(case, status="open", owner=None, rung=0)
    turn.change(case=back)
    turn.effects.append(ChangeCase(back, why))
    _page_first(turn, back)


def _drop_thread(turn: Turn) -> None:
    turn.remember(THREAD, None)
    turn.remember(OWNER_TOLD, None)


def closed(turn: Turn, event: CaseClosed) -> None:
    """Close the case; her next word begins a new contact. Whoever was written to hears that it is over."""
    case = turn.state.case
    if case is None or case.code != event.case:
        turn.effects.append(Note("closed_late", event.by))
        return
    if THREAD in turn.state.extra:
        _tell(turn, "case.done")
    turn.change(case=None)
    turn.clear_timers(LADDER, OWNED)
    _drop_thread(turn)
    turn.remember(CLOSED, "yes")
    turn.remember(TOLD_TAKEN, None)
    turn.remember(TOLD_NOBODY, None)
    turn.effects.append(CloseCase(replace(case, status="closed", owner=event.by), event.outcome))
    turn.effects.append(Count("case_closed", case.level))


def forget(turn: Turn) -> None:
    """Delete all she told. An open case goes on without content until someone has taken it."""
    case = turn.state.case
    turn.change(asked=None, ended=True, step="erased")
    if case is None or case.status == "closed" or case.level not in ladder.PAGED:
        turn.change(timers=())
        turn.effects.append(Erase())
        return
    blank = replace(case, reason="erased on request")
    kept = tuple(t for t in turn.state.timers if t.name in (LADDER, OWNED))
    turn.change(case=blank, findings={}, trail=(), timers=kept, extra={ERASE: "yes"})
    plans = frozenset({"nudge", "checkin", "support"})
    turn.effects += [ChangeCase(blank, "erased on request"), Withdraw(plans)]
    if case.owner is not None:
        _erase_now(turn, blank, case.owner)


def _erase_now(turn: Turn, case: Case, by: StaffId) -> None:
    turn.change(case=None, timers=())
    turn.effects += [CloseCase(replace(case, status="closed", owner=by), "erased on request"), Erase()]


def page_failed(turn: Turn, event: Undelivered) -> None:
    """Climb at once when a page did not reach its phone.

    From the rung on that pages several the timer decides: one dead phone among them proves nothing, and the
    last rung must not page everybody again and again.
    """
    case = turn.state.case
    if event.kind == "page" and case and case.status == "open" and ladder.RUNGS[case.rung].who in ONE_PERSON:
        next_rung(turn)


def _tell_once(turn: Turn, mark: str, message: str) -> None:
    """Tell the person by text, once a case."""
    if mark not in turn.state.extra and _tell(turn, message):
        turn.remember(mark, "yes")


def _tell(turn: Turn, message: str) -> bool:
    """Tell the person by text, if her phone is safe and she takes texts; return whether she is told."""
    unsafe = turn.state.findings.get(FindingId("safe_to_text"))
    if (unsafe and unsafe.value != "yes") or turn.state.extra.get("textable") == "no":
        return False
    body = turn.word(message)
    turn.effects.append(Text("notice", body, turn.state.language, Repeat.SAFE, NOTICE_USEFUL, urgent=True))
    return True
