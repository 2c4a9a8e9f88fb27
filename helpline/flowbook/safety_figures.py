"""The figures of the safety case: what the proof looked at, and how well free words are understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from helpline.flowbook.html_page import heading, paragraph, table
from helpline.flowbook.kept_aside import Block

SHOWN = 10
"""Violations of one property that are printed; their number is always given."""

FIGURES = {
    "states": "states of the interview: each looked at once; those that nothing can tell apart any more "
    "are one",
    "answers": "answers followed from one state to the next",
    "ends": "ends of the interview",
    "beginnings": "Beginnings: what is known when the first question is asked",
    "paths": "Paths: every way to answer from there, most of which nobody goes; questions counted over "
    "all of them",
    "questions_to_advice_for_the_worked_cases":
        "Messages sent before the advice, for the worked cases of examples.yaml: what people meet",
    "calls": "Calls: seconds that the line talks; answering comes on top",
    "rules_by_kind_of_conversation": "Kinds of conversation: ends reached, and how many red flags and "
    "rules fired",
    "rules_that_alone_decided_an_end": "red flags and rules that alone decided an end",
    "rules_that_no_conversation_reaches":
        "red flags and rules that fire only on what is told unasked, or asked at check-ins",
    "left_out_with_a_reason":
        "Left out with a reason: ends at which something unasked could still have raised the result, by "
        "the reason "
        "that the table gives",
    "reasons_not_needed": "reasons of the table that no end needs",
    "seconds": "seconds that the proof took",
}  # fmt: skip
"""Figure of the proof -> what it counts."""

LABELS = {
    "emergency": "danger of the body", "crisis": "suicide, self-harm", "safeguarding": "harm by others, a "
    "child",
    "negated": "denial, history, another person: no alarm", "symptom": "a symptom without danger: no alarm",
    "other": "anything else: no alarm", "answer_yes": "yes", "answer_no": "no", "answer_unsure": "not sure",
    "number": "a number", "info": "a question for facts",
}  # fmt: skip
"""Label of a sentence -> its words; all others are wishes, such as stop or a person."""

_FILES = {"en.jsonl": "English", "es.jsonl": "Spanish"}
_STATES = {"cold": "first thing said", "mid": "amid the questions"}


def proof_section(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is proved, how much was looked at, what was argued, and what breaks it."""
    yield heading("What is proved by machine", "proof")
    if not report:
        yield paragraph("The proof was not run for this document: it must be before anybody signs.", "bad")
        return
    holds = bool(report.get("holds"))
    verdict = "All properties hold." if holds else "Not all properties hold: see the violations."
    yield paragraph(verdict, "good" if holds else "bad")
    yield paragraph(
        "The proof holds the program to the table and the words to their limits. Whether the table is "
        "right, it "
        "cannot say: that is for whoever signs."
    )
    properties = dict(report.get("properties", {}))
    rows = (_property(id, found) for id, found in properties.items())
    yield table(("property", "claim", "looked at", "argued, not counted"), rows, ("10em", "26%", "26%", ""))
    yield from _violations(properties)
    yield heading("Figures behind it", "figures", 3)
    yield table(("figure", "value"), _figures(report.get("figures", {})), ("70%", ""))


def _property(id: str, found: Mapping[str, Any]) -> list[str]:
    state = '<span class="good">holds</span>'
    if not found["holds"]:
        state = f'<span class="bad">{found["breaches"]} breaches</span>'
    checked = "<br>".join(f"{number:,} {escape(what)}" for what, number in found["checked"].items())
    return [f"<b>{escape(id)}</b><br>{state}", escape(found["claim"]), checked, escape(found["argued"])]


def _violations(properties: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        [
            escape(id),
            escape(violation["what"]),
            escape(", ".join(f"{k}: {v}" for k, v in violation["answers"].items())),
        ]
        for id, found in properties.items()
        for violation in found["violations"][:SHOWN]
    ]
    if rows:
        yield heading("Violations", "violations", 3)
        yield table(("property", "what", "answers that lead there"), rows, ("9em", "", "35%"))


def _figures(facts: Mapping[str, Any]) -> Iterator[list[str] | str]:
    """Yield the figures: what stands alone first, then each group under what it counts."""
    for name, value in facts.items():
        if not isinstance(value, Mapping):
            yield from _flat(value, FIGURES.get(name, name.replace("_", " ")))
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield f"<b>{escape(FIGURES.get(name, name.replace('_', ' ').capitalize()))}</b>"
            yield from _flat(value)


def _flat(facts: Any, led: str = "") -> Iterator[list[str]]:
    """Yield nested figures as lines, names joined; long lists are counted."""
    if isinstance(facts, Mapping):
        for name, value in facts.items():
            yield from _flat(value, f"{led}{': ' if led else ''}{str(name).replace('_', ' ')}")
    elif isinstance(facts, list):
        shown = ", ".join(map(str, facts)) if len(facts) <= 25 else str(len(facts))
        yield [escape(led), escape(shown or "none")]
    else:
        yield [escape(led), f"{facts:,}" if isinstance(facts, int) else escape(str(facts))]


def understanding_section(report: Mapping[str, Any], unseen: Sequence[Block]) -> Iterator[str]:
    """Yield how well words are understood: those that nobody tuned to first, then those that were."""
    yield heading("How well free words are understood", "understanding")
    yield paragraph(
        "What counts is how well sentences are understood that nobody has seen while the words were "
        "written. The "
        "danger screen is asked of everybody because such sentences are missed, whatever was written first."
    )
    yield heading("Sentences kept aside, counted once", "unseen", 3)
    if not unseen:
        yield paragraph("No figures on unseen sentences were given for this document.", "bad")
    for block in unseen:
        if block.is_table:
            heads, *rows = block.rows
            yield table(heads, ([escape(cell) for cell in row] for row in rows))
        else:
            yield paragraph(block.rows[0][0])
    yield heading("Sentences that the words were built on", "tuned", 3)
    if not report:
        yield paragraph("No figures were given for this document (tests/corpus/score.py --json).", "bad")
        return
    yield paragraph(
        "They prove that nothing which was once understood is lost, and nothing about new words. "
        "“Caught”: the "
        "alarm or answer was found. “False”: an alarm that the sentence does not give."
    )
    yield from _tuned(report.get("figures", ()))


def _tuned(figures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    columns = list(dict.fromkeys((f["file"], f["state"]) for f in figures))
    found = {(f["label"], f["file"], f["state"]): f for f in figures}
    labels = dict.fromkeys((*LABELS, *(f["label"] for f in figures)))
    heads = ("what is said", *(f"{_FILES.get(f, f)}, {_STATES.get(s, s)}" for f, s in columns))
    names = {label: LABELS.get(label, label.replace("_", " ")) for label in labels}
    rows = (
        [escape(names[label]), *(_cell(found.get((label, *c))) for c in columns)]
        for label in labels
        if any((label, *c) in found for c in columns)
    )
    yield table(heads, rows, ("24%", *("" for _ in columns)))


def _cell(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    shares = [f"{name} {figure[name]:.1%}" for name in ("caught", "false") if figure[name] is not None]
    return f"{', '.join(shares)} of {figure['count']:,}"
