"""Calls that we make: pages to staff, the whisper before a caller is joined, and calling a person back.

Whoever picks up hears nothing that betrays anybody: a page names a case by its code, a call back says no word
about the helpline before a key is pressed, and a machine hears a neutral line. Only a key counts as taken.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, request

from helpline.channels import voice
from helpline.channels.desk import Desk
from helpline.channels.speech import voice_of
from helpline.channels.turns import Form, carrier_view
from helpline.channels.twiml import document, element, hang_up, say
from helpline.service import Item, ItemId, Line, Staff, casework, reach
from helpline.service.briefing import briefing
from helpline.service.casework import Result
from helpline.service.pages import age_word, level_word
from helpline.triage.state import Channel, Language
from helpline.triage.wording import word

TAKE, JOIN = "1", "2"
_MACHINES = ("machine", "fax")
"""Beginnings of what the carrier says of a voicemail or a fax."""


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes for calls that we make, and for how calls end."""
    routes = Blueprint("staff_calls", __name__)
    for path, name, handle, rescue in (
        ("/voice/out", "out", called_out, _nothing),
        ("/voice/whisper", "whisper", whispered, _nothing),
        ("/voice/status", "status", ended, lambda form: ""),
    ):
        view = carrier_view(desk, "voice", partial(handle, desk), rescue)
        routes.add_url_rule(path, name, view, methods=["POST"])
    return routes


def _nothing(form: Form | None) -> str:
    """End a call to whoever it may be without a word, when something failed."""
    return document(hang_up())


def called_out(desk: Desk, form: Form) -> str:
    """Answer for a call of ours that was picked up, and for the key pressed on it."""
    line = desk.line()
    item = _item(line)
    if item is None:
        return _nothing(form)
    if item.kind == "page":
        return _page(desk, line, item, form)
    if not request.args.get("k"):
        return _asked(desk, "callback.open", desk.language, {"o": item.id, "k": "1"})
    if form.get("Digits") == TAKE:
        return voice.begin(desk, form, form.get("To"), join=item.case)
    return _said(desk, "callback.no", desk.language)


def _page(desk: Desk, line: Line, item: Item, form: Form) -> str:
    """Page a member of staff. A machine is asked for a key first, and hears no more than that."""
    staff = reach.staff_at(line, item.to)
    record = reach.open_record(line, item.case) if item.case else None
    language = _spoken_by(desk, staff)
    code = item.case or ""
    if staff is None or record is None:
        return _said(desk, "page.others", language, code)
    step, pressed = request.args.get("k", ""), form.get("Digits") == TAKE
    if step == "2":
        return _taken(desk, line, staff, item, form) if pressed else _said(desk, "page.left", language)
    if step == "3":
        return _joined(desk, line, staff, item, form)
    if step == "1" and not pressed:
        return _said(desk, "page.left", language)
    if not step and form.get("AnsweredBy").startswith(_MACHINES):
        return _asked(desk, "page.machine", language, {"o": item.id, "k": "1"})
    level = level_word(desk.flow, language, record.case.level, Channel.VOICE)
    age = int((line.now() - record.case.opened).total_seconds())
    time = age_word(desk.flow, language, age, Channel.VOICE)
    return _asked(desk, "page.call", language, {"o": item.id, "k": "2"}, case=code, answer=level, time=time)


def _taken(desk: Desk, line: Line, staff: Staff, item: Item, form: Form) -> str:
    """Give the case to who pressed 1 and tell what it is about; 2 calls her and joins both."""
    language, code = _spoken_by(desk, staff), item.case or ""
    record = reach.open_record(line, code)
    if record is None or not reach.take(line, code, staff, form.need("CallSid")):
        return _said(desk, "page.others", language, code)
    voice = voice_of(desk.flow, language)
    words = (_say(desk, "page.taken", language, code), say(briefing(line, record, staff), voice))
    again = _say(desk, "page.join", language)
    query = urlencode({"o": item.id, "k": "3"})
    attributes = (
        ("input", "dtmf"),
        ("action", f"{desk.public_url}/voice/out?{query}"),
        ("method", "POST"),
        ("numDigits", "1"),
        ("finishOnKey", ""),
        ("timeout", "6"),
    )
    return document(element("Gather", attributes, *words, again), hang_up())


def _joined(desk: Desk, line: Line, staff: Staff, item: Item, form: Form) -> str:
    """Call her for whoever has just taken the case by phone."""
    language = _spoken_by(desk, staff)
    if form.get("Digits") != JOIN or item.case is None:
        return _said(desk, "page.left", language)
    act = casework.Act(item.case, staff.id, staff.role, f"call:{form.need('CallSid')}")
    done = casework.call(line, act)
    return _said(desk, "page.calling" if done.result is Result.DONE else "page.nocall", language, item.case)


def whispered(desk: Desk, form: Form) -> str:
    """Ask who picked up whether they take the case; only then are both joined, at the document's end."""
    line, code = desk.line(), request.args.get("case", "")
    phone = line.identity.parse(form.get("To"), line.default_region)
    staff = reach.staff_at(line, phone) if phone else None
    if staff is None or reach.open_record(line, code) is None:
        return _nothing(form)
    language = _spoken_by(desk, staff)
    step, pressed = request.args.get("k", ""), form.get("Digits") == TAKE
    if not step and form.get("AnsweredBy").startswith(_MACHINES):
        return _nothing(form)
    if not step:
        return _asked(desk, "whisper.case", language, {"case": code, "k": "1"}, path="whisper")
    if not pressed:
        return _said(desk, "page.left", language)
    if not reach.take(line, code, staff, form.need("CallSid")):
        return _said(desk, "page.others", language, code)
    return document(_say(desk, "whisper.joined", language))


def ended(desk: Desk, form: Form) -> str:
    """Note how a call is over: one of ours by its item, and one with a person as hung up."""
    status = form.get("CallStatus")
    if status not in voice.OVER:
        return ""
    line = desk.line()
    item = _item(line) if request.args.get("o") else None
    if item is not None:
        reach.rang(line, item, status, form.need("CallSid"))
    if item is None or item.kind != "page":
        voice.ended(desk, form)
    return ""


def _item(line: Line) -> Item | None:
    name = request.args.get("o", "")
    item = line.store.item(ItemId(name)) if name.startswith("o_") and len(name) < 68 else None
    return item if item is not None and item.medium == "call" else None


def _spoken_by(desk: Desk, staff: Staff | None) -> Language:
    spoken = staff.languages if staff else ()
    return next((x for x in desk.flow.languages if x in spoken), desk.language)


def _asked(
    desk: Desk, message: str, language: Language, query: dict[str, str], path: str = "out", **fill: str
) -> str:
    """Return a question to be answered by one key, put twice; then the call ends."""
    spoken = _say(desk, message, language, fill.get("case") or query.get("case", ""), **fill)
    attributes = (
        ("input", "dtmf"),
        ("action", f"{desk.public_url}/voice/{path}?{urlencode(query)}"),
        ("method", "POST"),
        ("numDigits", "1"),
        ("finishOnKey", ""),
        ("timeout", "6"),
    )
    again = element("Pause", (("length", "2"),))
    return document(element("Gather", attributes, spoken, again, spoken), hang_up())


def _said(desk: Desk, message: str, language: Language, code: str = "") -> str:
    return document(_say(desk, message, language, code), hang_up())


def _say(desk: Desk, message: str, language: Language, code: str = "", **fill: str) -> str:
    text = word(desk.flow, language, Channel.VOICE, message, **{"case": code, **fill})
    return say(text, voice_of(desk.flow, language), code)
