"""Empty one person's outbox: decide, claim, send, settle; and take in what the carrier reports later.

One item at a time to each recipient, and none past a doubt unless it is urgent, so order holds (decision 12).
Between any two steps the process may die: a claimed item whose lease runs out is `unknown`, and
`service.reconcile` finds out what became of it (design, sections 3c and 6).
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown, Sid, is_alarm, is_opt_out
from helpline.observe import log
from helpline.service import measures, phones, surge
from helpline.service.again import try_again
from helpline.service.conversation import apply
from helpline.service.line import Line
from helpline.service.records import state_of
from helpline.store.port import Item, ItemId, Look, Settlement, Status
from helpline.triage import news
from helpline.triage.effects import Repeat
from helpline.triage.events import Delivered, Paged, Undelivered
from helpline.triage.release import AN_HOUR, Drop, Move, Send, Verdict, Waiting, decide
from helpline.triage.state import PersonId, State
from helpline.triage.wording import segments

_LOG = logging.getLogger("helpline.service")

MOST_STEPS = 200
"""Steps of one drain: sends, drops, moves and claims lost to somebody else."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 120.0
"""Seconds until a busy carrier is tried again: twice as long each time, up to the longest."""
PATIENCE = 2.0
"""Seconds for which a thread sleeps until it is an item's turn; for longer the item waits by itself."""
SUPPORT_YIELDS = 600.0
"""Seconds of texts before it at the sender from which on a kind text makes room for an hour (hazard H34)."""
LOST_FOR_GOOD = frozenset({"undelivered", "failed"})
FINAL = LOST_FOR_GOOD | {"delivered"}


@dataclass(frozen=True, slots=True)
class _Step:
    """What one step of a drain came to. `sent`: accepted; `over`: leave this person for now."""

    sent: bool = False
    over: bool = False


GO_ON, OVER, SENT = _Step(), _Step(over=True), _Step(sent=True)
LAST_SENT = _Step(sent=True, over=True)
"""Nothing was ready behind it. What has been planned since stands in the agenda."""


def drain(line: Line, person: PersonId, seen: Look | None = None) -> int:
    """Send what waits for this person; return how many sends were accepted.

    `seen` is what a look has just shown, to save a round trip. Raises StoreUnavailable.
    """
    sent = 0
    for _ in range(MOST_STEPS):
        step = _step(line, person, seen or line.store.look(person, line.now()))
        seen = None
        sent += step.sent
        if step.over:
            break
    return sent


def _step(line: Line, person: PersonId, seen: Look) -> _Step:
    item, known = seen.item, seen.loaded
    if item is None:
        return OVER
    if known.state is None:
        return GO_ON if line.store.drop(item, "nobody is known any more", line.now()) else OVER
    verdict = _verdict(line, known.state, item)
    if not isinstance(verdict, Send):
        return _leave(line, item, verdict)
    wait = _wait(line, item)
    if wait > PATIENCE:
        return _back_of_the_line(line, item, seen, wait)
    if wait > 0:
        time.sleep(wait)
    claimed = line.store.claim(person, known.revision, line.now())
    if claimed is None:
        return GO_ON
    again = _verdict(line, known.state, claimed) if claimed.id != item.id else verdict
    if not isinstance(again, Send):
        return _put_back(line, claimed, again)
    step = _send(line, known.state, claimed)
    return LAST_SENT if step.sent and not seen.more and claimed.id == item.id else step


