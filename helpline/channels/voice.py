"""Calls in: `/voice` and what follows it. The service decides what is said; this makes it audible.

Every step is an event with an id of its own (`CallSid:n`), so a step that the carrier repeats gets the same
answer. After the words there is always a question, a connection or an end: a call never falls silent.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, request

from helpline.channels import fallback
from helpline.channels.desk import Desk
from helpline.channels.speech import voice_of
from helpline.channels.turns import Form, carrier_view
from helpline.channels.twiml import Ear, Through, dial, document, gather, hang_up, record, redirect, say
from helpline.service import Line, Sender, Spoken, reach, receive
from helpline.service.conversation import current_turn
from helpline.triage.effects import Prompt
from helpline.triage.events import Called, HungUp, Pressed, PutThrough, Said, Silent
from helpline.triage.state import CaseCode, Channel, PersonId
from helpline.triage.wording import word

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
CRISIS_RINGS = 30
"""Seconds that a crisis line may ring; then somebody else is tried (evidence, section 7.3)."""
_MOST_KEYS = 32


class Caller(NamedTuple):
    """Who is on the phone in which call.

    `phone` is E.164, empty when withheld: then `person` holds for this call only.
    """

    call: str
    person: PersonId
    phone: str


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes for calls."""
    routes = Blueprint("voice", __name__)
    for path, name, handle in (
        ("/voice", "called", called),
        ("/voice/turn", "turn", turned),
        ("/voice/dialed", "dialed", dialled),
    ):
        view = carrier_view(desk, "voice", partial(handle, desk), partial(fallback.by_voice, desk))
        routes.add_url_rule(path, name, view, methods=["POST"])
    return routes


def called(desk: Desk, form: Form) -> str:
    """Answer a call that comes in."""
    return begin(desk, form, form.get("From"))


def begin(desk: Desk, form: Form, number: str, join: CaseCode | None = None) -> str:
    """Begin the conversation on a call with this number, or `join` it with who has that case."""
    line = desk.line()
    who = caller(line, form.need("CallSid"), number)
    spoken = receive(
        line,
        Sender(who.person, who.phone, who.call),
        lambda entropy: Called(
            who.call,
            line.now(),
            entropy,
            who.call,
            textable=line.identity.textable(who.phone),
            withheld=not who.phone,
            join=join,
        ),
    )
    return rendered(desk, who, spoken)


def turned(desk: Desk, form: Form) -> str:
    """Take keys, speech or silence, the answer to the question named in the address."""
    line = desk.line()
    who = caller(line, form.need("CallSid"), other_side(form))
    event, fresh = f"{who.call}:{step()}", []

    def make(entropy: bytes) -> Pressed | Said | Silent:
        fresh.append(event)
        question, at = request.args.get("q") or None, line.now()
        if digits := form.get("Digits")[:_MOST_KEYS]:
            return Pressed(event, at, entropy, who.call, digits, question)
        if speech := form.words("SpeechResult"):
            return Said(event, at, entropy, who.call, speech, question, _confidence(form))
        return Silent(event, at, entropy, who.call, question)

    spoken = receive(line, Sender(who.person, who.phone, event), make)
    if not fresh and spoken.prompt is not None:
        spoken = _as_it_stands(line, who, spoken)
    return rendered(desk, who, spoken)


def _as_it_stands(line: Line, who: Caller, spoken: Spoken) -> Spoken:
    """Return the stored answer of a step that comes again, or the question that stands by now.

    A step older than what has been said since would lead back into answers that count no more.
    """
    turn = current_turn(line, who.person)
    if spoken.prompt is None or turn is None or turn <= spoken.prompt.turn:
        return spoken
    event = f"{who.call}:again:{turn}"
    return receive(
        line,
        Sender(who.person, who.phone, event),
        lambda entropy: Pressed(event, line.now(), entropy, who.call, "*"),
    )


def dialled(desk: Desk, form: Form) -> str:
    """Go on after a call was put through: it was taken, somebody else is tried, or the truth is told."""
    line = desk.line()
    who = caller(line, form.need("CallSid"), other_side(form))
    query = {name: request.args.get(name, "") for name in ("to", "case", "l")} | {"n": step()}
    reached = form.get("DialBridged") == "true"
    if query["to"] == "staff" and not reached and form.get("CallStatus") not in OVER:
        following = _ring_staff(desk, who, query, _count("k") + 1)
        if following:
            voice = voice_of(desk.flow, query["l"])
            return document(say(_word(desk, query["l"], "connect.next"), voice), following)
    back = _came_back(line, who, query["to"], reached=reached, step=query["n"])
    return rendered(desk, who, back)


