"""Pictures of the conversations that a nurse can follow: `helpline flows draw`.

One picture a conversation (its steps, top to bottom) and one for each situation (the order of asking).
"""

from __future__ import annotations

from collections.abc import Iterator

from helpline.flowbook.checkin_picture import EACH_APART, CheckIns, follow, not_understood, span
from helpline.flowbook.content import SHORT, Content, Plain
from helpline.flowbook.picture import Badge, Box, Picture, Row, as_mermaid, as_text
from helpline.flowbook.situations import SITUATIONS, Map
from helpline.flowbook.svg import COLOURS, render
from helpline.triage.flow import Advise, Conversation, Interview, Menu, Offer, Say, Step
from helpline.triage.state import Language

_EN = Language("en")
ENDINGS = {"svg": "svg", "mermaid": "mmd", "text": "txt"}
"""Format -> ending of its files."""

ANY_STATE = (
    "A danger sign in her own words: the advice for it comes in the same reply, by which words is said.",
    "Words of suicide or self-harm: the crisis line in the same reply, and a person is called.",
    "Words of violence, force or a child: staff trained in safeguarding; nothing more about it by text.",
    "STOP and the like: we start no more texts. A danger sign after STOP still gets its answer and a case.",
    "HELP, “a person”, another language, start over, back, repeat, later, delete everything, a topic.",
    "An answer not understood is asked again; the second time a person is called.",
)


IN_ORDER = "Read from top to bottom: the next step is the first that applies and is not done."


def pictures(content: Content) -> list[Picture]:
    """Return all pictures of a content folder: conversations first, then situations."""
    drawn = [_conversation(content, c) for c in content.flow.conversations.values()]
    order = Map(content)
    return [*drawn, *(order.picture(situation) for situation in SITUATIONS)]


def drawn(content: Content, form: str) -> Iterator[tuple[str, str]]:
    """Yield file name and content of every picture in one format: svg, mermaid or text."""
    for n, picture in enumerate(pictures(content), 1):
        words = {"svg": render, "text": as_text}.get(form)
        made = words(picture) if words else as_mermaid(picture, COLOURS)
        yield f"{n:02}_{picture.id}.{ENDINGS[form]}", made


def _conversation(content: Content, conversation: Conversation) -> Picture:
    apart = conversation.id == "checkin"
    steps: _Steps | CheckIns = CheckIns(content) if apart else _Steps(content)
    boxes = [box for step in conversation.steps for box in steps.boxes(step)]
    review = conversation.review
    about = (
        f"Version {conversation.version}, review: {review.status}, due {review.due}. "
        f"{EACH_APART if apart else IN_ORDER} Sentences are in English, with the numbers of region "
        f"“{content.flow.region.id}”."
    )
    beside = (
        Box("note", "At any time, whatever was asked", "", "", tuple(Row(line, "•") for line in ANY_STATE)),
        Box("note", "What the badges mean", "", "", tuple(_legend(content))),
    )
    title = f"Conversation “{conversation.id}”"
    return Picture(conversation.id, title, about, tuple(boxes), beside, content.status, apart)


def _legend(content: Content) -> Iterator[Row]:
    for level in content.file.dispositions:
        yield Row(level.label, "", (Badge(level.id, SHORT.get(level.id, level.id)),))
    for flag in content.file.flags:
        yield Row(flag.label, "", (Badge(flag.id, SHORT.get(flag.id, flag.id)),))


class _Steps:
    """Steps of one conversation as boxes."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.plain = Plain(content)

    def boxes(self, step: Step) -> Iterator[Box]:
        """Yield the boxes of one step."""
        match step:
            case Say():
                yield Box("say", "Say once", self._quoted(step.message), self.plain.condition(step.when))
            case Interview():
                yield self._interview(step)
            case Advise():
                yield self._advise(step)
            case Offer():
                yield self._offer(step)
            case Menu():
                yield self._menu(step)

    def _quoted(self, message: str) -> str:
        text = self.content.flow.messages[_EN][message].text
        return f"“{text}”"

    def _interview(self, step: Interview) -> Box:
        words = (
            "Asks in the order of the table, most dangerous first, and stops when no answer could raise "
            "the result. The order differs by situation: see the pictures “order of asking”."
        )
        rows = (
            Row("At this level the advice is sent at once:", "", (Badge(step.stop_at, SHORT[step.stop_at]),)),
            Row(
                f"Silence: a reminder after {span(step.nudge_after)}; after {span(step.case_after)} a case "
                "for staff, and she is told what to do without waiting."
            ),
            Row(not_understood(step)),
        )
        return Box("ask", "Interview", words, self.plain.condition(step.when), rows)

    def _advise(self, step: Advise) -> Box:
        rows: list[Row] = []
        for disposition in reversed(self.content.table.dispositions):
            entries = step.entries.get(disposition.id, ())
            badge = (Badge(disposition.id, SHORT.get(disposition.id, disposition.id)),)
            rows.append(Row(self.plain.level(disposition.id), "", badge))
            rest = "everyone else" if len(entries) > 1 else "everyone"
            for entry in entries:
                when = self.plain.condition(entry.when) or rest
                rows.append(Row(f"for {when}: {self._begin(entry.message)}", "•", (), muted=True))
            level = entries[-1].open_case
            case = f"staff are paged ({level.replace('_', ' ')})" if level else "no case is opened"
            rows.append(Row(case, "→"))
            rows += [Row(words, "→") for words in follow(self.content.flow, disposition.id, entries)]
        words = (
            "The advice for the result; where there are several, the first that fits. Full wording: booklet."
        )
        return Box("advise", "Tell the result", words, "", tuple(rows))

    def _begin(self, message: str) -> str:
        text = self.content.flow.messages[_EN][message].text.replace("{place}", "the place for her weeks")
        return f"“{' '.join(text.split()[:9])} …”"

    def _offer(self, step: Offer) -> Box:
        wanted = [d.id for d in self.content.table.dispositions if d.id in step.dispositions]
        levels = " / ".join(SHORT.get(id, id).lower() for id in wanted)
        parts = (self.plain.condition(step.when), f"the result is {levels}" if levels else "")
        only = "; ".join(filter(None, parts))
        return Box("offer", "Offer: needs a yes", self._quoted(step.message), only)

    def _menu(self, step: Menu) -> Box:
        flow = self.content.flow
        names = [flow.messages[_EN][f"topic.{t}.name"].text for t in step.entries]
        rows = tuple(Row(name, str(n)) for n, name in enumerate(names, 1))
        only = self.plain.condition(step.when)
        return Box("menu", "Menu, may come again", self._quoted(step.message), only, rows)