def alerted(line: Line, state: State | None, item: Item) -> None:
    """Let the core tell her that someone is being told, now that it is true; once a page, whoever says it.

    It comes before the page is settled: dying between the two leaves a page that is looked for.
    """
    code, case = item.case, state.case if state else None
    if item.kind == "page" and code is not None and state and case and news.awaits(state):
        event, wait = f"paged:{item.id}", measures.expected_wait(line, case.level)
        minutes = None if wait is None else max(1, -int(-wait.total_seconds() // 60))
        apply(line, item.person, event, lambda chance: Paged(event, line.now(), chance, code, minutes))


def _verdict(line: Line, state: State, item: Item) -> Verdict:
    waiting = Waiting(item.kind, item.expires, item.urgent, to_staff=item.staff is not None)
    verdict = decide(line.flow, state, waiting, line.now())
    return surge.admit(line, item) if isinstance(verdict, Send) else verdict


def _wait(line: Line, item: Item) -> float:
    """Take the item's share of what the sender may send; return the seconds until then."""
    return line.pace(segments(item.body), item.urgent) if item.medium == "text" else 0.0


def _an_hour_later(line: Line, item: Item) -> Move | Drop:
    later = line.now() + AN_HOUR
    return Move(later) if later < item.expires else Drop("the line is overloaded")


def _back_of_the_line(line: Line, item: Item, seen: Look, wait: float) -> _Step:
    """Let an item come back when it is its turn at the sender; a kind text makes room when many wait."""
    if item.kind == "support" and wait > SUPPORT_YIELDS:
        line.count("made_room", item.kind)
        return _leave(line, item, _an_hour_later(line, item))
    now = line.now()
    again = now + timedelta(seconds=wait)
    line.count("passed_over", "")
    if seen.more:
        _behind(line, item, again)
    line.store.postpone(item, again, now)
    return OVER


def _behind(line: Line, item: Item, again: datetime) -> None:
    """Let the other items of this person wait behind one that has to, urgent ones excepted.

    They are moved before it is: dying between the two leaves them later than they need be, but in order.
    """
    others = (i for i in line.store.items(item.person) if i.status is Status.READY and i.id != item.id)
    for place, other in enumerate(sorted(others, key=lambda i: i.not_before), 1):
        if not other.urgent and other.not_before <= again:
            line.store.postpone(other, again + timedelta(milliseconds=place), line.now())


def _leave(line: Line, item: Item, verdict: Drop | Move) -> _Step:
    """Move or drop an item that nobody has claimed."""
    if isinstance(verdict, Move):
        moved = line.store.postpone(item, verdict.until, line.now())
        return GO_ON if moved else OVER
    _tell_if_it_mattered(line, item, verdict)
    dropped = line.store.drop(item, verdict.why, line.now())
    line.count("dropped", verdict.why)
    return GO_ON if dropped else OVER


def _put_back(line: Line, item: Item, verdict: Drop | Move) -> _Step:
    """Undo a claim that took another item than the one decided on."""
    if isinstance(verdict, Move):
        settlement = Settlement(Status.READY, retry_at=verdict.until)
    else:
        _tell_if_it_mattered(line, item, verdict)
        settlement = Settlement(Status.DROPPED)
        line.count("dropped", verdict.why)
    line.store.settle(item, settlement, line.now())
    return GO_ON


def _tell_if_it_mattered(line: Line, item: Item, verdict: Drop) -> None:
    """Let the core know of a text that went stale before it could leave, where that matters."""
    if verdict.why == "expired" and item.repeat is Repeat.SAFE:
        undelivered(line, item, None)


def _send(line: Line, state: State, item: Item) -> _Step:
    try:
        sid = line.carrier.call(item) if item.medium == "call" else line.carrier.text(item)
    except CarrierRefused as refusal:
        undelivered(line, item, refusal.code, opted_out=refusal.opted_out)
        line.store.settle(item, Settlement(Status.FAILED, code=refusal.code), line.now())
        line.count("refused", str(refusal.code))
        return GO_ON
    except CarrierBusy as busy:
        return _later(line, item, busy.code)
    except CarrierUnknown:
        line.store.settle(item, Settlement(Status.UNKNOWN), line.now())
        line.count("unknown", item.kind)
        return GO_ON
    return _accepted(line, state, item, sid)


def _accepted(line: Line, state: State, item: Item, sid: Sid) -> _Step:
    alerted(line, state, item)
    line.store.settle(item, Settlement(Status.ACCEPTED, sid=sid), line.now())
    line.count("sent", item.kind)
    measures.paged(line, item)
    return SENT


def _later(line: Line, item: Item, code: int | None) -> _Step:
    """Try again while the item is of use; the others of this person wait behind it, urgent ones excepted."""
    now = line.now()
    again = now + pause(item.attempt, line.entropy())
    line.count("busy", item.kind)
    if again >= item.expires:
        undelivered(line, item, code)
        line.store.settle(item, Settlement(Status.FAILED, code=code), now)
        return GO_ON
    _behind(line, item, again)
    line.store.settle(item, Settlement(Status.READY, code=code, retry_at=again), now)
    return OVER


def pause(attempt: int, entropy: bytes) -> timedelta:
    """Return how long to leave a busy carrier alone: 2, 4, 8 … 120 s, a fifth more or less by chance."""
    exponent = min(max(attempt, 1) - 1, 10)
    chance = int.from_bytes(entropy[:4], "big") / 2**32
    return timedelta(seconds=min(FIRST_PAUSE * 2**exponent, LONGEST_PAUSE) * (0.8 + 0.4 * chance))


def undelivered(line: Line, item: Item, code: int | None, *, opted_out: bool = False) -> None:
    """Tell the core, once for each item, that it will not arrive.

    This comes before the item is settled: dying between the two leaves an item that is looked at again. Of a
    digest all that it held climbs; a text to staff about no case says something of the phone alone.
    """
    if item.staff is not None:
        for held in filter(None, map(line.store.item, surge.held_in(line, item))):
            undelivered(line, held, code, opted_out=opted_out)
        if code is not None:
            phones.lost(line, item, code, opted_out=opted_out)
        if item.case is None:
            return
    apply(line, item.person, f"undelivered:{item.id}", partial(_undelivered, line, item, code, opted_out))


def _undelivered(line: Line, item: Item, code: int | None, opted_out: bool, entropy: bytes) -> Undelivered:
    event = f"undelivered:{item.id}"
    made = Undelivered(event, line.now(), entropy, item.id, item.kind, code, opted_out, item.urgent)
    alone = item.kind == "page" and _alone(line, item)
    return replace(made, staff=item.staff, case=item.case, alone=alone)


def _alone(line: Line, item: Item) -> bool:
    """Return whether no other page about this case may still reach somebody in time.

    A call that nobody took says that the same phone's text will not be read either.
    """
    now, called = line.now(), item.medium == "call"
    return not any(
        other.kind == "page"
        and other.case == item.case
        and other.id != item.id
        and other.expires > now
        and other.status not in (Status.FAILED, Status.DROPPED)
        and other.delivery not in LOST_FOR_GOOD
        and not (called and other.staff == item.staff)
        for other in line.store.items(item.person)
    )


def report(line: Line, item: ItemId, delivery: str, sid: str | None, code: int | None) -> None:
    """Take in a delivery report: `queued`, `sent`, `delivered`, `undelivered` or `failed`.

    Late, doubled and disordered ones change nothing. A report proves that the item was accepted, and brings
    its sid. Of a loss the core hears before it is written down: a carrier reports once, and whoever took the
    report may die. Raises StoreUnavailable.
    """
    if delivery in LOST_FOR_GOOD:
        known = line.store.item(item)
        if known is None or (known.delivery in FINAL and known.delivery != delivery):
            return
        _lost(line, known, code)
    changed = line.store.report(item, delivery, sid, code, line.now())
    if changed is not None:
        _taken_in(line, changed, delivery, code)


def _taken_in(line: Line, item: Item, delivery: str, code: int | None) -> None:
    """Do what follows from a report that was news."""
    if delivery in LOST_FOR_GOOD:
        line.count("undelivered", str(code or ""))
        if is_alarm(code):
            log.event(_LOG, "texts are lost", level=logging.ERROR, code=code, kind=item.kind)
        return
    if item.kind == "page":
        alerted(line, state_of(line, item.person), item)
    if delivery == "delivered" and item.kind != "reply":
        phones.arrived(line, item)
        apply(line, item.person, f"delivered:{item.id}", partial(_delivered, line, item))


def _lost(line: Line, item: Item, code: int | None) -> None:
    """Send it once more where its code says so. The core hears of it at once if it was a safety text, else
    when no try is left."""
    if not try_again(line, item, code) or item.urgent:
        undelivered(line, item, code, opted_out=is_opt_out(code))


def _delivered(line: Line, item: Item, entropy: bytes) -> Delivered:
    return Delivered(f"delivered:{item.id}", line.now(), entropy, item.id, item.kind)


def waited(item: Item, at: datetime) -> timedelta:
    """Return how long ago an item was last sent; one of the future is of a clock since set back."""
    return abs(at - (item.sent_at or item.lease or item.not_before))
