"""Many cases at once: what one staff phone is sent, and how what is held back goes out in one digest.

Nothing is lost on the way: a page is dropped only once the digest that holds it lies in the outbox, and the
ladder of each case runs on meanwhile (hazard H17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpline.service import staff_words
from helpline.service.line import Line
from helpline.service.to_staff import Note, note_id, send
from helpline.store.pager_port import Sent
from helpline.store.port import Item, ItemId, Staff
from helpline.triage.flow import Paging
from helpline.triage.release import Drop, Move, Send, Verdict
from helpline.triage.state import CaseCode, Level, StaffId
from helpline.triage.wording import MOST_SEGMENTS, segments

TRIES = 20
IN = "in:"
DIGESTED = "in a digest"
URGENT = frozenset({Level.EMERGENCY, Level.CRISIS})
DIGEST_USEFUL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is done with a page, and what is remembered of the phone's pages. `digest`: one is due, by id."""

    verdict: Verdict
    lately: tuple[Sent, ...]
    digest: str | None = None


def weigh(paging: Paging, lately: Sequence[Sent], page: Sent) -> Weighed:
    """Decide on one page to one phone; `page.how` is `text` or `call`, `page.at` now. Pure."""
    since, until = page.at - paging.window, page.at + paging.call_gap
    kept = tuple(s for s in lately if since < s.at <= until)  # A clock set back must hold no page.
    mine = next((s for s in kept if s.item == page.item), None)
    if mine is not None and mine.how.startswith(IN):
        return Weighed(Drop(DIGESTED), kept, mine.how.removeprefix(IN))
    if mine is not None and mine.how == page.how:
        return Weighed(Send(), kept)
    if page.how == "call":
        return _call(paging, kept, page)
    due = _due(paging, kept, page)
    if due is None:
        return Weighed(Send(), (*_but(kept, page), page))
    if page.at < due:
        held = mine or replace(page, how="held")
        return Weighed(Move(due), (*_but(kept, page), held))
    others = [s for s in kept if s.how == "held" and s.item != page.item]
    if not others:
        return Weighed(Send(), (*_but(kept, page), page))
    id = f"digest:{page.at.isoformat()}"
    inside = [replace(s, how=IN + id, at=page.at) for s in (*others, page)]
    rest = [s for s in kept if s.how != "held" and s.item != page.item]
    level = min((Level(s.level) for s in inside), key=lambda x: x.rank)
    return Weighed(Drop(DIGESTED), (*rest, *inside, Sent(id, "", level, page.at, "text")), id)


def _due(paging: Paging, kept: Sequence[Sent], page: Sent) -> datetime | None:
    """Return when a page is due in a digest: soon after the first that is held. None: at once, by itself."""
    held = [s for s in kept if s.how == "held"]
    texts = [s for s in kept if s.how == "text"]
    waits = any(s.item == page.item for s in held)
    urgent = any(s.level in URGENT and s.at > page.at - paging.digest_every for s in texts)
    if not waits and (len(texts) < paging.burst or (page.level in URGENT and not urgent)):
        return None
    return min((s.at for s in held), default=page.at) + paging.digest_every


def _call(paging: Paging, kept: tuple[Sent, ...], page: Sent) -> Weighed:
    """Keep calls to one phone apart; an emergency waits only behind a call about another."""
    calls = [s for s in kept if s.how == "call" and (page.level not in URGENT or s.level in URGENT)]
    last = max((s.at for s in calls), default=None)
    if last is not None and page.at < last + paging.call_gap:
        return Weighed(Move(last + paging.call_gap), kept)
    return Weighed(Send(), (*kept, page))


def _but(kept: Sequence[Sent], page: Sent) -> tuple[Sent, ...]:
    return tuple(s for s in kept if s.item != page.item)


def admit(line: Line, item: Item) -> Verdict:
    """Return whether a page may go to its phone now. Other items, and pages about a case that someone has,
    always may. Raises StoreUnavailable."""
    if item.kind != "page" or item.staff is None or item.case is None:
        return Send()
    record = line.store.find_case(item.case)
    if record is None or record.case.owner is not None or record.closed is not None:
        return Drop("taken meanwhile") if _held(line, item, item.staff) else Send()
    page = Sent(item.id, item.case, record.case.level, line.now(), item.medium)
    for _ in range(TRIES):
        before = line.store.pagers.lately(item.staff)
        weighed = weigh(line.flow.policy.paging, before, page)
        if weighed.lately == before or line.store.pagers.save_lately(item.staff, weighed.lately, before):
            return _done(line, item.staff, weighed)
    return Send()  # The others keep writing: better a page too many than none.


def _held(line: Line, item: Item, staff: StaffId) -> bool:
    return any(s.item == item.id and s.how != item.medium for s in line.store.pagers.lately(staff))


def _done(line: Line, staff: StaffId, weighed: Weighed) -> Verdict:
    """Put the digest into the outbox before what it holds is dropped; doing so twice sends it once."""
    if weighed.digest is None:
        return weighed.verdict
    inside = [s for s in weighed.lately if s.how == IN + weighed.digest]
    who = next((s for s in line.store.staff.staff_list() if s.id == staff), None)
    if who is not None and (body := digest(line, who, inside)):
        note = Note(who, weighed.digest, body, kind="page", urgent=True, useful=DIGEST_USEFUL)
        if send(line, note):
            line.count("digests", "")
    return weighed.verdict


def digest(line: Line, staff: Staff, inside: Sequence[Sent]) -> str:
    """Return one text that names the cases still open, the worst first, by level; empty when none is."""
    records = [line.store.find_case(s.case) for s in inside]
    cases = {r.case.code: r.case for r in records if r and r.closed is None and r.case.owner is None}
    order = sorted(cases.values(), key=lambda c: (c.level.rank, c.opened))
    for shown in range(len(order), 0, -1):
        text = _listed(line, staff, [(c.level, c.code) for c in order[:shown]], len(order))
        if segments(text) <= MOST_SEGMENTS:
            return text
    return ""


def _listed(line: Line, staff: Staff, shown: Sequence[tuple[Level, CaseCode]], total: int) -> str:
    by_level: dict[Level, list[str]] = {}
    for level, code in shown:
        by_level.setdefault(level, []).append(code)
    spoken = staff.languages
    parts = [
        f"{staff_words.level_name(line.flow, spoken, level).capitalize()}: {' '.join(codes)}."
        for level, codes in by_level.items()
    ]
    if total > len(shown):
        key = str(total - len(shown))
        parts.append(staff_words.told(line.flow, spoken, "page.digest.more", key=key))
    return staff_words.told(line.flow, spoken, "page.digest", key=str(total), items=" ".join(parts))


def held_in(line: Line, item: Item) -> list[ItemId]:
    """Return the pages that a digest holds, so that all of them climb when it bounces; empty for others."""
    if item.kind != "page" or item.case is not None or item.staff is None:
        return []
    lately = line.store.pagers.lately(item.staff)
    ids = {s.how for s in lately if s.how.startswith(IN)}
    mine = {how for how in ids if note_id(item.person, how.removeprefix(IN)) == item.id}
    return [ItemId(s.item) for s in lately if s.how in mine]
