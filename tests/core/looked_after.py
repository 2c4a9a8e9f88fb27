"""Who is looked after: people at the point where check-ins begin, and what is planned for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from helpline.triage.ask import standing
from helpline.triage.effects import Effect, Text
from helpline.triage.flow import Flow
from tests.core.person import Person
from tests.stories.teller import BENIGN

NEW_YORK = ZoneInfo("America/New_York")
MORNING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LOSS = {
    "pregnant": "recent", "recent_event": "loss", "days_since_event": 3, "bleeding": "light",
    "bleeding_trend": "easing",
}  # fmt: skip
YES = {"offer.checkins": "accept", "offer.support": "accept"}


def hours(n: float) -> timedelta:
    """Return so many hours."""
    return timedelta(hours=n)


def finish(person: Person, facts: dict[str, str | int]) -> None:
    """Answer what is asked until no question is open."""
    for _ in range(40):
        asked = person.state.asked
        if asked is None or person.state.ended:
            return
        question = standing(person.flow, person.state)
        assert question is not None
        keys = {c.id: c.key for c in question.choices}
        if not asked.findings:
            person.text(keys[str(facts.get(asked.id, "decline"))])
        elif len(asked.findings) > 1:
            ticked = [keys[f] for f in asked.findings if facts.get(f) == "yes"]
            person.text(" ".join(ticked) or keys["none"])
        else:
            value = str(facts.get(asked.findings[0], BENIGN.get(asked.findings[0], "no")))
            person.text(keys.get(value, value))
    raise AssertionError("no end")


def after_loss(flow: Flow, facts: dict[str, str | int] | None = None) -> Person:
    """Return a person who told of a loss three days ago, by day, and answered everything."""
    person = Person(flow)
    person.now = MORNING
    person.text("i had a miscarriage 3 days ago and im bleeding a bit")
    finish(person, {**LOSS, **(YES if facts is None else facts)})
    return person


def in_emergency(flow: Flow, at: datetime = MORNING) -> Person:
    """Return a person who has just been told to call the emergency number."""
    person = Person(flow)
    person.now = at
    person.text("i passed out, 9 weeks pregnant and bleeding")
    assert person.state.disposition == "emergency"
    return person


def planned(person: Person) -> dict[str, datetime]:
    """Return what is planned for her, with its time."""
    return {t.name: t.due for t in person.state.timers if t.name.startswith(("checkin", "support"))}


def at_least(person: Person, disposition: str) -> bool:
    """Return whether she was told this or something more urgent."""
    table = person.flow.table
    return table.urgency(person.state.disposition) >= table.urgency(disposition)


def kinds(effects: tuple[Effect, ...]) -> list[str]:
    """Return the kinds of the texts among effects."""
    return [e.kind for e in effects if isinstance(e, Text)]
