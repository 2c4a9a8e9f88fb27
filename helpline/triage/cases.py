"""The person's case: opened, raised, paged rung by rung, taken, handed back and closed.

One open case a person; a worse event raises it and pages again, a milder one never lowers it. Whoever waits
for a person is told the truth, without being flooded (design, section 3d).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from helpline.triage import ladder, news
from helpline.triage.contact import CLOSED
from helpline.triage.effects import ChangeCase, CloseCase, Count, Erase, Note, OpenCase, Page, Withdraw
from helpline.triage.events import Acknowledged, CaseClosed, HandedOver, StaffOpened, Undelivered
from helpline.triage.state import Case, CaseCode, Flag, Level, StaffId, Timer, TimerName
from helpline.triage.thread import BY_TEXT, OWNER_TOLD, THREAD
from helpline.triage.turn import Turn, worst

CODE_LETTERS = "23456789CFGHJKMNPQRTVWX"
"""Letters and digits of a case code that are not mistaken for one another (design, section 3d)."""

LADDER, OWNED = TimerName("ladder"), TimerName("owned")
FORGET = TimerName("forget")
"""Left behind by an erasing that was decided; it goes with everything else."""

PROMISED = "promised"
"""Remembered while a call back is promised: by when, ISO 8601. Also the name of the timer."""

ON_THE_PHONE = timedelta(minutes=5)
"""While she is on a call the owner's silence is looked at again after this."""

NOTICE_USEFUL = 900
"""Seconds for which it helps staff to hear of a change."""

ERASE, BLANK = "keep_erase", "erased on request"
"""Remembered when she asked to be forgotten while a case was open; and the reason that is left of it."""

SHOW_UP = "show_up"
"""Remembered while the owner was asked for a sign (reminded, or handed the case) and gave none yet."""

WITHIN = (("2m", 120), ("5m", 300), ("15m", 900))
"""How soon a case was taken is counted within these times (name, seconds)."""

REASONS = 6
"""So many reasons of a case are kept."""


def open_case(turn: Turn, level: Level, because: tuple[str, ...]) -> None:
    """Open the person's case, or raise it; a milder event never lowers it."""
    reason = ", ".join(because[:REASONS]) or "asked for a person"
    case = turn.state.case
    if case is None or case.status == "closed":
        case = _new(turn, level, reason)
        turn.change(case=case)
        turn.effects += [OpenCase(case), Count("case_opened", level)]
        if level in ladder.PAGED:
            page_rung(turn, case)
        return
    new_flags = turn.state.flags - case.flags
    if level.rank < case.level.rank or new_flags or case.reason == BLANK:
        _raise(turn, case, level, reason)
    else:
        turn.effects.append(Note("case_again", reason))
        tell_owner(turn)


def _new(turn: Turn, level: Level, reason: str) -> Case:
    return Case(case_code(turn), level, turn.state.flags, reason, turn.at, version=turn.flow.version)


def _raise(turn: Turn, case: Case, level: Level, reason: str) -> None:
    """Make it worse: page anew, its owner too, who keeps the thread until somebody has to climb for them."""
    worse = level.rank < case.level.rank
    raised = replace(
        case, level=worst(level, case.level) or level, flags=case.flags | turn.state.flags, reason=reason
    )
    if not worse:
        turn.change(case=raised)
        turn.effects.append(ChangeCase(raised, "raised"))
        if Flag.SAFEGUARDING in raised.flags - case.flags:
            _page_trained(turn, raised)
        tell_owner(turn)
        return
    raised = replace(raised, status="open", owner=None, rung=0)
    turn.change(case=raised)
    turn.clear_timers(OWNED)
    turn.remember(SHOW_UP, None)
    turn.effects.append(ChangeCase(raised, "raised"))
    if case.owner is not None:
        page(turn, raised, to=case.owner, why="raised")
    page_rung(turn, raised)


def _page_trained(turn: Turn, case: Case) -> None:
    """Bring in somebody trained: beside the owner, or as a page like any other."""
    why = "open" if case.owner is None else "beside"
    page(turn, case, who="trained", why=why, owner=case.owner)


def page_rung(turn: Turn, case: Case, but: StaffId | None = None) -> None:
    """Page the rung that a case is on, and wait as its level says."""
    policy = turn.flow.policy
    rung = ladder.at(policy.ladder, case.rung)
    again = case.rung >= len(policy.ladder) - 1
    pause = ladder.wait(policy.again_waits if again else policy.rung_waits, case.level)
    for by in ("text", "call") if rung.by == "both" else (rung.by,):
        page(turn, case, by=by, seconds=int(pause.total_seconds()), who=rung.who, but=but)
    turn.set_timer(Timer(LADDER, turn.at + pause, urgent=True, kind="ladder"))


