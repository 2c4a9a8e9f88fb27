"""The phone in the browser: pages and forms that work without a script, and the pieces a script refreshes."""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, send_from_directory, url_for

from helpline.carrier.calls import NoSuchCall
from helpline.carrier.clock_sync import ClockRefused, advance
from helpline.carrier.legs import Leg
from helpline.carrier.phone.api import WrongUse, phone_number
from helpline.carrier.phone.view import KEYS, clock_words, look, pretty
from helpline.carrier.records import Behaviour
from helpline.carrier.station import Station

PHONES_AT_MOST = 8
FIRST_PHONES = ("+15555550100", "+15555550101")
MORNING = time(9, 0)
JUMPS = {"10 minutes": 600, "2 hours": 7200, "to tomorrow": 0}
_STATIC = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Desk:
    """Keep which phones lie on the desk, in order; at most eight."""

    def __init__(self) -> None:
        self._numbers = list(FIRST_PHONES)
        self._lock = threading.Lock()

    @property
    def numbers(self) -> list[str]:
        """List the phones that are shown."""
        return list(self._numbers)

    def put(self, number: str) -> None:
        """Lay a phone beside the others; the desk being full, it takes the place of the first."""
        with self._lock:
            if number not in self._numbers:
                self._numbers = [*self._numbers, number][-PHONES_AT_MOST:]

    def take(self, number: str) -> None:
        """Put a phone away; its thread is kept."""
        with self._lock:
            self._numbers = [n for n in self._numbers if n != number]


def page_blueprint(station: Station) -> Blueprint:
    """Make the routes of the page."""
    desk = Desk()
    pages = Blueprint("page", __name__, template_folder="templates")
    pages.after_request(_protect)
    for error in (WrongUse, NoSuchCall):
        pages.register_error_handler(error, _sorry)
    _looking(pages, station, desk)
    _texting(pages, station, desk)
    _arranging(pages, station)
    _calling(pages, station)
    return pages


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _sorry(error: Exception) -> tuple[str, int]:
    what = "That call is over." if isinstance(error, NoSuchCall) else str(error)
    return render_template("sorry.html", what=what), 404 if isinstance(error, NoSuchCall) else 400


def _back(number: str = "") -> Response:
    """Lead back to the page; a script gets an empty answer instead and refreshes by itself."""
    if request.headers.get("X-Phone-Script"):
        return Response(status=204)
    anchor = f"phone-{number.lstrip('+')}" if number else None
    answer = redirect(url_for("page.phones", _anchor=anchor), 303)
    return Response(answer.get_data(), 303, dict(answer.headers))


def _looking(pages: Blueprint, station: Station, desk: Desk) -> None:
    @pages.get("/")
    def home() -> Response:
        return _back()

    @pages.get("/phone/")
    def phones() -> str:
        now, ahead = clock_words(station)
        shown = desk.numbers
        return render_template(
            "page.html",
            phones=[look(station, number) for number in shown],
            others=[(n, pretty(n)) for n in station.ledger.people()[-12:] if n not in shown],
            line=pretty(station.settings.number),
            behaviours=[b.value for b in Behaviour],
            now=now,
            ahead=ahead,
            jumps=list(JUMPS),
            keys=KEYS,
        )

    @pages.get("/phone/part/<number>")
    def part(number: str) -> str:
        view = look(station, phone_number(number))
        return render_template("part.html", phone=view, keys=KEYS)

    @pages.get("/phone/static/<path:name>")
    def static(name: str) -> Response:
        return send_from_directory(_STATIC, name, max_age=0)


def _texting(pages: Blueprint, station: Station, desk: Desk) -> None:
    @pages.post("/phone/text")
    def text() -> Response:
        sender = phone_number(request.form.get("from"))
        media = ("image/png",) if request.form.get("picture") else ()
        body = request.form.get("body", "").replace("\r\n", "\n")
        if body or media:
            station.exchange.text(sender, station.settings.number, body, media)
        return _back(sender)

    @pages.post("/phone/add")
    def add() -> Response:
        number = phone_number("".join(c for c in request.form.get("number", "") if c in "+0123456789"))
        desk.put(number)
        return _back(number)

    @pages.post("/phone/away")
    def away() -> Response:
        desk.take(request.form.get("number", ""))
        return _back()


def _arranging(pages: Blueprint, station: Station) -> None:
    @pages.post("/phone/behaviour")
    def behaviour() -> Response:
        number, wanted = phone_number(request.form.get("number")), request.form.get("behaviour", "")
        if wanted not in set(Behaviour):
            raise WrongUse(f"There is no behaviour {wanted!r}.")
        station.ledger.behave(number, Behaviour(wanted))
        return _back(number)

    @pages.post("/phone/clock")
    def clock() -> Response:
        jump = request.form.get("jump", "")
        if jump not in JUMPS:
            raise WrongUse("Choose one of the jumps that are offered.")
        seconds = JUMPS[jump] or until_morning(station)
        try:
            advance(station.settings.webhook, station.clock, seconds)
        except ClockRefused as refused:
            raise WrongUse(f"Neither clock was moved: {refused}.") from refused
        return _back()


def until_morning(station: Station) -> int:
    """Reckon the seconds until nine in the morning of the next day, in the carrier's zone."""
    zone = ZoneInfo(station.settings.timezone)
    now = datetime.fromtimestamp(station.clock.now(), zone)
    morning = datetime.combine(now.date() + timedelta(days=1), MORNING, zone)
    return max(1, round(morning.timestamp() - now.timestamp()))


def _calling(pages: Blueprint, station: Station) -> None:
    calls, settings = station.calls, station.settings

    @pages.post("/phone/call")
    def call() -> Response:
        caller = phone_number(request.form.get("from"))
        running = calls.of(caller)
        if running is None or running.call.over:
            calls.start(caller, settings.voice_number or settings.number)
        return _back(caller)

    @pages.post("/phone/call/<sid>/<what>")
    def act(sid: str, what: str) -> Response:
        leg = calls.leg(sid)
        acts: dict[str, Callable[[Leg], object]] = {
            "press": lambda leg: calls.press(
                leg, request.form.get("digits", ""), more=request.form.get("more") == "1"
            ),
            "say": lambda leg: calls.say(leg, request.form.get("words", "").strip() or "..."),
            "silence": calls.silence,
            "hangup": calls.hang_up,
            "answer": calls.answer,
            "ignore": calls.ignore,
        }
        if what not in acts:
            raise WrongUse("There is no such thing to do on a call.")
        acts[what](leg)
        return _back(leg.call.person)
