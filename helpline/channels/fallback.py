"""A safe answer that needs no store: for the carrier's fallback addresses, and for turns that failed.

It has the words of one text or of one spoken answer, and nothing else. A red flag in them gets the
emergency or the crisis advice; anything else the emergency number, the crisis line and what to do.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint

from helpline.channels.desk import Desk
from helpline.channels.speech import voice_of
from helpline.channels.turns import Form, carrier_view
from helpline.channels.twiml import document, hang_up, message, say
from helpline.service.abroad import content_for
from helpline.triage.flow import Flow
from helpline.triage.heard import Hit
from helpline.triage.state import Channel, FindingId, Flag, Language
from helpline.triage.understand import understand
from helpline.triage.wording import word

LONGEST = 1600
ALARMING = ("emergency", "emergency_department")


def blueprint(desk: Desk) -> Blueprint:
    """Return the fallback routes."""
    routes = Blueprint("fallback", __name__)
    for path, channel, answer in (("/sms/fallback", "sms", by_text), ("/voice/fallback", "voice", by_voice)):
        view = carrier_view(desk, f"{channel}_fallback", partial(answer, desk), partial(answer, desk))
        routes.add_url_rule(path, f"{channel}_fallback", view, methods=["POST"])
    return routes


def by_text(desk: Desk, form: Form | None) -> str:
    """Return the safe answer to a text; without a form the words that always hold."""
    body = form.words("Body") if form else ""
    return document(*(message(text) for text in advice(_flow(desk, form), desk.language, Channel.SMS, body)))


def by_voice(desk: Desk, form: Form | None) -> str:
    """Return the safe answer to a call, which then ends."""
    heard = form.words("SpeechResult") if form else ""
    voice = voice_of(desk.flow, desk.language)
    spoken = (say(text, voice) for text in advice(_flow(desk, form), desk.language, Channel.VOICE, heard))
    return document(*spoken, hang_up())


def _flow(desk: Desk, form: Form | None) -> Flow:
    """Return the content: with the numbers that many countries share for a number of another country."""
    return content_for(desk.flow, form.get("From")) if form else desk.flow


def advice(flow: Flow, language: Language, channel: Channel, words: str) -> tuple[str, ...]:
    """Return what to say to these words alone, in the language they are plainly in."""
    if not words:
        return (word(flow, language, channel, "safe.words"),)
    heard = understand(words[:LONGEST], None, flow.lexicons, language, channel)
    language = heard.language if heard.language in flow.languages else language
    hits = (*heard.interrupts, *heard.findings)
    place = word(flow, language, channel, flow.region.places[-1].message) if flow.region.places else ""
    return tuple(word(flow, language, channel, m, place=place) for m in _messages(flow, language, hits))


def _messages(flow: Flow, language: Language, hits: tuple[Hit, ...]) -> list[str]:
    """Choose by the clinical table, so that these answers and those of a whole conversation agree."""
    values = {FindingId(h.id): h.value for h in hits if h.value is not None and h.id in flow.table.findings}
    result = flow.rulebook.assess(flow.rulebook.facts(values, None, 1), False)
    told = f"advice.{result.disposition}" if result.disposition in ALARMING else ""
    if Flag.CRISIS in result.flags:
        both = f"{told}.crisis"
        return [both] if flow.has(language, both) else ["crisis.text", *([told] if told else [])]
    if Flag.SAFEGUARDING in result.flags:
        return ["safeguarding.text", *([told] if told else [])]
    return [told or "safe.words"]
