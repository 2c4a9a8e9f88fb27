"""The engine: `advance(flow, state, event) -> (state, effects)`, and nothing else decides.

Pure: time and chance come with the event. It always ends, since a turn walks at most once through the
interview's order.
"""

from __future__ import annotations

import re
from typing import assert_never

from helpline.triage import (
    cases,
    contact,
    flood,
    followup,
    intents,
    left,
    misheard,
    news,
    optin,
    relay,
    silence,
    through,
    where,
)
from helpline.triage.ask import (
    BACK,
    GREETING,
    KEYS_ONLY,
    PERSON,
    languages_by_key,
    numeric,
    offer_languages,
    open_question,
    repeat,
    standing,
)
from helpline.triage.contact import begin
from helpline.triage.effects import Count, Effect, Note
from helpline.triage.events import (
    Acknowledged,
    Called,
    CaseClosed,
    Delivered,
    Event,
    Forgotten,
    HandedOver,
    HungUp,
    Paged,
    Pressed,
    PutThrough,
    Recorded,
    Said,
    Silent,
    StaffCalled,
    StaffOpened,
    StaffWrote,
    Texted,
    TimerFired,
    Undelivered,
    Unmanned,
)
from helpline.triage.flow import Flow
from helpline.triage.heard import Hit, Understanding
from helpline.triage.listen import NOISE, again, hear
from helpline.triage.onward import go_on
from helpline.triage.state import Channel, State
from helpline.triage.thread import held
from helpline.triage.turn import Turn

__all__ = ["advance", "begin"]

OnCall = Called | Said | Pressed | Silent | HungUp
"""What she does on a call."""

_LETTERS = r"[0-9A-FOIL]{2}[2-9CFGHJKMNPQRTVWX]{2}\b"
_CODE = rf"#?(?=[A-Z]*[0-9]){_LETTERS}"
_STAFF_ORDER = re.compile(
    rf"(?:ACK|UNACK)\s+#?{_LETTERS}(?P<ack>[\s:,.-].*)?"
    rf"|(?:DONE|CALL|BACK|GIVE|OPEN)\s+{_CODE}(?P<order>[\s:,.-].*)?"  # without a digit it may be a word
    r"|OPEN\s+\+[0-9][0-9 ()./-]{6,}"
    rf"|(?!#?[0-9]{{2}}){_CODE}(?P<words>\s*:.*)?",  # alone no "10pm" and no "12cm"
    re.IGNORECASE | re.DOTALL,
)
"""What staff text about a case; it comes here only from a phone that is on no list of theirs."""


