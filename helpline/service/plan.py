"""Effects into writes: what the engine decided becomes one plan that the store commits or refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpline.service.line import Duty, Line
from helpline.service.pages import page_text
from helpline.store.port import CaseRecord, Entry, Item, ItemId, Loaded, Plan, Spoken, Status
from helpline.triage.effects import (
    Call,
    ChangeCase,
    CloseCase,
    Connect,
    Count,
    Effect,
    Hangup,
    Listen,
    Note,
    OpenCase,
    Page,
    Record,
    Repeat,
    Reply,
    Text,
    Withdraw,
)
from helpline.triage.events import (
    Acknowledged,
    CaseClosed,
    Delivered,
    Event,
    HandedOver,
    Said,
    StaffCalled,
    StaffOpened,
    StaffWrote,
    Texted,
    TimerFired,
    Undelivered,
)
from helpline.triage.state import PersonId, State

REPLY_LIFE = timedelta(hours=4)
"""How long a reply given inside TwiML is followed; then its report no longer matters."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One event and what it was decided to do. `revision` is the one it was decided on."""

    person: PersonId
    phone: str
    revision: int
    event: Event
    state: State
    effects: tuple[Effect, ...]
    told: tuple[tuple[Duty, ...], ...] = ()
    """For each page among the effects, in their order, whom it goes to."""


def plan_of(line: Line, decision: Decision) -> Plan:
    """Return the writes of a decision."""
    event, state = decision.event, decision.state
    replies = [e for e in decision.effects if isinstance(e, Reply)]
    by_text = state.call is None and isinstance(event, Texted)
    reply_items = tuple(_reply_item(decision, n, r) for n, r in enumerate(replies)) if by_text else ()
    made = tuple(_items(line, decision))
    record, new = _case(decision)
    return Plan(
        person=decision.person,
        event=event.id,
        revision=decision.revision,
        state=state,
        phone=decision.phone,
        at=event.at,
        spoken=_spoken(line, decision, replies, tuple(i.id for i in reply_items)),
        items=(*reply_items, *made),
        withdrawn=_withdrawn(decision.effects),
        case=record,
        new_case=new,
        journal=tuple(_journal(decision, replies)),
        counts=_counts(decision.effects),
        due=min((t.due for t in state.timers), default=None),
        due_urgent=min((t.due for t in state.timers if t.urgent), default=None),
        retention=event.at + line.flow.policy.retention,
    )


def beside(line: Line, person: PersonId, loaded: Loaded, event: str) -> Plan:
    """Return a plan that leaves the state as it is: for what is written beside the core's decisions."""
    assert loaded.state is not None and loaded.phone is not None
    at, timers = line.now(), loaded.state.timers
    return Plan(
        person=person,
        event=event,
        revision=loaded.revision,
        state=loaded.state,
        phone=loaded.phone,
        at=at,
        spoken=Spoken(),
        due=min((t.due for t in timers), default=None),
        due_urgent=min((t.due for t in timers if t.urgent), default=None),
        retention=at + line.flow.policy.retention,
    )


def item_id(decision: Decision, n: int) -> ItemId:
    """Return the id of the n-th item of a decision: the same for the same event and chance."""
    digest = hashlib.sha256(f"{decision.event.id}\0{n}".encode() + decision.event.entropy).hexdigest()
    return ItemId(f"o_{decision.person[:2]}{digest[:20]}")


def _reply_item(decision: Decision, n: int, reply: Reply) -> Item:
    at = decision.event.at
    return Item(
        id=item_id(decision, n),
        person=decision.person,
        kind="reply",
        to="",
        body="",
        not_before=at,
        expires=at + REPLY_LIFE,
        urgent=reply.urgent,
        status=Status.ACCEPTED,
        sent_at=at,
    )


