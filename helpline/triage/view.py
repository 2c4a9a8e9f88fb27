"""What a reviewer sees of a conversation: the form that `chat --jsonl` and the phone page print."""

from __future__ import annotations

from typing import TypedDict

from helpline.triage.ask import standing
from helpline.triage.flow import Flow
from helpline.triage.heard import QuestionKind
from helpline.triage.state import State


class ChoiceView(TypedDict):
    """One choice as printed."""

    id: str
    key: str
    label: str


class ConversationView(TypedDict):
    """A conversation as printed. `asks` is a finding id, a list of them on a screen, or None."""

    id: str
    flow: str
    node: str | None
    asks: str | list[str] | None
    choices: list[ChoiceView]
    language: str
    findings: dict[str, str | int]
    disposition: str | None
    flags: list[str]
    ended: bool


def view(flow: Flow, state: State) -> ConversationView:
    """Return a state in the printed form."""
    question = standing(flow, state)
    asks: str | list[str] | None = None
    choices: list[ChoiceView] = []
    if question is not None and not state.ended:
        asks = list(question.findings) if len(question.findings) > 1 else next(iter(question.findings), None)
        if question.kind is not QuestionKind.ANY:
            choices = [ChoiceView(id=c.id, key=c.key, label=c.label) for c in question.choices]
    return ConversationView(
        id=state.conversation,
        flow=state.flow,
        node=state.step,
        asks=asks,
        choices=choices,
        language=state.language,
        findings={f: a.value for f, a in state.findings.items()},
        disposition=state.disposition,
        flags=sorted(state.flags),
        ended=state.ended,
    )
