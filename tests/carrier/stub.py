"""A stand-in for the helpline: records what the carrier posts and answers as told."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import BaseWSGIServer, make_server

TOKEN = "test-token"
ACCOUNT = "AC" + "a" * 32
LINE = "+15005550006"
ANA = "+15555550100"
BEA = "+15555550101"
STAFF = "+12025550190"

Answer = Response | str


@dataclass(frozen=True, slots=True)
class Posted:
    """Hold one request the carrier made."""

    path: str
    query: str
    form: Mapping[str, str]
    signed: bool
    token: str


@dataclass(slots=True)
class Stub:
    """Answer TwiML by path; `on` sets what a path answers, `posted` gives what came."""

    base: str = ""
    answers: dict[str, Callable[[Mapping[str, str]], Answer]] = field(default_factory=dict)
    _posted: list[Posted] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def on(self, path: str, answer: Answer | Callable[[Mapping[str, str]], Answer]) -> None:
        """Let a path answer this: verbs, a whole response, or a function of the form."""
        self.answers[path] = (
            answer if callable(answer) and not isinstance(answer, Response) else lambda _: answer
        )

    def posted(self, path: str = "") -> list[Posted]:
        """Give what came to a path, in order; to all of them without one."""
        return [one for one in self._posted if path in ("", one.path)]

    def wait_for(self, path: str, count: int, seconds: float = 5.0) -> list[Posted]:
        """Wait until so many requests came to a path."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.posted(path)) >= count, seconds), self.posted()
        return self.posted(path)

    def take(self, path: str) -> Response:
        """Record a request and answer it."""
        query = request.environ.get("QUERY_STRING", "")
        url = f"{self.base}/{path}" + (f"?{query}" if query else "")
        signature = request.headers.get("X-Twilio-Signature", "")
        signed = bool(RequestValidator(TOKEN).validate(url, request.form, signature))
        token = request.headers.get("I-Twilio-Idempotency-Token", "")
        with self._changed:
            self._posted.append(Posted(f"/{path}", query, request.form.to_dict(), signed, token))
            self._changed.notify_all()
        told = self.answers.get(f"/{path}")
        answer = told(request.form) if told else ""
        return answer if isinstance(answer, Response) else twiml(answer)


def twiml(inside: str) -> Response:
    """Wrap verbs into a whole answer."""
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>', content_type="text/xml"
    )


def serve_stub(stub: Stub) -> BaseWSGIServer:
    """Serve a stub on a free port in a thread."""
    app = Flask("stub")

    @app.post("/<path:path>")
    def take(path: str) -> Response:
        return stub.take(path)

    @app.get("/simulation/person/<number>")
    def person(number: str) -> Answer:
        known = stub.answers.get("person")
        return known({"number": number}) if known else Response("{}", content_type="application/json")

    server = make_server("127.0.0.1", 0, app, threaded=True)
    stub.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