def _whole_millisecond(at: datetime) -> datetime:
    """Cut a time to the millisecond: the store counts in them, and what leaves now must be ready."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _items(line: Line, decision: Decision) -> Iterable[Item]:
    told, once = iter(decision.told), set[tuple[str, str]]()
    for n, effect in enumerate(decision.effects, 100):
        if isinstance(effect, (Text, Call)) and not decision.phone:
            continue  # A withheld number: there is nowhere to send it.
        if isinstance(effect, Text):
            yield _text(decision, effect, n)
        elif isinstance(effect, Call):
            yield _call(decision, effect, n)
        elif isinstance(effect, Page):
            for k, person in enumerate(next(told, ())):
                if effect.words or (person.id, effect.by) not in once:
                    once.add((person.id, effect.by))
                    yield _page(line, decision, effect, person, n * 100 + k)


def _text(decision: Decision, text: Text, n: int) -> Item:
    begin = _whole_millisecond(decision.event.at) + timedelta(seconds=text.delay_seconds)
    return Item(
        id=item_id(decision, n),
        person=decision.person,
        kind=text.kind,
        to=decision.phone,
        body=text.body,
        not_before=begin,
        expires=begin + timedelta(seconds=text.useful_seconds),
        repeat=text.repeat,
        urgent=text.urgent,
    )


def _call(decision: Decision, call: Call, n: int) -> Item:
    begin = _whole_millisecond(decision.event.at) + timedelta(seconds=call.delay_seconds)
    return Item(
        id=item_id(decision, n),
        person=decision.person,
        kind="call",
        to=decision.phone,
        body=call.kind,
        not_before=begin,
        expires=begin + timedelta(seconds=call.useful_seconds),
        repeat=call.repeat,
        urgent=True,
        medium="call",
        case=call.case,
    )


def _page(line: Line, decision: Decision, page: Page, person: Duty, n: int) -> Item:
    """Make the item that tells one member of staff, who is told once by each way in one commit.

    No health detail and no number is in it, save her own words to the owner who writes to her by text.
    """
    at = _whole_millisecond(decision.event.at)
    return Item(
        id=item_id(decision, n),
        person=decision.person,
        kind="relay" if page.words else "page",
        to=person.phone,
        body=page_text(line, page, person),
        not_before=at,
        expires=at + timedelta(seconds=page.useful_seconds),
        repeat=Repeat.SAFE,
        urgent=True,
        case=page.case,
        staff=person.id,
        medium="call" if page.by == "call" else "text",
    )


def _spoken(line: Line, decision: Decision, replies: list[Reply], items: tuple[ItemId, ...]) -> Spoken:
    prompt = next((e.prompt for e in decision.effects if isinstance(e, Listen)), None)
    connect = next((e for e in decision.effects if isinstance(e, Connect)), None)
    recorded = any(isinstance(e, Record) for e in decision.effects)
    languages = tuple(r.language for r in replies)
    return Spoken(
        texts=tuple(r.text for r in replies),
        record=recorded,
        case=decision.state.case.code if recorded and decision.state.case else None,
        languages=languages if set(languages) - {decision.state.language} else (),
        items=items,
        language=decision.state.language,
        prompt=prompt,
        hangup=any(isinstance(e, Hangup) for e in decision.effects),
        connect=f"{connect.to}:{connect.case}"
        if connect and connect.case
        else connect.to
        if connect
        else None,
        facts={"understood": _understood(decision.effects)} if line.review else {},
    )


def _understood(effects: Iterable[Effect]) -> list[list[str]]:
    return [e.detail.split("\t", 3) for e in effects if isinstance(e, Note) and e.what == "understood"]


def _withdrawn(effects: Iterable[Effect]) -> frozenset[str] | None:
    kinds = [e.kinds for e in effects if isinstance(e, Withdraw)]
    if not kinds:
        return None
    return frozenset() if any(not k for k in kinds) else frozenset().union(*kinds)


def _case(decision: Decision) -> tuple[CaseRecord | None, bool]:
    record, new = None, False
    for effect in decision.effects:
        if isinstance(effect, OpenCase):
            record, new = CaseRecord(effect.case, decision.person), True
        elif isinstance(effect, ChangeCase):
            record = CaseRecord(effect.case, decision.person)
        elif isinstance(effect, CloseCase):
            record = CaseRecord(effect.case, decision.person, effect.outcome, decision.event.at)
    return record, new


def _journal(decision: Decision, replies: list[Reply]) -> Iterable[Entry]:
    at: datetime = decision.event.at
    event = decision.event
    yield Entry(at, type(event).__name__, _who(event), _words(event)[:1600])
    for effect in decision.effects:
        if isinstance(effect, Note):
            yield Entry(at, effect.what, "helpline", effect.detail)
        elif isinstance(effect, (OpenCase, ChangeCase, CloseCase)):
            yield Entry(at, type(effect).__name__, "helpline", f"{effect.case.code} {effect.case.level}")
        elif isinstance(effect, Text) and effect.kind != "relay":
            yield Entry(at, "sent", "helpline", effect.body)
    if replies:
        yield Entry(at, "said", "helpline", "\n".join(r.text for r in replies))


def _who(event: Event) -> str:
    """Return who did it: the person, the helpline itself, the carrier, or a member of staff by id."""
    if isinstance(event, (Acknowledged, CaseClosed, HandedOver, StaffWrote, StaffCalled, StaffOpened)):
        return event.by
    if isinstance(event, TimerFired):
        return "helpline"
    return "carrier" if isinstance(event, (Delivered, Undelivered)) else "person"


def _words(event: Event) -> str:
    if isinstance(event, (Texted, Said, StaffWrote)):
        return event.text
    if isinstance(event, CaseClosed):
        return f"{event.outcome}\n{event.note}".strip()
    return event.timer if isinstance(event, TimerFired) else ""


def _counts(effects: Iterable[Effect]) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for effect in effects:
        if isinstance(effect, Count):
            name = f"{effect.name}.{effect.label}" if effect.label else effect.name
            totals[name] = totals.get(name, 0) + 1
    return tuple(totals.items())