def page(turn: Turn, case: Case, *, by: str = "text", seconds: int = NOTICE_USEFUL, **more: object) -> None:
    """Tell staff of a case. `more`: further fields of the page."""
    made = Page(
        case.code,
        case.level,
        case.rung,
        by,
        seconds,
        beside=Flag.SAFEGUARDING in case.flags and case.level is not Level.SAFEGUARDING,
        language=turn.state.language,
        age_seconds=int((turn.at - case.opened).total_seconds()),
    )
    turn.effects.append(replace(made, **more))  # type: ignore[arg-type]  # fields of Page, by name


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
    rungs = turn.flow.policy.ladder
    number = ladder.climb(rungs, case) if case else None
    if case is None or number is None:
        return
    drop_thread(turn)
    climbed = replace(case, rung=number)
    turn.change(case=climbed)
    turn.effects.append(ChangeCase(climbed, f"rung {number}"))
    page_rung(turn, climbed)
    if rungs[number].who == ladder.SAFETY_NET:
        turn.effects.append(Count("safety_net", case.level))
        news.nobody(turn)


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
    if take(turn, case, event.by):
        news.taken(turn)


def take(turn: Turn, case: Case, by: StaffId) -> bool:
    """Give a case that nobody has to someone; False when all that was left to do was to forget her."""
    if ERASE in turn.state.extra and case.reason == BLANK:
        _erase_now(turn, case, by)
        return False
    taken = replace(case, owner=by, status="acknowledged")
    turn.change(case=taken)
    turn.clear_timers(LADDER)
    if THREAD in turn.state.extra:
        turn.remember(THREAD, by)
    still_owned(turn)
    seconds = int((turn.at - case.opened).total_seconds())
    within = next((name for name, most in WITHIN if seconds <= most), "longer")
    turn.effects += [ChangeCase(taken, "acknowledged"), Count("acknowledged", case.level)]
    turn.effects.append(Count("acknowledged_within", within))
    turn.effects.append(Note("acknowledged_after", str(seconds)))
    turn.effects.append(Withdraw(frozenset({"page"})))
    who = ladder.at(turn.flow.policy.ladder, case.rung).who
    if who != "first":
        page(turn, taken, why="taken", who=who, owner=by)
    return True


def opened(turn: Turn, event: StaffOpened) -> None:
    """Open a case for who asks, or give them the one that nobody has."""
    case = turn.state.case
    if case is None or case.status == "closed":
        turn.remember(CLOSED, None)
        case = _new(turn, Level.URGENT, "opened_by_staff")
        turn.change(case=case)
        turn.effects += [OpenCase(case), Count("case_opened", case.level)]
        mine = replace(case, owner=event.by, status="acknowledged")
        turn.change(case=mine)
        turn.effects[-2] = OpenCase(mine)
        still_owned(turn)
    elif case.owner is None:
        take(turn, case, event.by)
    else:
        turn.effects.append(Note("opened_late", event.by))


def still_owned(turn: Turn) -> None:
    """Count the owner's silence from now on."""
    case = turn.state.case
    if case is None:
        return
    turn.remember(SHOW_UP, None)
    pause = ladder.wait(turn.flow.policy.owner_waits, case.level)
    turn.set_timer(Timer(OWNED, turn.at + pause, urgent=True, kind="owned"))


def owner_quiet(turn: Turn) -> None:
    """Remind an owner who shows no sign; when that brings none either, put the case back on the ladder."""
    turn.clear_timers(OWNED)
    case = turn.state.case
    if case is None or case.owner is None:
        return
    if turn.state.call is not None:
        turn.set_timer(Timer(OWNED, turn.at + ON_THE_PHONE, urgent=True, kind="owned"))
    elif SHOW_UP in turn.state.extra:
        _put_back(turn, case, "owner quiet")
    else:
        turn.effects.append(Count("owner_reminded", case.level))
        show_up(turn, case, "quiet")


def show_up(turn: Turn, case: Case, why: str, by: str = "text") -> None:
    """Ask the owner for a sign within the wait of one rung."""
    pause = ladder.wait(turn.flow.policy.rung_waits, case.level)
    turn.remember(SHOW_UP, "yes")
    turn.set_timer(Timer(OWNED, turn.at + pause, urgent=True, kind="owned"))
    page(turn, case, by=by, seconds=int(pause.total_seconds()), to=case.owner, why=why)


def handed(turn: Turn, event: HandedOver) -> None:
    """Give a taken case to someone else, who must show up within the wait of a rung, or put it back.

    Nothing happens when it has another owner by now than whoever decided this had seen.
    """
    case = turn.state.case
    if case is None or case.code != event.case or case.owner != event.owner or event.to == case.owner:
        turn.effects.append(Note("handed_late", event.by))
        return
    if event.to is None:
        _put_back(turn, case, "handed back")
        return
    given = replace(case, owner=event.to)
    turn.change(case=given)
    if THREAD in turn.state.extra:
        turn.remember(THREAD, event.to)
        turn.remember(OWNER_TOLD, None)
    turn.effects += [ChangeCase(given, "handed over"), Note("handed_to", event.to)]
    show_up(turn, given, "handed")


