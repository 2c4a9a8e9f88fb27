"""The driving interface: JSON over HTTP for tests, terminals and the page's script. For this machine only."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Blueprint, Response, request

from helpline.carrier.calls import NoSuchCall
from helpline.carrier.faults import Rule, WrongRule, read_rule
from helpline.carrier.phone.shapes import call_shape, message_shape, outcome_shape
from helpline.carrier.phone.view import clock_words, pretty
from helpline.carrier.records import E164, SHORT_CODE, Behaviour
from helpline.carrier.rest_answers import as_json
from helpline.carrier.settings import OPTOUT_MODES
from helpline.carrier.station import Station

LISTED_AT_MOST = 1_000
Told = Mapping[str, object]
_T = TypeVar("_T")


class WrongUse(ValueError):
    """A request to the driving interface that cannot be understood; the text says what belongs there."""


def _told() -> Told:
    """Read the JSON object of a request; an empty body is an empty object."""
    if not request.get_data(cache=True):
        return {}
    told = request.get_json(force=False, silent=True)
    if not isinstance(told, dict):
        raise WrongUse("send a JSON object, with Content-Type: application/json")
    return told


def _of(told: Told, name: str, kind: type[_T], default: _T) -> _T:
    value = told.get(name, default)
    if kind is float and isinstance(value, int):
        value = float(value)
    if not isinstance(value, kind):
        raise WrongUse(f"{name} is {value!r}; a value of type {kind.__name__} belongs there")
    return value


def phone_number(value: object) -> str:
    """Pass a number a phone can have; raise WrongUse for anything else."""
    text = str(value or "").strip()
    if not (E164.fullmatch(text) or SHORT_CODE.fullmatch(text)):
        raise WrongUse(f"{text!r} is no phone number; use one such as +15555550100")
    return text


def _wrong(error: Exception) -> Response:
    return as_json({"error": str(error)}, 404 if isinstance(error, NoSuchCall) else 400)


def api_blueprint(station: Station) -> Blueprint:
    """Make the routes under /phone/api/."""
    api = Blueprint("api", __name__, url_prefix="/phone/api")
    for error in (WrongUse, WrongRule, NoSuchCall):
        api.register_error_handler(error, _wrong)
    _text_routes(api, station)
    _list_routes(api, station)
    _call_routes(api, station)
    _desk_routes(api, station)
    _time_routes(api, station)
    return api


def _text_routes(api: Blueprint, station: Station) -> None:
    ledger = station.ledger

    @api.post("/text")
    def text() -> Response:
        """Send a text from a phone; answers when the helpline has, or at once with `"wait": false`."""
        told = _told()
        sender = phone_number(told.get("from"))
        to = str(told.get("to") or station.settings.number)
        body = _of(told, "body", str, "")
        media = tuple(str(kind) for kind in _of(told, "media", list, []))
        if not _of(told, "wait", bool, True):
            station.exchange.text_by_and_by(sender, to, body, media)
            return as_json({"accepted": True}, 202)
        return as_json(outcome_shape(station.exchange.text(sender, to, body, media)))

    @api.get("/threads/<number>")
    def thread(number: str) -> Response:
        number = phone_number(number)
        return as_json(
            {
                "number": number,
                "behaviour": ledger.behaviour(number),
                "blocked": any(ledger.is_blocked(number, own) for own in ledger.numbers),
                "messages": [message_shape(m) for m in ledger.thread(number)],
            }
        )


def _list_routes(api: Blueprint, station: Station) -> None:
    ledger = station.ledger

    @api.get("/messages")
    def messages() -> Response:
        """List texts, oldest first; narrowed by to, from, direction, status.

        And to those after `after` (a sid).
        """
        asked, after = request.args, request.args.get("after", "")
        fields = {"to": "to", "from": "sender", "direction": "direction", "status": "status"}
        wanted = {attribute: asked[name] for name, attribute in fields.items() if asked.get(name)}
        found: list[dict[str, object]] = []
        for message in ledger.newest_first(lambda m: True):
            if message.sid == after or len(found) >= LISTED_AT_MOST:
                break
            if all(getattr(message, attribute) == value for attribute, value in wanted.items()):
                found.append(message_shape(message))
        return as_json({"messages": found[::-1]})


def _call_routes(api: Blueprint, station: Station) -> None:
    calls = station.calls

    @api.post("/call")
    def call() -> Response:
        """Call the helpline from a phone; answers when the line waits for the caller."""
        told = _told()
        to = str(told.get("to") or station.settings.voice_number or station.settings.number)
        return as_json(call_shape(calls.start(phone_number(told.get("from")), to)))

    @api.get("/calls")
    def list_calls() -> Response:
        person = request.args.get("person", "")
        legs = [leg for leg in calls.newest_first() if person in ("", leg.call.person)]
        return as_json({"calls": [call_shape(leg) for leg in legs]})

    @api.get("/call/<sid>")
    def look(sid: str) -> Response:
        return as_json(call_shape(calls.leg(sid)))

    @api.post("/call/<sid>/<what>")
    def act(sid: str, what: str) -> Response:
        """Do what the person at a phone does: press, say, silence, hangup, answer, ignore."""
        told, leg = _told(), calls.leg(sid)
        acts: dict[str, Callable[[], bool | None]] = {
            "press": lambda: calls.press(
                leg, _of(told, "digits", str, ""), more=_of(told, "more", bool, False)
            ),
            "say": lambda: calls.say(leg, _of(told, "words", str, ""), _of(told, "confidence", float, 0.9)),
            "silence": lambda: calls.silence(leg),
            "hangup": lambda: calls.hang_up(leg),
            "answer": lambda: calls.answer(leg),
            "ignore": lambda: calls.ignore(leg),
        }
        if what not in acts:
            raise WrongUse(f"there is no {what!r}; there are {', '.join(acts)}")
        listened = acts[what]()
        return as_json({**call_shape(leg), "listened": listened is not False})


def _desk_routes(api: Blueprint, station: Station) -> None:
    ledger = station.ledger

    @api.post("/phones/<number>")
    def behave(number: str) -> Response:
        wanted = str(_told().get("behaviour", ""))
        if wanted not in set(Behaviour):
            raise WrongUse(f"behaviour is {wanted!r}; use one of {', '.join(Behaviour)}")
        ledger.behave(phone_number(number), Behaviour(wanted))
        return as_json({"number": number, "behaviour": wanted})

    @api.post("/optout")
    def optout() -> Response:
        mode = str(_told().get("mode", ""))
        if mode not in OPTOUT_MODES:
            raise WrongUse(f"mode is {mode!r}; use one of {', '.join(OPTOUT_MODES)}")
        ledger.optout = mode
        return as_json({"mode": mode})


def _time_routes(api: Blueprint, station: Station) -> None:
    ledger = station.ledger

    @api.route("/clock", methods=["GET", "POST"])
    def clock() -> Response:
        """Move the carrier's own clock (the helpline's is its own affair); tell both time and shift."""
        seconds = _of(_told(), "advance_seconds", float, 0.0) if request.method == "POST" else 0.0
        if seconds < 0:
            raise WrongUse("a clock moves on, never back")
        station.clock.advance(seconds)
        return as_json({"now": station.clock.now(), "shift_seconds": station.clock.shift})

    @api.post("/settle")
    def settle() -> Response:
        """Wait until texts, webhooks and reports have run out, at most `timeout` seconds (10)."""
        return as_json({"settled": station.settle(min(_of(_told(), "timeout", float, 10.0), 60.0))})

    @api.post("/reset")
    def reset() -> Response:
        station.reset()
        return as_json({"reset": True})

    @api.get("/changes")
    def changes() -> Response:
        """Tell the version of everything and of each number asked for.

        So that a page knows when to look again.
        """
        people = {number: ledger.touched(number) for number in request.args.getlist("n")[:50]}
        now, ahead = clock_words(station)
        others = [(number, pretty(number)) for number in ledger.people()[-12:] if number not in people]
        return as_json(
            {"version": ledger.version, "people": people, "others": others, "now": now, "ahead": ahead}
        )


def faults_blueprint(station: Station) -> Blueprint:
    """Make the routes of /faults: look, set, clear."""
    routes = Blueprint("faults", __name__, url_prefix="/faults")
    for error in (WrongUse, WrongRule):
        routes.register_error_handler(error, _wrong)
    faults = station.faults

    @routes.get("")
    def look() -> Response:
        return as_json({"seed": faults.seed, "rules": faults.report()})

    @routes.post("")
    def change() -> Response:
        """Set `{"rules": [...], "seed": 7}` in place of all rules, or add one rule beside them."""
        told = _told()
        if "rules" in told:
            rules = [_rule(one) for one in _of(told, "rules", list, [])]
            faults.set(rules, _of(told, "seed", int, faults.seed))
        else:
            faults.add([_rule(told)])
        return as_json({"seed": faults.seed, "rules": faults.report()})

    @routes.delete("")
    def clear() -> Response:
        faults.set([])
        return as_json({"seed": faults.seed, "rules": []})

    return routes


def _rule(told: object) -> Rule:
    if not isinstance(told, dict):
        raise WrongUse('a rule is an object such as {"point": "rest", "kind": "busy", "next": 1}')
    return read_rule(told)