def advance(flow: Flow, state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """Decide what an event does to a person. The same arguments always give the same result."""
    turn = Turn(where.here(flow, state), state, event.at, event.entropy)
    match event:
        case Texted():
            _texted(turn, event)
        case Called() | Said() | Pressed() | Silent() | HungUp() | PutThrough() | Recorded():
            _by_call(turn, event)
        case TimerFired():
            silence.fired(turn, event.timer)
        case Acknowledged() | CaseClosed() | HandedOver() | StaffWrote() | StaffCalled() | StaffOpened():
            _staff(turn, event)
        case Paged() | Unmanned() | Delivered() | Undelivered():
            _report(turn, event)
        case Forgotten():
            cases.forget(turn)
        case _:
            assert_never(event)
    done, effects = turn.finish()
    return done, (*effects, *_understood(turn))


def _by_call(turn: Turn, event: OnCall | PutThrough | Recorded) -> None:
    match event:
        case PutThrough():
            through.came_back(turn, event)
        case Recorded():
            left.recorded(turn, event)
        case _:
            _on_call(turn, event)
    through.hush(turn)


def _on_call(turn: Turn, event: OnCall) -> None:
    match event:
        case Called():
            _called(turn, event)
        case Said():
            turn.doubtful = misheard.doubtful(turn, event.confidence)
            _spoke(turn, event.call, event.text, event.question)
        case Pressed():
            _pressed(turn, event)
        case Silent():
            turn.change(channel=Channel.VOICE, call=event.call)
            silence.on_call(turn)
        case HungUp():
            if not event.textable:
                turn.remember("textable", "no")
            silence.hung_up(turn, event.call)
        case _:
            assert_never(event)


def _understood(turn: Turn) -> tuple[Effect, ...]:
    return tuple(
        Note("understood", "\t".join((h.kind, h.id, "" if h.value is None else str(h.value), h.words[:200])))
        for h in turn.understood
    )


def _texted(turn: Turn, event: Texted) -> None:
    turn.remember("carrier_answered", event.opt_out)
    if flood.dropped(turn, event):
        return
    if held(turn.state):
        relay.hear(turn, event)
        return
    text = event.text.strip()
    if not text:
        contact.refresh(turn, Channel.SMS)
        turn.say("media.only" if event.media else "empty")
        _carry_on(turn)
        return
    order = _STAFF_ORDER.fullmatch(text)
    if order and not flood.matters(turn, "".join(filter(None, order.groups()))):
        contact.refresh(turn, Channel.SMS)
        turn.say("staff.unknown_phone")
        _carry_on(turn)
        return
    hear(turn, text[:1600], Channel.SMS)
    if not turn.replies and event.opt_out is None:
        again(turn)
    if turn.state.asked is None:
        turn.change(ended=True)


def _carry_on(turn: Turn) -> None:
    if turn.state.asked is not None:
        repeat(turn)
        return
    if contact.WELCOMED not in turn.state.extra:
        turn.remember(contact.WELCOMED, "yes")
        turn.say("welcome")
    if turn.state.disposition is None:
        go_on(turn)


def _called(turn: Turn, event: Called) -> None:
    contact.refresh(turn, Channel.VOICE)
    turn.change(call=event.call, channel=Channel.VOICE)
    turn.remember("textable", None if event.textable else "no")
    turn.remember(left.WITHHELD, "yes" if event.withheld else None)
    for last_call in ("silences", NOISE, KEYS_ONLY):
        turn.remember(last_call, None)
    turn.remember(GREETING, "yes")
    turn.clear_timers(*(t.name for t in turn.state.timers if t.name in ("nudge", "abandoned")))
    turn.remember(contact.WELCOMED, "yes")
    if through.join(turn, event):
        return
    turn.say("welcome")
    left.told_on_call(turn)
    if turn.state.asked is not None and turn.state.asked.findings:
        repeat(turn)
    else:
        turn.change(ended=False)
        go_on(turn)
    _offer_languages(turn, 1)


def _offer_languages(turn: Turn, place: int) -> None:
    """Put the offer of other languages behind the first `place` replies."""
    said, turn.replies = turn.replies, []
    offer_languages(turn)
    turn.replies = [*said[:place], *turn.replies, *said[place:]]


def _spoke(turn: Turn, call: str, text: str, question: str | None) -> None:
    turn.change(call=call)
    turn.remember(GREETING, None)
    asked = turn.state.asked
    late = question is not None and asked is not None and question != asked.id
    hear(turn, text[:1600], Channel.VOICE, late=late)


def _pressed(turn: Turn, event: Pressed) -> None:
    """Keys on a call. Where a number is asked every digit belongs to it, and a person is `**`."""
    turn.change(call=event.call, channel=Channel.VOICE)
    question = standing(turn.flow, turn.state)
    wanted = {"*": "repeat", "**": "human"}.get(event.digits, "")
    if question is None or not numeric(question):
        wanted = wanted or {PERSON: "human", BACK: "back"}.get(event.digits, "")
    language = languages_by_key(turn.state, turn.flow).get(event.digits)
    if wanted:
        _wanted(turn, Hit("intent", wanted, None, ""))
        return
    if language and GREETING in turn.state.extra:
        _wanted(turn, Hit("intent", "language", language, ""))
        return
    _spoke(turn, event.call, event.digits.strip("*#"), event.question)


def _wanted(turn: Turn, intent: Hit) -> None:
    contact.refresh(turn, Channel.VOICE)
    turn.remember("silences", None)
    turn.understood = (intent,)
    intents.handle(turn, Understanding(intents=turn.understood), fresh=False)
    if intent.id == "repeat" and GREETING in turn.state.extra:
        _offer_languages(turn, 0)
    if turn.listen is None and not turn.hangup:
        if turn.state.asked is not None:
            repeat(turn)
        else:
            open_question(turn, "after_call")
            turn.change(ended=True)


def _written(turn: Turn, event: StaffWrote) -> None:
    relay.wrote(turn, event)
    if held(turn.state):
        left.kept(turn, "written")


StaffDid = Acknowledged | CaseClosed | HandedOver | StaffWrote | StaffCalled | StaffOpened


def _staff(turn: Turn, event: StaffDid) -> None:
    match event:
        case Acknowledged():
            cases.acknowledged(turn, event)
        case CaseClosed():
            cases.closed(turn, event)
            followup.aftercare(turn)
            if turn.state.case is None:
                left.kept(turn, "closed")
        case HandedOver():
            cases.handed(turn, event)
        case StaffWrote():
            _written(turn, event)
        case StaffCalled():
            relay.called(turn, event)
        case StaffOpened():
            cases.opened(turn, event)
        case _:
            assert_never(event)


def _report(turn: Turn, event: Paged | Unmanned | Delivered | Undelivered) -> None:
    if isinstance(event, Paged):
        news.alerted(turn, event)
    elif isinstance(event, Unmanned):
        news.unmanned(turn, event)
    elif isinstance(event, Undelivered):
        _lost(turn, event)


def _lost(turn: Turn, event: Undelivered) -> None:
    turn.effects.append(Count("undelivered", event.kind))
    cases.page_failed(turn, event)
    cases.unheard(turn, event)
    silence.not_arrived(turn, event)
    if event.kind == "notice":
        news.not_arrived(turn)
    relay.not_arrived(turn, event)
    if event.opted_out and turn.state.consent.stopped is None:
        optin.stop(turn)
