"""What of the clinical table stands behind the rules: what an answer counts as, what is worked out, "
"defaults."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from helpline.flowbook.content import SHORT, Content, Plain
from helpline.flowbook.html_page import badge, heading, paragraph, table, tick
from helpline.flowbook.schema_clinical import FindingFile


def answers_section(content: Content, *, ticks: bool = True) -> Iterator[str]:
    """Yield what "not sure" and no answer count as, what is worked out, and what counts when no rule "
    "fires."""
    yield from _counts(content, ticks=ticks)
    yield from _worked_out(content)
    yield from _defaults(content)


def _counts(content: Content, *, ticks: bool) -> Iterator[str]:
    plain = Plain(content)
    yield heading("What “not sure” and no answer count as", "counts", 3)
    yield paragraph(
        "Every question of the table. “No answer”: the question was left out, or she fell silent. "
        "“Nothing”: what "
        "asks for it is not taken for true."
    )
    review, wide = (("review",), ("10.5em",)) if ticks else ((), ())
    heads = ("question", "answers", "“not sure” counts as", "no answer counts as", "source, note", *review)
    rows = (_row(content, plain, f, ticks=ticks) for f in content.file.findings)
    yield table(heads, rows, ("24%", "", "11%", "11%", "22%", *wide))


def _row(content: Content, plain: Plain, finding: FindingFile, *, ticks: bool) -> list[str]:
    name = plain.name(finding.id)
    question = f"<b>{escape(name[:1].upper() + name[1:])}</b><br>“{escape(finding.question)}”"
    note = f"<br>{escape(finding.note)}" if finding.note else ""
    return [
        f'{question}<br><span class="id">{escape(finding.id)}</span>',
        escape(_answers(plain, finding)),
        escape(_unsure(content, plain, finding)),
        escape(_value(plain, finding, finding.if_missing)),
        f'<span class="id">{escape(", ".join(finding.source))}{note}</span>',
        *((tick(),) if ticks else ()),
    ]


def _answers(plain: Plain, finding: FindingFile) -> str:
    if finding.type in ("number", "scale"):
        return f"{finding.min} to {finding.max}"
    return " / ".join(_value(plain, finding, v) for v in finding.choices or ["yes", "no"])


def _unsure(content: Content, plain: Plain, finding: FindingFile) -> str:
    counts = finding.unsure_as
    if counts is None and finding.type == "yes_no":
        counts = content.file.defaults.unsure_as
    said = _value(plain, finding, finding.if_missing if counts is None else counts)
    if finding.no_counts_as is None:
        return said
    return f"{said}; a plain “no”, once it was asked about: {_value(plain, finding, finding.no_counts_as)}"


def _value(plain: Plain, finding: FindingFile, value: str | int | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, int):
        return str(value)
    return {"yes": "Yes", "no": "No"}.get(value, value) if finding.type == "yes_no" else plain.value(
        finding.id, value
    )


def _worked_out(content: Content) -> Iterator[str]:
    plain = Plain(content)
    yield heading("What is worked out, never asked", "worked-out", 3)
    names = {str(f): plain.name(f) for f in content.table.findings}
    rows = [
        [
            f'<b>{escape(plain.name(d.id))}</b><br><span class="id">{escape(d.id)}</span>',
            escape(d.note),
            escape(", ".join(names.get(f, f) for f in d.from_)),
        ]
        for d in content.file.derived
    ]
    yield table(("called", "what it is", "worked out from"), rows, ("22%", "", "34%"))


def _defaults(content: Content) -> Iterator[str]:
    defaults = content.file.defaults
    yield heading("When no rule decides, and when she breaks off", "defaults", 3)
    ends = (
        ("nothing fired, but bleeding, pain or another sign was told",
         defaults.no_rule_fired_symptom_reported),
        ("nothing fired and no sign was told", defaults.no_rule_fired_no_symptom),
        ("she broke off after telling of bleeding or pain: at least, and a person follows up",
         defaults.triage_abandoned_bleeding_or_pain_reported),
        ("she broke off otherwise: at least", defaults.triage_abandoned_otherwise),
        ("two answers were not understood: at least, and a person", defaults.not_understood_twice),
    )  # fmt: skip
    rows = ([escape(words), badge(level, SHORT.get(level, level))] for words, level in ends)
    yield table(("when", "the result"), rows, ("", "14em"))
