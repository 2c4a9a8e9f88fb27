"""Items in Redis: the agenda that says whose turn it is, claim, settle, reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpline.store import codec, keys
from helpline.store.moves import Move, moved_fields
from helpline.store.port import Item, ItemId, Look, Status
from helpline.store.records import micros, millis, millis_up
from helpline.store.redis_people import NO_EVENT, Desk, load_commands, pairs, read_person
from helpline.store.status import after_report, rank
from helpline.store.wire import Arg, Reply, Script
from helpline.triage.state import PersonId

CLAIM = Script("claim")
SETTLE = Script("settle")
REPORT = Script("report")
_AGENDAS = tuple(a for pair in zip(keys.URGENT_AGENDAS, keys.AGENDAS, strict=True) for a in pair)


def due(desk: Desk, at: datetime, limit: int) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
    """Return who has something due: urgent ones, then the others, oldest first."""
    now = millis(at)
    most = max(64, limit // 16)
    replies = desk.wire.batch(
        "read who is due",
        [("ZRANGEBYSCORE", key, "-inf", now, "WITHSCORES", "LIMIT", 0, most) for key in _AGENDAS],
    )
    urgent = _oldest(replies[::2], limit)
    known = frozenset(urgent)
    others = [p for p in _oldest(replies[1::2], limit) if p not in known]
    return urgent, tuple(others[: max(limit - len(urgent), 0)])


def _oldest(replies: Iterable[Reply], limit: int) -> tuple[PersonId, ...]:
    found = [(score, person) for reply in replies if reply for person, score in scored(reply)]
    return tuple(PersonId(person.decode()) for _, person in sorted(found)[:limit])


def scored(reply: Reply) -> list[tuple[bytes, float]]:
    """Return members with scores, whether the server sent pairs or a flat list."""
    if isinstance(reply[0], (list, tuple)):
        return [(member, float(score)) for member, score in reply]
    return [(m, float(s)) for m, s in zip(reply[::2], reply[1::2], strict=True)]


def claim(
    desk: Desk, person: PersonId, revision: int | None, at: datetime, lease_seconds: int
) -> Item | None:
    """Take the person's oldest ready item; without a revision only look at it."""
    args = claim_args(person, revision, at, lease_seconds)
    answer = desk.wire.script("claim a send", CLAIM, keys.drawers(person), args)
    if answer is None:
        return None
    item, fields, _ = answer
    return codec.read_item(desk.vault, item.decode(), pairs(fields))


def claim_args(person: PersonId, revision: int | None, at: datetime, lease_seconds: int) -> tuple[Arg, ...]:
    """Return the arguments of the claim script, in its order."""
    lease = at + timedelta(seconds=lease_seconds)
    return (
        millis(at),
        micros(at),
        "" if revision is None else revision,
        person,
        keys.item_prefix(person[:2]),
        millis_up(lease),
        micros(at),
        micros(lease),
    )


def look(desk: Desk, person: PersonId, at: datetime) -> Look:
    """Return the person and the ready item that is next, in one round trip."""
    args = claim_args(person, None, at, 0)
    commands = load_commands(person, NO_EVENT)
    *known, answer = desk.wire.ending_in_script(
        "look at a person", commands, CLAIM, keys.drawers(person), args
    )
    loaded = read_person(desk, person, at, known)
    if answer is None:
        return Look(loaded)
    item, fields, behind = answer
    return Look(loaded, codec.read_item(desk.vault, item.decode(), pairs(fields)), int(behind) > 0)


def move(desk: Desk, item: Item, step: Move, at: datetime) -> bool:
    """Move an item, if it still stands where the caller believes, at the same attempt."""
    fields = [part for pair in moved_fields(step) for part in pair]
    args: list[Arg] = [
        millis(at),
        item.person,
        keys.item_prefix(item.id[2:4]),
        item.id,
        f",{','.join(step.sources)},",
        item.attempt,
        step.to.value,
        millis_up(step.again) if step.again else 0,
        len(fields),
        *fields,
        "lease",
    ]
    return desk.wire.script("settle a send", SETTLE, keys.drawers(item.person), args) is not None


@dataclass(frozen=True, slots=True)
class Report:
    """What the carrier reports of an item. `delivery` is its word."""

    delivery: str
    sid: str | None
    code: int | None


def report(desk: Desk, item: ItemId, told: Report, at: datetime) -> Item | None:
    """Record a delivery report; None when nothing changed."""
    step = rank(told.delivery)
    if step < 0:
        return None
    args: tuple[Arg, ...] = (
        millis(at),
        keys.item_prefix(item[2:4]),
        item,
        told.delivery,
        step,
        after_report(Status.SENDING, told.delivery).value,
        told.sid or "",
        "" if told.code is None else told.code,
    )
    answer = desk.wire.script("record a delivery report", REPORT, [keys.item(item)], args)
    return None if answer is None else codec.read_item(desk.vault, item, pairs(answer))


def item(desk: Desk, item_id: ItemId) -> Item | None:
    """Return one item by its id."""
    found = fetch(desk, [item_id])
    return found[0] if found else None


def items(desk: Desk, person: PersonId) -> Sequence[Item]:
    """Return the person's items that still exist, oldest first."""
    drawers = keys.drawers(person)
    sent, outbox = desk.wire.batch(
        "read the items of a person",
        [("ZRANGE", drawers.sent, 0, -1), ("ZRANGE", drawers.outbox, 0, -1)],
    )
    found = fetch(desk, [i.decode() for i in (*sent, *outbox)])
    return sorted(found, key=lambda i: i.not_before)


def unknown_items(desk: Desk, at: datetime, limit: int) -> Sequence[Item]:
    """Return items whose outcome is unknown, those foremost that may be sent again."""
    now = millis(at)
    replies = desk.wire.batch(
        "read sends of unknown outcome",
        [
            ("ZRANGEBYSCORE", keys.unknown(b), "-inf", now, "WITHSCORES", "LIMIT", 0, limit)
            for b in keys.BUCKETS
        ],
    )
    found = sorted((score, name) for reply in replies if reply for name, score in scored(reply))
    names = [name.decode() for _, name in found[:limit]]
    known = fetch(desk, names)
    gone = set(names) - {i.id for i in known}
    if gone:
        desk.wire.batch("forget lost sends", [("ZREM", keys.unknown(n[2:4]), n) for n in sorted(gone)])
    return known


def fetch(desk: Desk, ids: Sequence[str]) -> list[Item]:
    """Return those of these items that exist, in the order asked."""
    if not ids:
        return []
    replies = desk.wire.batch("read items", [("HGETALL", keys.item(i)) for i in ids])
    return [
        codec.read_item(desk.vault, i, pairs(reply)) for i, reply in zip(ids, replies, strict=True) if reply
    ]