def _put_back(turn: Turn, case: Case, why: str) -> None:
    """Put a case back on the ladder, where others than its owner are paged first."""
    turn.clear_timers(OWNED)
    drop_thread(turn)
    turn.remember(SHOW_UP, None)
    rung = ladder.next_person(turn.flow.policy.ladder)
    back = replace(case, status="open", owner=None, rung=rung)
    turn.change(case=back)
    turn.effects.append(ChangeCase(back, why))
    page_rung(turn, back, but=case.owner)


def drop_thread(turn: Turn) -> None:
    """Let the automated line answer again."""
    turn.remember(THREAD, None)
    turn.remember(BY_TEXT, None)
    turn.remember(OWNER_TOLD, None)


def tell_owner(turn: Turn) -> None:
    """Tell who has the case that there is news, once until they act; with the thread the relay does."""
    case = turn.state.case
    known = OWNER_TOLD in turn.state.extra or THREAD in turn.state.extra
    if case is not None and case.owner is not None and not known:
        turn.remember(OWNER_TOLD, "yes")
        page(turn, case, to=case.owner, why="words")


def closed(turn: Turn, event: CaseClosed) -> None:
    """Close the case; her next word begins a new contact. Whoever was written to hears that it is over."""
    case = turn.state.case
    if case is None or case.code != event.case:
        turn.effects.append(Note("closed_late", event.by))
        return
    news.done(turn, event.outcome)
    turn.change(case=None)
    turn.clear_timers(LADDER, OWNED)
    drop_thread(turn)
    turn.remember(SHOW_UP, None)
    turn.remember(CLOSED, "yes")
    turn.effects.append(CloseCase(replace(case, status="closed", owner=event.by), event.outcome))
    turn.effects += [Count("case_closed", case.level), Withdraw(frozenset({"page"}))]
    outcome, why = event.outcome.replace(" ", "_"), case.reason.partition(",")[0]
    turn.effects.append(Count("outcome", f"{case.level}.{outcome}"))
    if why.replace("_", "").replace(".", "").isalnum():  # the id of a rule, no sentence
        turn.effects.append(Count("closed_as", f"{why}.{outcome}"))
    if ERASE in turn.state.extra:  # she told something new since; now that is over too
        _erase(turn)


def forget(turn: Turn) -> None:
    """Delete all she told. An open case goes on without content until someone has taken it."""
    case = turn.state.case
    turn.change(asked=None, ended=True, step="erased")
    if case is None or case.status == "closed" or case.level not in ladder.PAGED:
        _erase(turn)
        return
    blank = replace(case, reason=BLANK)
    kept = tuple(t for t in turn.state.timers if t.name in (LADDER, OWNED))
    turn.change(case=blank, findings={}, trail=(), timers=kept, flags=frozenset(), contacts=())
    turn.change(disposition=None, last_disposition=None, consent=replace(turn.state.consent, agreements=()))
    turn.change(extra={ERASE: "yes", CLOSED: "yes"})
    plans = frozenset({"nudge", "checkin", "support"})
    turn.effects += [ChangeCase(blank, BLANK), Withdraw(plans)]
    if case.owner is not None:
        _erase_now(turn, blank, case.owner)


def _erase_now(turn: Turn, case: Case, by: StaffId) -> None:
    turn.change(case=None)
    turn.effects.append(CloseCase(replace(case, status="closed", owner=by), BLANK))
    _erase(turn)


def _erase(turn: Turn) -> None:
    """Have everything deleted. Should the process die before it is, the timer has it done again."""
    turn.change(timers=(Timer(FORGET, turn.at, kind="forget"),))
    turn.effects.append(Erase())


def page_failed(turn: Turn, event: Undelivered) -> None:
    """Climb at once when no page about the case can reach anybody any more.

    At the last rung the timer decides: it must not page everybody again and again. A case handed to somebody
    whose phone is dead goes back.
    """
    case = turn.state.case
    if event.kind != "page" or case is None or event.case not in (None, case.code):
        return
    if case.owner is not None:
        if event.staff == case.owner and SHOW_UP in turn.state.extra:
            _put_back(turn, case, "owner not reached")
    elif event.alone and case.rung < len(turn.flow.policy.ladder) - 1:
        next_rung(turn)


_LEVELS = {level.value: level for level in Level}


def unheard(turn: Turn, event: Undelivered) -> None:
    """Open a case when an answer of ours did not reach her: nobody knows what she has read.

    What she had to know at once has a case and a call of its own (`silence.not_arrived`). Who was told to
    care for herself at home is left in peace; STOP at the carrier is her own wish.
    """
    if event.kind != "reply" or event.opted_out or event.urgent:
        return
    told = turn.state.disposition
    level = _LEVELS.get(told or "", Level.URGENT if told is None else None)
    if told == "within_24_hours":
        level = Level.ROUTINE
    if level is not None and turn.state.case is None:
        open_case(turn, level, ("not_delivered",))
    else:
        turn.effects.append(Note("not_delivered", event.kind))
