"""Putting a call through: to staff about her case, or to the crisis line (design, section 3b).

What to do comes first, always; while it rings the open question stands unsaid, and it is put when the call
comes back. That somebody picked up proves nothing: reached is who took it and spoke.
"""

from __future__ import annotations

from helpline.triage import ladder, left, onward, where
from helpline.triage.ask import CRISIS_OFFER, open_question, put, repeat
from helpline.triage.cases import PROMISED, page, still_owned
from helpline.triage.effects import Connect, Count, Note
from helpline.triage.events import Called, PutThrough
from helpline.triage.heard import Hit
from helpline.triage.state import Channel, Flag
from helpline.triage.turn import Turn

STAFF, CRISIS, SECOND = "staff", "crisis", "crisis_2"
"""To whom a call is put through: whoever has or may take her case, a crisis line, a second one."""

JOINED = "joined"
"""Remembered of the call on which she said yes to being joined with staff: its id."""

OFFERED = "crisis_offered"
"""Remembered once the crisis line was offered in this contact."""


def to_staff(turn: Turn, words: str = "connect.staff") -> bool:
    """Put the call through about her case, if it is one that wakes someone; return whether it is."""
    case = turn.state.case
    if not turn.voice or turn.state.call is None or case is None or case.level not in ladder.PAGED:
        return False
    turn.say(words)
    turn.connect = Connect(STAFF, case.code)
    return True


def join(turn: Turn, event: Called) -> bool:
    """Join her with who has her case, on the call that they asked for; False when nobody has it any more."""
    case = turn.state.case
    if event.join is None or case is None or case.code != event.join or case.owner is None:
        return False
    turn.say("connect.owner")
    turn.connect = Connect(STAFF, case.code)
    turn.remember(JOINED, event.call)
    return True


def offer_crisis_line(turn: Turn) -> bool:
    """Offer the crisis line and a nurse on a call, once in a contact; return whether it was offered."""
    if not turn.voice or Flag.CRISIS not in turn.state.flags or OFFERED in turn.state.extra:
        return False
    if turn.flow.region.id != where.home(turn.flow) or not turn.flow.region.crisis_lines:
        return False  # a short number of another country cannot be called from here
    turn.remember(OFFERED, "yes")
    open_question(turn, CRISIS_OFFER)
    return True


def chosen(turn: Turn, hit: Hit) -> None:
    """Do what was picked at the offer; the questions about her safety come next in any case."""
    onward.crisis_first(turn)
    if not turn.voice or turn.state.call is None:
        return
    if hit.value == "crisis_line":
        turn.connect = Connect(CRISIS)
    elif hit.value == "nurse":
        asked = turn.replies.pop() if turn.replies else ""
        to_staff(turn)
        turn.replies += [asked] if asked else []


def hush(turn: Turn) -> None:
    """Leave the standing question unsaid while the call is put through, and let no call end in nothing."""
    if turn.connect is not None:
        words = put(turn.flow, turn.state)
        if words and turn.replies and turn.replies[-1] == words:
            turn.replies.pop()
        if turn.listen is None:
            _after(turn, aloud=False)
    elif turn.voice and turn.state.call and turn.listen is None and not _over(turn):
        _after(turn, aloud=True)


def _over(turn: Turn) -> bool:
    return turn.hangup or turn.state.step in ("left", "quiet", "erased")


def _after(turn: Turn, *, aloud: bool) -> None:
    said = list(turn.replies)
    step, ended = turn.state.step, turn.state.asked is None or turn.state.ended
    open_question(turn, "after_call")
    turn.change(ended=ended, step=step)
    if not aloud:
        turn.replies = said


def came_back(turn: Turn, event: PutThrough) -> None:
    """Go on with a call that was put through: after a talk with staff at the end, else where it stood."""
    turn.effects.append(Count("put_through", f"{event.to}.{'reached' if event.reached else 'not_reached'}"))
    turn.effects.append(Note("put_through", f"{event.to} {'reached' if event.reached else 'not reached'}"))
    if event.to == STAFF and event.reached:
        left.kept(turn, "call")
        still_owned(turn)
    elif event.to == STAFF:
        _tell_owner(turn)
    if turn.state.call != event.call:
        return
    turn.change(channel=Channel.VOICE, turn=turn.state.turn + 1)
    if event.to in (CRISIS, SECOND) and not event.reached and _somebody_else(turn, event.to):
        return
    turn.say("connect.over" if event.reached else f"connect.none{'' if event.to == STAFF else '.crisis'}")
    if event.reached and event.to == STAFF:
        turn.change(asked=None)
    elif event.to == STAFF and PROMISED not in turn.state.extra:
        left.offer(turn)
        return
    if turn.state.asked is not None:
        ended = turn.state.ended
        repeat(turn)
        turn.change(ended=ended)


def _somebody_else(turn: Turn, tried: str) -> bool:
    """Try the next who can talk with her: the second crisis line, then our staff (evidence 7.3)."""
    if tried == CRISIS and len(turn.flow.region.crisis_lines) > 1:
        turn.say("connect.next")
        turn.connect = Connect(SECOND)
    elif not to_staff(turn, "connect.crisis.staff"):
        return False
    if turn.state.asked is not None:
        repeat(turn)
    return True


def _tell_owner(turn: Turn) -> None:
    """Tell who has the case that the call did not reach them."""
    case = turn.state.case
    if case is not None and case.owner is not None:
        page(turn, case, to=case.owner, why="words")
