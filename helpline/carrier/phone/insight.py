"""What the helpline knows about a person, asked of the helpline for the page: findings, urgency.

Words that fired.
"""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Understood:
    """Hold one thing the line made of the last words."""

    kind: str
    id: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Insight:
    """Hold what the page shows about a person; `problem` says why there is nothing."""

    problem: str = ""
    known: bool = False
    flow: str = ""
    asks: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    language: str = ""
    findings: tuple[tuple[str, str], ...] = ()
    disposition: str = ""
    flags: tuple[str, ...] = ()
    ended: bool = False
    understood: tuple[Understood, ...] = ()


def ask(webhook: str, number: str) -> Insight:
    """Ask the helpline about a number; whatever goes wrong is said in `problem`, never raised."""
    parts = urlsplit(webhook)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/simulation/person/{quote(number, safe='')}")
        response = connection.getresponse()
        body = response.read(512 * 1024)
    except (OSError, http.client.HTTPException):
        return Insight(problem="The helpline does not answer.")
    finally:
        connection.close()
    if response.status == 404:
        return Insight(problem="Nothing is known about this number yet.")
    if response.status != 200:
        return Insight(problem=f"The helpline answered {response.status}.")
    try:
        told = json.loads(body)
    except ValueError:
        return Insight(problem="The helpline's answer is no JSON.")
    return read(told) if isinstance(told, dict) else Insight(problem="The helpline's answer is no object.")


def read(told: Mapping[str, object]) -> Insight:
    """Read the helpline's answer; what is missing stays empty."""
    talk = told.get("conversation")
    understood = tuple(_understood(one) for one in _list(told.get("understood")) if isinstance(one, dict))
    if not isinstance(talk, dict):
        return Insight(problem="No conversation yet.", understood=understood)
    asks = talk.get("asks")
    findings = talk.get("findings")
    return Insight(
        known=True,
        flow=_text(talk.get("flow")),
        asks=", ".join(plain(a) for a in asks) if isinstance(asks, list) else plain(asks),
        choices=tuple(
            (_text(c.get("key")), _text(c.get("label")))
            for c in _list(talk.get("choices"))
            if isinstance(c, dict)
        ),
        language=_text(talk.get("language")),
        findings=tuple((plain(k), plain(v)) for k, v in findings.items())
        if isinstance(findings, dict)
        else (),
        disposition=_text(talk.get("disposition")),
        flags=tuple(_text(f) for f in _list(talk.get("flags"))),
        ended=bool(talk.get("ended")),
        understood=understood,
    )


def _understood(one: Mapping[str, object]) -> Understood:
    return Understood(
        _text(one.get("kind")), plain(one.get("id")), plain(one.get("value")), _text(one.get("words"))
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return "" if value is None else str(value)


def plain(value: object) -> str:
    """Write an id so that it reads as words."""
    return _text(value).replace("_", " ")


def marked(body: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Cut a text into pieces, each with whether its words fired; upper and lower case are the same."""
    spans: list[tuple[int, int]] = []
    for wanted in sorted({w for w in words if w.strip()}, key=len, reverse=True):
        found = re.search(re.escape(wanted), body, re.IGNORECASE)
        if found and all(found.end() <= low or found.start() >= high for low, high in spans):
            spans.append(found.span())
    pieces, done = [], 0
    for low, high in sorted(spans):
        pieces += [(body[done:low], False), (body[low:high], True)]
        done = high
    pieces.append((body[done:], False))
    return [piece for piece in pieces if piece[0]]
