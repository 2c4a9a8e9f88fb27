"""The safety case: one document that a clinical lead can read from end to end, and sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

from helpline.flowbook.content import Content
from helpline.flowbook.draw import pictures
from helpline.flowbook.hazards import Hazard
from helpline.flowbook.html_page import heading, listed, page, paragraph, signatures, table
from helpline.flowbook.paper import order_section, regions_section, rules_section, sources_section
from helpline.flowbook.paper_sentences import sentences_section
from helpline.flowbook.safety_words import DECIDES, LIMITS, PURPOSE, QUESTIONS, SIGNERS
from helpline.flowbook.svg import PAPER, paged, render

PARTS = (
    ("purpose", "Purpose and limits"), ("decides", "How it decides"), ("hazards", "Hazards"),
    ("proof", "What is proved by machine"), ("understanding", "How well free words are understood"),
    ("questions", "What must be settled"), ("sign", "Sign-off"), ("rules", "Red flags and rules"),
    ("order", "Order of asking, and what is left out"), ("pictures", "The flows as pictures"),
    ("sentences", "Every sentence"), ("regions", "Regions and numbers"), ("sources", "Sources"),
)  # fmt: skip


SHOWN = 10
"""Violations of one property that are printed; their number is always given."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured for this document. Empty: it was not."""

    made_on: date
    proof: Mapping[str, Any] = field(default_factory=dict)
    understanding: Mapping[str, Any] = field(default_factory=dict)


def document(content: Content, hazards: Sequence[Hazard], figures: Figures) -> str:
    """Return the safety case as one HTML document."""
    body = [*_cover(content, figures), *_purpose(), *_hazards(hazards), *_proof(figures.proof)]
    body += [*_understanding(figures.understanding), *_questions(hazards), *_signing()]
    body += [*rules_section(content, ticks=False), *order_section(content, ticks=False), *_pictures(content)]
    body += [*sentences_section(content, ticks=False), *regions_section(content, ticks=False)]
    body += sources_section(content)
    status = f"{content.status}. Content version {content.flow.version}, {content.flow.checksum[:12]}"
    return page("Safety case", status, body)


def _cover(content: Content, figures: Figures) -> Iterator[str]:
    yield "<h1>Safety case</h1>"
    yield paragraph(content.status, "status")
    yield paragraph(PURPOSE)
    facts = (
        ("made on", figures.made_on.isoformat()),
        ("content", f"version {content.flow.version}, checksum {content.flow.checksum}"),
        ("clinical table", f"version {content.table.version}"),
        ("files that await review", ", ".join(content.flow.drafts) or "none"),
        ("languages", ", ".join(content.flow.languages)),
        ("region of the numbers in the words", content.flow.region.id),
    )
    yield table(("", ""), ([escape(k), escape(v)] for k, v in facts), ("30%", ""))
    yield (
        "<nav><ol>"
        + "".join(f'<li><a href="#{id}">{escape(words)}</a></li>' for id, words in PARTS)
        + "</ol></nav>"
    )


def _purpose() -> Iterator[str]:
    yield heading("Purpose and limits", "purpose")
    yield paragraph(PURPOSE)
    yield listed(LIMITS)
    yield heading("How it decides", "decides", 3)
    yield listed(DECIDES, ordered=True)


def _hazards(hazards: Sequence[Hazard]) -> Iterator[str]:
    missing = [h for h in hazards if h.open]
    yield heading("Hazards", "hazards")
    yield paragraph(
        f"{len(hazards)} hazards. Each control is shown by tests that run with every change. {len(missing)} "
        "have a part that is not built yet; it is marked open. What risk remains is for the clinical safety "
        "officer to judge."
    )
    yield table(("", "hazard, cause, harm", "before", "control", "remains, open"), _hazard_rows(hazards),
                ("3.4em", "22%", "8.5em", "", "25%"))  # fmt: skip


def _hazard_rows(hazards: Sequence[Hazard]) -> Iterator[list[str] | str]:
    part = ""
    for hazard in hazards:
        if hazard.part != part:
            part = hazard.part
            yield f"<b>{escape(part)}</b>"
        said = {name: escape(words[:1].upper() + words[1:]) for name, words in hazard.said.items()}
        tests = "<br>".join(escape(name.replace("_", " ")) for _, name in hazard.tests)
        gap = f'<br><span class="bad">Open {said["Open"]}</span>' if hazard.open else ""
        yield [
            f"<b>{hazard.id}</b>",
            f"<b>{escape(hazard.title)}</b><br>{said['Cause']}<br><i>{said['Harm']}</i>",
            said["Before"],
            f'{said["Control"]}<br><span class="id">Shown by: {tests}</span>',
            said["Remains"] + gap,
        ]