def ended(desk: Desk, form: Form) -> None:
    """Note that a call with a person is over; there is nothing to say any more."""
    line = desk.line()
    who = caller(line, form.need("CallSid"), other_side(form))
    event = f"{who.call}:end"
    textable = line.identity.textable(who.phone)
    receive(
        line,
        Sender(who.person, who.phone, event),
        lambda entropy: HungUp(event, line.now(), entropy, who.call, textable=textable),
    )


def rendered(desk: Desk, who: Caller, spoken: Spoken) -> str:
    """Return the TwiML of a step: the words, then a connection, a question or the end."""
    voice = voice_of(desk.flow, spoken.language)
    if spoken.connect is not None:
        through = _through(desk, who, spoken)
        if through:
            return document(*(say(text, voice) for text in spoken.texts), through)
        to, step = spoken.connect.partition(":")[0], str(spoken.prompt.turn if spoken.prompt else 0)
        back = _came_back(desk.line(), who, to, reached=False, step=step)
        spoken = replace(back, texts=(*spoken.texts, *back.texts), languages=(), connect=None)
    languages = spoken.languages or (spoken.language,) * len(spoken.texts)
    words = [say(text, voice_of(desk.flow, x)) for text, x in zip(spoken.texts, languages, strict=False)]
    if spoken.prompt is None or spoken.hangup:
        return document(*words, hang_up())
    prompt = spoken.prompt
    if spoken.record:
        return document(*words, *_recording(desk, spoken.case or "", prompt))
    ear = Ear(
        _action(desk, prompt), voice.language, prompt.hints, prompt.number, prompt.most, prompt.keys_only
    )
    return document(gather(ear, *words))


def _recording(desk: Desk, case: str, prompt: Prompt) -> tuple[str, str]:
    """Return the recording of a message; when nothing is heard the call goes on behind it."""
    after = f"{desk.public_url}/voice/recorded?{urlencode({'n': prompt.turn})}"
    return record(after, f"{desk.public_url}/voice/recording?{urlencode({'case': case})}"), redirect(after)


def _through(desk: Desk, who: Caller, spoken: Spoken) -> str:
    """Return the Dial of a connection, empty when there is nobody to ring."""
    to, _, case = (spoken.connect or "").partition(":")
    query = {"to": to, "n": str(spoken.prompt.turn if spoken.prompt else 0), "l": spoken.language}
    if to == "staff":
        return _ring_staff(desk, who, query | {"case": case}, 0)
    number = desk.reach(to)
    if not number:
        return ""
    number = desk.line().identity.parse(number, desk.flow.region.id) or number
    action = f"{desk.public_url}/voice/dialed?{urlencode(query)}"
    return dial(Through(number, desk.voice_number, action, ring_seconds=CRISIS_RINGS))


def _ring_staff(desk: Desk, who: Caller, query: dict[str, str], place: int) -> str:
    """Return the Dial of the one in this place, empty when all were tried."""
    staff = reach.whom(desk.line(), query["case"], who.phone)
    if place >= len(staff):
        return ""
    action = f"{desk.public_url}/voice/dialed?{urlencode(query | {'k': str(place)})}"
    whisper = f"{desk.public_url}/voice/whisper?{urlencode({'case': query['case']})}"
    return dial(Through(staff[place].phone, desk.voice_number, action, whisper))


def _came_back(line: Line, who: Caller, to: str, *, reached: bool, step: str) -> Spoken:
    event = f"{who.call}:{step}:through"
    return receive(
        line,
        Sender(who.person, who.phone, event),
        lambda entropy: PutThrough(event, line.now(), entropy, who.call, to, reached),
    )


def _word(desk: Desk, spoken: str, message: str) -> str:
    language = next((x for x in desk.flow.languages if x == spoken), desk.language)
    return word(desk.flow, language, Channel.VOICE, message)


def caller(line: Line, call: str, number: str) -> Caller:
    """Return who is on a call with this number."""
    phone = line.identity.parse(number, line.default_region) if number else None
    if phone is None:
        return Caller(call, line.identity.person(f"call:{call}"), "")
    return Caller(call, line.identity.person(phone), phone)


def other_side(form: Form) -> str:
    """Return the number at the far end from us."""
    return form.get("To" if form.get("Direction").startswith("outbound") else "From")


def step() -> str:
    """Return the number of the step in the address, 0 for nonsense."""
    told = request.args.get("n", "0")
    return told if told.isascii() and told.isdigit() and len(told) < 7 else "0"


def _count(name: str) -> int:
    value = request.args.get(name, "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 3 else 99


def _action(desk: Desk, prompt: Prompt) -> str:
    return f"{desk.public_url}/voice/turn?{urlencode({'n': prompt.turn, 'q': prompt.question})}"


def _confidence(form: Form) -> float | None:
    try:
        return min(max(float(form.get("Confidence")), 0.0), 1.0)
    except ValueError:
        return None
