"""Calls in: `/voice` and what follows it. The service decides what is said; this makes it audible.

Every step is an event with an id of its own (`CallSid:n`), so a step that the carrier repeats gets the same
answer. After the words there is always a question, a connection or an end: a call never falls silent.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, request

from helpline.channels import fallback
from helpline.channels.desk import Desk
from helpline.channels.speech import voice_of
from helpline.channels.turns import Form, carrier_view
from helpline.channels.twiml import Ear, dial, document, gather, hang_up, say
from helpline.service import Line, Sender, Spoken, receive
from helpline.triage.effects import Prompt
from helpline.triage.events import Called, HungUp, Pressed, Said, Silent
from helpline.triage.state import PersonId

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
_MOST_KEYS = 32


class Caller(NamedTuple):
    """Who is on the phone. `phone` is E.164, empty when withheld: then `person` holds for this call only."""

    person: PersonId
    phone: str


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes for calls."""
    routes = Blueprint("voice", __name__)
    for path, name, handle in (
        ("/voice", "called", called),
        ("/voice/out", "out", called_out),
        ("/voice/turn", "turn", turned),
        ("/voice/status", "status", ended),
    ):
        view = carrier_view(desk, "voice", partial(handle, desk), partial(fallback.by_voice, desk))
        routes.add_url_rule(path, name, view, methods=["POST"])
    return routes


def called(desk: Desk, form: Form) -> str:
    """Answer a call that comes in."""
    return _begin(desk, form, form.get("From"))


def called_out(desk: Desk, form: Form) -> str:
    """Answer for a call of ours that was picked up."""
    return _begin(desk, form, form.get("To"))


def turned(desk: Desk, form: Form) -> str:
    """Take keys, speech or silence, the answer to the question named in the address."""
    call, line = form.need("CallSid"), desk.line()
    who = _caller(line, call, _other_side(form))
    event = f"{call}:{_step()}"

    def make(entropy: bytes) -> Pressed | Said | Silent:
        question, at = request.args.get("q") or None, line.now()
        if digits := form.get("Digits")[:_MOST_KEYS]:
            return Pressed(event, at, entropy, call, digits, question)
        if speech := form.words("SpeechResult"):
            return Said(event, at, entropy, call, speech, question, _confidence(form))
        return Silent(event, at, entropy, call, question)

    return rendered(desk, receive(line, Sender(who.person, who.phone, event), make))


def ended(desk: Desk, form: Form) -> str:
    """Note that a call is over; there is nothing to say any more."""
    call = form.need("CallSid")
    if form.get("CallStatus") not in OVER:
        return ""
    line = desk.line()
    who = _caller(line, call, _other_side(form))
    event = f"{call}:end"
    receive(
        line,
        Sender(who.person, who.phone, event),
        lambda entropy: HungUp(event, line.now(), entropy, call, textable=bool(who.phone)),
    )
    return ""


def rendered(desk: Desk, spoken: Spoken) -> str:
    """Return the TwiML of a step: the words, then a connection, a question or the end."""
    voice = voice_of(desk.flow, spoken.language)
    words = [say(text, voice) for text in spoken.texts]
    number = desk.reach(spoken.connect) if spoken.connect else None
    through = [dial(number, desk.voice_number)] if number else []
    if spoken.prompt is None or spoken.hangup:
        return document(*words, *through, hang_up())
    ear = Ear(_action(desk, spoken.prompt), voice.language, spoken.prompt.hints, spoken.prompt.number)
    if through:
        return document(*words, *through, gather(ear))
    return document(gather(ear, *words))


def _begin(desk: Desk, form: Form, number: str) -> str:
    call, line = form.need("CallSid"), desk.line()
    who = _caller(line, call, number)
    spoken = receive(
        line,
        Sender(who.person, who.phone, call),
        lambda entropy: Called(call, line.now(), entropy, call, textable=bool(who.phone)),
    )
    return rendered(desk, spoken)


def _caller(line: Line, call: str, number: str) -> Caller:
    phone = line.identity.parse(number, line.default_region) if number else None
    if phone is None:
        return Caller(line.identity.person(f"call:{call}"), "")
    return Caller(line.identity.person(phone), phone)


def _other_side(form: Form) -> str:
    return form.get("To" if form.get("Direction").startswith("outbound") else "From")


def _step() -> str:
    step = request.args.get("n", "0")
    return step if step.isascii() and step.isdigit() and len(step) < 7 else "0"


def _action(desk: Desk, prompt: Prompt) -> str:
    return f"{desk.public_url}/voice/turn?{urlencode({'n': prompt.turn, 'q': prompt.question})}"


def _confidence(form: Form) -> float | None:
    try:
        return min(max(float(form.get("Confidence")), 0.0), 1.0)
    except ValueError:
        return None
