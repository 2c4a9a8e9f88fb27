"""One person in Redis: load, commit, erase, journal. Two round trips a turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.port import (
    Answered,
    Committed,
    Conflict,
    Entry,
    Loaded,
    Plan,
    StoreUnavailable,
)
from helpline.store.records import millis, moment
from helpline.store.wire import Arg, Reply, Script, Wire
from helpline.store.writes import DAY, CaseWrite, Writes, writes_of
from helpline.triage.state import PersonId, StaffId

COMMIT = Script("commit")
ERASE = Script("erase")
NOTE = Script("note")
NO_EVENT = "-"
"""Where the id of an event belongs and there is none: nothing was ever served under it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every part of the Redis store works with. `on_unsafe` hears of a commit that no replica had."""

    wire: Wire
    vault: Vault
    on_unsafe: Callable[[], None]


def load(desk: Desk, person: PersonId, event: str, at: datetime) -> Loaded | Answered:
    """Return the person, or the stored answer when this event was served."""
    mark = keys.seen_prefix(person) + event
    known = desk.wire.batch("load a person", load_commands(person, event))
    seen = known[1][0]
    if seen is not None:
        served, spoken = codec.open_spoken(desk.vault, seen, mark)
        if served + DAY > millis(at):
            return Answered(spoken)
    return read_person(desk, person, at, known)


def load_commands(person: PersonId, event: str) -> list[tuple[Arg, ...]]:
    """Return the commands that read a person, and the answer to this event."""
    drawers = keys.drawers(person)
    return [
        ("HMGET", drawers.person, "rev", "state", "phone", "when"),
        ("MGET", keys.seen_prefix(person) + event, drawers.stop),
        ("HGET", keys.PHONES, person),
    ]


def read_person(desk: Desk, person: PersonId, at: datetime, known: Sequence[Reply]) -> Loaded:
    """Return the person from the answers to `load_commands`."""
    drawers, now = keys.drawers(person), millis(at)
    (revision, state, phone, when), (_, stop), staff = known
    stopped = moment(int(stop) * 1000) if stop is not None else None
    member = StaffId(staff.decode()) if staff is not None else None
    if revision is None or _over(when, now):
        return Loaded(0, None, None, member, stopped)
    number = int(revision)
    return Loaded(
        number,
        codec.open_state(desk.vault, state, drawers.person, number),
        codec.open_phone(desk.vault, phone, drawers.person),
        member,
        stopped,
    )


def commit(desk: Desk, plan: Plan) -> Committed | Conflict | Answered:
    """Write all of the plan or nothing; a new case waits for a replica where there should be one."""
    writes = writes_of(plan, desk.vault)
    drawers = keys.drawers(plan.person)
    args = commit_args(plan, writes)
    if plan.new_case and desk.wire.replicated:
        answer, safe = desk.wire.durable("commit a turn", COMMIT, drawers, args)
        if not safe:
            desk.on_unsafe()
    else:
        answer = desk.wire.script("commit a turn", COMMIT, drawers, args)
    return _outcome(desk, plan, answer)


def _outcome(desk: Desk, plan: Plan, answer: Reply) -> Committed | Conflict | Answered:
    # No `match`: what it asks of a sequence takes longer than the rest of this.
    said = answer if isinstance(answer, list) else []
    if len(said) == 2 and said[0] == 1:
        return Committed(int(said[1]))
    if said == [0]:
        return Conflict()
    if len(said) == 2 and said[0] == 2:
        mark = keys.seen_prefix(plan.person) + plan.event
        return Answered(codec.open_spoken(desk.vault, said[1], mark)[1])
    raise StoreUnavailable("commit a turn: the store gave an answer that its script does not give")


def commit_args(plan: Plan, writes: Writes) -> list[Arg]:
    """Return the arguments of the commit script, in its order."""
    bucket = plan.person[:2]
    args: list[Arg] = [
        writes.at,
        writes.revision,
        plan.person,
        plan.event,
        writes.state,
        writes.phone or "",
        writes.when,
        writes.flow,
        writes.answer,
        keys.seen_prefix(plan.person),
        keys.item_prefix(bucket),
        writes.life,
        "" if writes.stop is None else writes.stop,
        _withdrawn(writes.withdrawn),
        writes.journal or "",
        keys.count(bucket, writes.day),
    ]
    args += _case_args(writes.case)
    args.append(len(writes.items))
    for item in writes.items:
        flat = _flat(item.fields)
        args += (item.id, f"{item.score:.3f}", int(item.settled), item.broom, len(flat), *flat)
    args.append(len(writes.counts))
    for pair in writes.counts:
        args += pair
    return args


def erase(desk: Desk, person: PersonId, at: datetime, *, keep_opt_out: bool) -> bool:
    """Delete a person, save what the script says stays; then have the append-only file rewritten."""
    bucket = person[:2]
    args: tuple[Arg, ...] = (
        millis(at),
        person,
        keys.item_prefix(bucket),
        keys.seen_prefix(person),
        keys.case_prefix(bucket),
        int(keep_opt_out),
    )
    gone = bool(desk.wire.script("erase a person", ERASE, keys.drawers(person), args))
    desk.wire.rewrite_file()
    return gone


def journal(desk: Desk, person: PersonId, limit: int) -> Sequence[Entry]:
    """Return the newest entries of a person's journal, oldest first."""
    key = keys.drawers(person).journal
    rows = desk.wire.call("read a journal", "XREVRANGE", key, "+", "-", "COUNT", limit)
    entries: list[Entry] = []
    for _, fields in reversed(rows):
        entries += codec.open_entries(desk.vault, pairs(fields)[b"e"], key)
    return entries[-limit:]


def note(desk: Desk, person: PersonId, entries: Sequence[Entry]) -> bool:
    """Add to the journal of a known person."""
    drawers = keys.drawers(person)
    sealed = codec.seal_entries(desk.vault, entries, drawers.journal)
    return bool(desk.wire.script("add to a journal", NOTE, drawers, [sealed]))


def pairs(reply: Reply) -> dict[bytes, bytes]:
    """Return the fields of a hash, whether the server sent a map or a flat list."""
    if isinstance(reply, dict):
        return reply
    return dict(zip(reply[::2], reply[1::2], strict=True))


def _over(when: bytes, now: int) -> bool:
    over = when.split(b" ", 2)[1]
    return over != b"-" and int(over) <= now


def _withdrawn(kinds: frozenset[str] | None) -> str:
    if kinds is None:
        return ""
    return f",{','.join(sorted(kinds))}," if kinds else "*"


def _case_args(case: CaseWrite | None) -> list[Arg]:
    if case is None:
        return ["", ""]
    flat = _flat(case.fields)
    key = keys.case(case.code)
    return [case.code, int(case.fresh), key, int(case.open), case.opened, len(flat), *flat]


def _flat(fields: dict[str, str | bytes]) -> list[str | bytes]:
    return [part for pair in fields.items() for part in pair]