def _proof(report: Mapping[str, Any]) -> Iterator[str]:
    yield heading("What is proved by machine", "proof")
    if not report:
        yield paragraph("The proof was not run for this document: it must be before anybody signs.", "bad")
        return
    holds = bool(report.get("holds"))
    verdict = "All properties hold." if holds else "Not all properties hold: see the violations."
    yield paragraph(verdict, "good" if holds else "bad")
    rows = []
    for id, found in dict(report.get("properties", {})).items():
        state = (
            '<span class="good">holds</span>'
            if found["holds"]
            else f'<span class="bad">{found["breaches"]} breaches</span>'
        )
        checked = "<br>".join(f"{number:,} {escape(what)}" for what, number in found["checked"].items())
        rows.append(
            [f"<b>{escape(id)}</b><br>{state}", escape(found["claim"]), checked, escape(found["argued"])]
        )
    yield table(("property", "claim", "looked at", "argued, not counted"), rows, ("10em", "26%", "26%", ""))
    yield from _violations(report)
    yield heading("Figures behind it", "figures", 3)
    yield table(("figure", "value"), _figures(report.get("figures", {})), ("60%", ""))


def _violations(report: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        [
            escape(id),
            escape(violation["what"]),
            escape(", ".join(f"{k}: {v}" for k, v in violation["answers"].items())),
        ]
        for id, found in dict(report.get("properties", {})).items()
        for violation in found["violations"][:SHOWN]
    ]
    if rows:
        yield heading("Violations", "violations", 3)
        yield table(("property", "what", "answers that lead there"), rows, ("9em", "", "35%"))


def _figures(facts: Mapping[str, Any]) -> Iterator[list[str] | str]:
    """Yield the figures: what stands alone first, then each group under its name."""
    yield from _flat({name: value for name, value in facts.items() if not isinstance(value, Mapping)})
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield f"<b>{escape(name.replace('_', ' ').capitalize())}</b>"
            yield from _flat(value)


def _flat(facts: Any, led: str = "") -> Iterator[list[str]]:
    """Yield nested figures as lines, names joined; long lists are counted."""
    if isinstance(facts, Mapping):
        for name, value in facts.items():
            yield from _flat(value, f"{led}{': ' if led else ''}{str(name).replace('_', ' ')}")
    elif isinstance(facts, list):
        shown = ", ".join(map(str, facts)) if len(facts) <= 25 else f"{len(facts)} of them"
        yield [escape(led), escape(shown or "none")]
    else:
        yield [escape(led), f"{facts:,}" if isinstance(facts, int) else escape(str(facts))]


def _understanding(report: Mapping[str, Any]) -> Iterator[str]:
    yield heading("How well free words are understood", "understanding")
    if not report:
        yield paragraph("No figures were given for this document (tests/corpus/score.py --json).", "bad")
        return
    yield paragraph(
        "Labelled sentences written by hand, on which the lexicons were built; “cold” is the first thing "
        "said, “mid” in the middle of the questions. Figures on sentences kept aside are reported apart, "
        "once. “Caught”: the alarm or answer was found. “False alarms”: one that the sentence does not give."
    )
    rows = (
        [
            escape(f"{r['file']} {r['state']}"),
            escape(r["label"]),
            f"{r['count']:,}",
            _share(r["caught"]),
            _share(r["false"]),
        ]
        for r in report.get("figures", ())
    )
    yield table(("sentences", "label", "number", "caught", "false alarms"), rows)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _questions(hazards: Sequence[Hazard]) -> Iterator[str]:
    yield heading("What must be settled", "questions")
    yield paragraph("For the clinical lead, before anybody is helped by this:")
    yield listed(QUESTIONS, ordered=True)
    yield heading("Controls that are not built yet", "open", 3)
    yield listed(f"{hazard.id} {hazard.title}: {hazard.open}" for hazard in hazards if hazard.open)


def _signing() -> Iterator[str]:
    yield heading("Sign-off", "sign", 3)
    yield paragraph("Nobody has signed yet. To be signed by hand; the project signs nothing for anybody.")
    yield signatures(SIGNERS)


def _pictures(content: Content) -> Iterator[str]:
    yield heading("The flows as pictures", "pictures")
    yield paragraph("First the conversations, then the order of asking in each situation.")
    for picture in pictures(content):
        for part in paged(picture):
            yield f"<figure>{render(part, PAPER)}</figure>"
