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
from helpline.flowbook.kept_aside import Block
from helpline.flowbook.paper import order_section, regions_section, rules_section, sources_section
from helpline.flowbook.paper_numbers import numbers_section
from helpline.flowbook.paper_sentences import sentences_section
from helpline.flowbook.safety_figures import proof_section, understanding_section
from helpline.flowbook.safety_words import DECIDES, LIMITS, PURPOSE, QUESTIONS, SIGNERS, VERDICTS
from helpline.flowbook.schema_clinical import AWAITING
from helpline.flowbook.svg import PAPER, paged, render

PARTS = (
    ("purpose", "Purpose and limits"), ("decides", "How it decides"), ("hazards", "Hazards"),
    ("proof", "What is proved by machine"), ("understanding", "How well free words are understood"),
    ("questions", "What must be settled"), ("sign", "Sign-off"), ("rules", "Red flags and rules"),
    ("order", "Order of asking, and what is left out"), ("pictures", "The flows as pictures"),
    ("sentences", "Every sentence"), ("numbers", "Numbers of the service"),
    ("regions", "Regions and numbers"), ("sources", "Sources"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured for this document. Empty: it was not."""

    made_on: date
    proof: Mapping[str, Any] = field(default_factory=dict)
    understanding: Mapping[str, Any] = field(default_factory=dict)
    unseen: Sequence[Block] = ()


def document(content: Content, hazards: Sequence[Hazard], figures: Figures) -> str:
    """Return the safety case as one HTML document."""
    body = [*_cover(content, figures), *_purpose(), *_hazards(hazards), *proof_section(figures.proof)]
    body += understanding_section(figures.understanding, figures.unseen)
    body += [*_questions(content, hazards), *_signing(content)]
    body += [*rules_section(content, ticks=False), *order_section(content, ticks=False), *_pictures(content)]
    body += [*sentences_section(content, ticks=False), *numbers_section(content, ticks=False)]
    body += [*regions_section(content, ticks=False), *sources_section(content)]
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
    yield table((), ([escape(k), escape(v)] for k, v in facts), ("30%", ""))
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
    missing = ", ".join(h.id for h in hazards if h.open)
    unbuilt = f"Not all is built yet of {missing}: see “open”." if missing else "All controls are built."
    yield heading("Hazards", "hazards")
    yield paragraph(
        f"{len(hazards)} hazards. Each control is shown by tests that run with every change. {unbuilt} "
        f"What risk "
        "remains is for the clinical safety officer to judge."
    )
    yield table(("", "hazard, cause, harm", "before", "control", "remains, open"), _hazard_rows(hazards),
                ("3.4em", "22%", "8.5em", "", "25%"))  # fmt: skip


def _hazard_rows(hazards: Sequence[Hazard]) -> Iterator[list[str] | str]:
    part = ""
    for hazard in hazards:
        if hazard.part != part:
            part = hazard.part
            yield f"<b>{escape(part)}</b>"
        plain = {name: words.replace("`", "") for name, words in hazard.said.items()}
        said = {name: escape(words[:1].upper() + words[1:]) for name, words in plain.items()}
        tests = "<br>".join(escape(name.replace("_", " ")) for _, name in hazard.tests)
        gap = f'<br><span class="bad">Open {said["Open"]}</span>' if hazard.open else ""
        yield [
            f"<b>{hazard.id}</b>",
            f"<b>{escape(hazard.title)}</b><br>{said['Cause']}<br><i>{said['Harm']}</i>",
            said["Before"],
            f'{said["Control"]}<br><span class="id">Shown by: {tests}</span>',
            said["Remains"] + gap,
        ]


def _questions(content: Content, hazards: Sequence[Hazard]) -> Iterator[str]:
    sources = content.evidence.sources
    unread = sum(1 for s in sources if "G" in s.checked)
    waiting = sum(1 for s in sources if s.reviewer == AWAITING)
    yield heading("What must be settled", "questions")
    yield paragraph(
        f"For the clinical lead, before anybody is helped by this. Of {len(sources)} sources {unread} are "
        f"in part or "
        f"whole general knowledge (G), and {waiting} await a reviewer."
    )
    yield listed(QUESTIONS, ordered=True)
    yield heading("Controls that are not built yet", "open", 3)
    yield listed(f"{hazard.id} {hazard.title}: {hazard.open}" for hazard in hazards if hazard.open)


def _signing(content: Content) -> Iterator[str]:
    yield heading("Sign-off", "sign")
    yield paragraph("Nobody has signed yet. To be signed by hand; the project signs nothing for anybody.")
    yield paragraph(
        f"What is signed: content version {content.flow.version}, clinical table version "
        f"{content.table.version}, "
        f"checksum {content.flow.checksum}. A change of one word makes another checksum, and needs "
        f"another signature."
    )
    yield paragraph(VERDICTS)
    yield signatures(SIGNERS)


def _pictures(content: Content) -> Iterator[str]:
    yield heading("The flows as pictures", "pictures")
    yield paragraph("First the conversations, then the order of asking in each situation.")
    for picture in pictures(content):
        for part in paged(picture):
            yield f"<figure>{render(part, PAPER)}</figure>"
