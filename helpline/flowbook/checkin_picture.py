"""Check-ins as boxes: when each comes, to whom, what it asks, and what silence leads to.

They do not follow one another: each has its own time, so no way is drawn between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from helpline.flowbook.content import SHORT, Content, Plain
from helpline.flowbook.picture import Badge, Box, Row
from helpline.triage.flow import Advice, Advise, Flow, Interview, Step
from helpline.triage.state import Language

_EN = Language("en")

EACH_APART = (
    "Each box is a check-in of its own, at its own time; none leads to the next. Safety checks belong to an "
    "advice and need no yes. All others need a yes to check-ins, and what falls due by night waits for the "
    "morning. None comes after STOP, to a phone that is not safe, or while one of the staff has her case."
)

_SILENCE = {
    "case": "Silence: a reminder after {nudge}; after {case} a case for staff.",
    "call": "Silence: a reminder after {nudge}; after {case} we call, and tell staff when nobody answers.",
    "repeat": "Silence: one reminder after {nudge}, then nothing more.",
    "nothing": "Silence: nothing more comes.",
}
"""What silence at a check-in leads to -> its words."""


class CheckIns:
    """The check-ins of one content folder as boxes."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.plain = Plain(content)
        self._again = {
            name: step
            for step in content.flow.conversations["checkin"].steps
            if isinstance(step, Interview)
            for name in step.unsure_again.values()
        }

    def boxes(self, step: Step) -> Iterator[Box]:
        """Yield the box of one check-in."""
        if isinstance(step, Interview):
            agreed = "" if step.safety else "she agreed to check-ins"
            only = "; ".join(filter(None, (agreed, self._whom(step))))
            yield Box("ask", self._title(step), self._asks(step), only, tuple(self._rows(step)))

    def _title(self, step: Interview) -> str:
        after = span(self.content.flow.policy.checkins[step.id])
        if step.safety:
            return f"Safety check {after} after the advice"
        if before := self._again.get(step.id):
            return f"Once more, {after} after the check-in of {self._short(before)}"
        since = "the pregnancy ended" if step.counts_from == "event" else "the advice"
        return f"Check-in {after} after {since}"

    def _short(self, step: Interview) -> str:
        return span(self.content.flow.policy.checkins[step.id])

    def _whom(self, step: Interview) -> str:
        """Return to whom a check-in goes: what the file says of her, or the advice that names it."""
        if before := self._again.get(step.id):
            names = (f for f, then in before.unsure_again.items() if then == step.id)
            return "not sure then: " + ", ".join(f"“{self.plain.name(f)}”" for f in names)
        return self.plain.condition(step.when)

    def _asks(self, step: Interview) -> str:
        messages = self.content.flow.messages[_EN]
        asked = []
        for finding in step.asks:
            only = self.plain.condition(step.only[finding]) if finding in step.only else ""
            asked.append(f"“{messages[f'ask.{finding}'].text}”" + (f" (only if {only})" if only else ""))
        return "Asks: " + "; ".join(asked)

    def _rows(self, step: Interview) -> Iterator[Row]:
        if step.safety:
            told = tuple(Badge(level, SHORT[level]) for level in _advised(self.content.flow, step.id))
            yield Row("Comes to everybody, at night too, who was told:", "", told)
        yield Row("The first answer that is not calm, or a new sign told in words, goes on in triage.")
        nudge, case = span(step.nudge_after), span(step.case_after)
        yield Row(_SILENCE[step.then].format(nudge=nudge, case=case))
        yield Row(not_understood(step))
        if step.drops:
            gone = " and ".join(span(self.content.flow.policy.checkins[name]) for name in step.drops)
            yield Row(f"When all is well here, the one after {gone} does not come.")


def _advised(flow: Flow, checkin: str) -> list[str]:
    """Return the dispositions whose advice names a check-in, most urgent first."""
    steps = (s for c in flow.conversations.values() for s in c.steps if isinstance(s, Advise))
    every = [advice for step in steps for advice in step.entries.items()]
    named = {level for level, entries in every if any(checkin in e.checkins for e in entries)}
    return [d.id for d in reversed(flow.table.dispositions) if d.id in named]


def follow(flow: Flow, disposition: str, entries: Sequence[Advice]) -> Iterator[str]:
    """Yield what comes after an advice: its safety checks, and the check-ins of who agreed to them."""
    named = {name for entry in entries for name in entry.checkins}
    steps = [s for s in flow.conversations["checkin"].steps if isinstance(s, Interview)]
    fits = [s for s in steps if s.id in named or (not s.safety and _counts(s, disposition))]
    checks = [span(flow.policy.checkins[s.id]) for s in fits if s.safety]
    if checks:
        yield f"safety check after {' and '.join(checks)}, whether she agreed to check-ins or not"
    later = [span(flow.policy.checkins[s.id]) for s in fits if not s.safety]
    if later:
        yield f"check-ins after {', '.join(later)}, if she agreed to them (see the picture “checkin”)"


def _counts(step: Interview, disposition: str) -> bool:
    """Return whether a check-in is for whoever was told this result."""
    last = (t.values for t in step.when.tests if t.finding == "last_disposition")
    return any(isinstance(values, frozenset) and disposition in values for values in last)


def not_understood(step: Interview) -> str:
    """Return what becomes of an answer that is not understood."""
    times = {0: "never", 1: "once", 2: "twice"}.get(step.again, f"{step.again} times")
    return f"Not understood: asked again {times}; then a person, and it counts as not sure."


def span(length: timedelta) -> str:
    """Return a length of time in words."""
    seconds = int(length.total_seconds())
    if seconds < 60 or seconds % 60:
        return f"{seconds} seconds"
    minutes = seconds // 60
    if minutes < 120:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    hours = minutes // 60
    if hours <= 72:
        return f"{hours} hours"
    days = hours // 24
    return f"{days // 7} weeks" if days % 7 == 0 and days > 7 else f"{days} days"
