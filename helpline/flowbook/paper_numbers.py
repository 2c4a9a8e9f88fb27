"""The numbers of the service (flows/service.yaml) for the reviewer: each with what it decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from helpline.flowbook.checkin_picture import span
from helpline.flowbook.content import Content
from helpline.flowbook.html_page import heading, paragraph, table, tick
from helpline.flowbook.schema import RungFile, ServiceFile

MEANS = {
    "contact_gap": "after this much silence a new contact begins",
    "symptom_age": "symptoms told longer ago are asked again (hazard H29)",
    "retention": "after the last change everything about a person goes (hazard H36)",
    "ladder": "who is paged about a case until someone takes it, and how; the last rung comes again",
    "rung_waits": "how long a page may go unanswered before the next rung",
    "again_waits": "how long until the last rung comes again",
    "owner_waits": "after so long without a sign of whoever has a case they are reminded, then others are "
    "paged",
    "checkins": "when a check-in comes, after the advice or after the day the pregnancy ended",
    "supports": "when a kind text comes after a loss, to whoever agreed to them",
    "support_hour": "hour of her day at which kind texts come",
    "agreement_lapses": "after so much silence from her the number may be somebody else's (hazard H13)",
    "rota_ahead": "so far ahead the rota is looked at for gaps",
    "rota_report_hour": "hour from which supervisors hear of gaps and dead phones, once a day",
    "paging": "when many cases come at once, for each staff phone (hazard H17)",
    "speech_sure_from": "on a call: what was heard less surely counts only where it is a danger (hazard H30)",
    "flood": "more texts of one phone are read for danger, and not answered (hazard H34)",
    "plain_letters": "languages whose texts are written without the accents that cost more",
}
"""What each number of flows/service.yaml decides."""

_NO_TIME = frozenset({"burst", "most", "support_hour", "rota_report_hour"})
_NO_NUMBER = ("version", "review")


def numbers_section(content: Content, *, ticks: bool = True) -> Iterator[str]:
    """Yield every number of the service with what it decides."""
    service = content.book.service
    yield heading("Numbers of the service", "numbers")
    yield paragraph(
        "Waiting times, hours and limits. They are content like the words (flows/service.yaml): a wait "
        "that is too "
        "long is a hazard."
    )
    review, wide = (("review",), ("10.5em",)) if ticks else ((), ())
    rows = _rows(service, ticks=ticks) if service else ()
    yield table(("what it decides", "value", *review), rows, ("52%", "", *wide))


def _rows(service: ServiceFile, *, ticks: bool) -> Iterator[list[str]]:
    for name in ServiceFile.model_fields:
        if name not in _NO_NUMBER:
            what = f'{escape(MEANS[name])}<br><span class="id">{escape(name)}</span>'
            yield [what, _shown(name, getattr(service, name)), *((tick(),) if ticks else ())]


def _shown(name: str, value: object) -> str:
    if isinstance(value, list):
        return "<br>".join(_line(part) for part in value)
    parts = value if isinstance(value, dict) else getattr(value, "__dict__", None)
    if parts is None:
        return _one(name, value)
    return "<br>".join(f"{escape(part.replace('_', ' '))}: {_one(part, v)}" for part, v in parts.items())


def _line(part: object) -> str:
    if isinstance(part, RungFile):
        return escape(f"{part.who.replace('_', ' ')}, by {part.by}")
    return escape(str(part))


def _one(name: str, value: object) -> str:
    if isinstance(value, int) and name not in _NO_TIME:
        return span(timedelta(seconds=value))
    return escape(str(value))
