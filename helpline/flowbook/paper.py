"""The reviewer's booklet: all that the helpline knows and says, on paper, with a box for every judgement."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from helpline.flowbook.content import SHORT, Content, Plain
from helpline.flowbook.html_page import badge, heading, listed, page, paragraph, signatures, table, tick
from helpline.flowbook.paper_numbers import numbers_section
from helpline.flowbook.paper_sentences import region_name, sentences_section
from helpline.flowbook.paper_table import answers_section
from helpline.flowbook.schema import RegionFile
from helpline.triage.findings import Rule

CHECKED = {
    "S": "the source, or a page that reports it, was read",
    "G": "general knowledge, still to be confirmed",
    "M": "a safety margin of this project; no single guideline says it",
    "S/G": "partly read, partly general knowledge",
}
"""How far a source was checked, in words."""


def booklet(content: Content) -> str:
    """Return the booklet as one HTML document."""
    title = "Reviewer's booklet"
    body = [*_cover(content), *rules_section(content), *order_section(content), *sentences_section(content)]
    body += [*numbers_section(content), *regions_section(content), *sources_section(content), *_signing()]
    return page(title, content.status, body)


def _cover(content: Content) -> Iterator[str]:
    table_ = content.table
    yield "<h1>Reviewer's booklet</h1>"
    yield paragraph(content.status, "status")
    yield paragraph(
        f"Content version {content.flow.version}, clinical table version {table_.version}, checksum "
        f"{content.flow.checksum[:16]}. Languages: {', '.join(content.flow.languages)}. Numbers in the "
        f"sentences: region “{content.flow.region.id}”."
    )
    yield paragraph(
        "Please judge every line: is it right, is it safe, would a frightened person understand it? Tick "
        "“agreed” or “change” and write what it should say. Nothing here is approved until it is signed on "
        "the last page. "
        f"There are {sum(1 for r in table_.rules if r.finding)} red flags, "
        f"{sum(1 for r in table_.rules if not r.finding)} rules and {len(content.book.sentences)} sentences."
    )
    parts = (
        ("rules", "Red flags and rules"), ("order", "Order of asking, and what is left out"),
        ("sentences", "Every sentence"), ("numbers", "Numbers of the service"),
        ("regions", "Regions and numbers"), ("sources", "Sources"), ("sign", "Sign-off"),
    )  # fmt: skip
    links = "".join(f'<li><a href="#{id}">{escape(words)}</a></li>' for id, words in parts)
    yield f"<nav><ol>{links}</ol></nav>"


def rules_section(content: Content, *, ticks: bool = True) -> Iterator[str]:
    """Yield every red flag and rule in plain words, with what it forces and where it comes from."""
    plain = Plain(content)
    yield heading("Red flags and rules", "rules")
    yield paragraph(
        "Each line is a minimum: the result is the most urgent of all lines that are true, and nothing "
        "lowers it. “Not sure” counts as yes for danger signs, unless the line says otherwise."
    )
    levels = [(badge(d.id, SHORT.get(d.id, d.id)), escape(d.label)) for d in content.file.dispositions]
    levels += [(badge(f.id, SHORT.get(f.id, f.id)), escape(f.label)) for f in content.file.flags]
    yield table(("level", "what it means"), levels, ("14em", ""))
    review = ("review",) if ticks else ()
    wide = ("10.5em",) if ticks else ()
    yield heading("Red flags: one answer, in a situation", "red-flags", 3)
    heads, widths = ("when this is so", "it forces at least", *review), ("", "14em", *wide)
    yield table(heads, _by_finding(content, plain, ticks=ticks), widths)
    yield heading("Rules: several answers together", "combinations", 3)
    rules = [r for r in content.table.rules if r.finding is None]
    heads, widths = ("when this is so", "it forces at least", "source", *review), ("", "14em", "26%", *wide)
    yield table(heads, (_rule(content, plain, r, ticks=ticks) for r in rules), widths)
    yield from answers_section(content, ticks=ticks)


def _by_finding(content: Content, plain: Plain, *, ticks: bool) -> Iterator[list[str] | str]:
    """Yield the red flags under the question they belong to, with its source."""
    for finding in content.file.findings:
        flags = [r for r in content.table.rules if r.finding == finding.id]
        if flags:
            sources = "; ".join(source_words(content, id) for id in finding.source)
            question = f"<b>{escape(plain.name(finding.id))}</b>: “{escape(finding.question)}”"
            yield f'{question}<br><span class="id">{escape(sources)}</span>'
        for rule in flags:
            what, shown, _, *rest = _rule(content, plain, rule, ticks=ticks)
            yield [what, shown, *rest]


def _rule(content: Content, plain: Plain, rule: Rule, *, ticks: bool) -> list[str]:
    raised = sorted(f.value for f in rule.flags)
    forced = raised if raised and rule.disposition == "information" else [rule.disposition, *raised]
    shown = " ".join(badge(level, SHORT.get(level, level)) for level in forced)
    what = f'{escape(plain.because(rule.when))}<br><span class="id">{escape(rule.id)}</span>'
    sources = "<br>".join(escape(source_words(content, id)) for id in rule.sources)
    return [what, shown, f'<span class="id">{sources}</span>', *((tick(),) if ticks else ())]


def source_words(content: Content, id: str) -> str:
    """Return a source in one line: title, year, section, how far it was checked."""
    source = content.source(id)
    if source is None:
        return id
    year = f", {source.year}" if source.year else ""
    section = f", {source.section}" if source.section else ""
    return f"{source.title}{year}{section} [{source.checked}]"


def order_section(content: Content, *, ticks: bool = True) -> Iterator[str]:
    """Yield the order of asking and the findings that are left out, with the reasons."""
    plain = Plain(content)
    yield heading("Order of asking, and what is left out", "order")
    yield paragraph(
        "A question is sent only while some red flag or rule that names it could still raise the result or "
        "add a flag. The pictures (helpline flows draw) show the same by situation."
    )
    rows = []
    for n, item in enumerate(content.table.interview, 1):
        what = f"screen {item.id}" if item.screen else plain.name(item.id)
        asks = ", ".join(plain.name(f) for f in item.findings) if item.screen else ""
        notes = ["also after hospital advice"] if item.after_advice else []
        notes += ["only after an advice"] if item.closing else []
        rows.append(
            [
                str(n),
                escape(what),
                escape(asks),
                escape(plain.condition(item.when) or "everyone"),
                "; ".join(notes),
            ]
        )
    yield table(("", "asked", "of it", "for whom", "when"), rows, ("3em", "15%", "32%", "", "9em"))
    yield heading("Never asked, and why", "never-asked", 3)
    reasons = content.table.never_asked or {}
    yield table(
        ("finding", "why"), ([escape(plain.name(f)), escape(why)] for f, why in reasons.items()), ("20%", "")
    )
    yield heading("Left out in some situations, and why", "not-asked", 3)
    left = []
    for entry in content.table.not_asked:
        when = plain.condition(entry.when) or "always"
        unless = f"; but not if {plain.condition(entry.unless)}" if entry.unless else ""
        names = ", ".join(plain.name(f) for f in entry.findings)
        left.append([escape(names), escape(when + unless), escape(entry.why), *((tick(),) if ticks else ())])
    heads = ("left out", "while", "why", *(("review",) if ticks else ()))
    yield table(heads, left, ("22%", "28%", "", *(("10.5em",) if ticks else ())))


def regions_section(content: Content, *, ticks: bool = True) -> Iterator[str]:
    """Yield the numbers of every region with the day somebody last rang them."""
    yield heading("Regions and numbers", "regions")
    yield paragraph("Every number must be checked before anybody is given it, and again every 3 months.")
    for file, document in content.book.documents.items():
        if not file.startswith("regions/"):
            continue
        region = RegionFile.model_validate(document.data)
        name, number = region_name(content, region.region), _emergency(region)
        yield heading(f"{name}: emergency number {number}", region.region, 3)
        rows = []
        for r in region.resources:
            verified = escape(r.verified_on) if r.verified_on else '<span class="bad">not yet verified</span>'
            reach = "; ".join(filter(None, (r.call and f"call {r.call}", r.text and f"text {r.text}")))
            crisis = " (crisis line)" if r.id == region.crisis else ""
            cells = [escape(r.name + crisis), escape(reach), escape(r.hours), verified, escape(r.note)]
            rows.append([*cells, *((tick(),) if ticks else ())])
        heads = ("service", "number", "hours", "verified on", "note", *(("review",) if ticks else ()))
        yield table(heads, rows, ("24%", "20%", "12%", "9em", "", *(("10.5em",) if ticks else ())))


def _emergency(region: RegionFile) -> str:
    """Return the emergency number as it is said, where that is more than one."""
    said = region.terms.get("emergency_number")
    return said.text if said else region.emergency_number


def sources_section(content: Content) -> Iterator[str]:
    """Yield the sources, how far each was checked, who reviews it and by when."""
    yield heading("Sources", "sources")
    yield listed(f"{mark}: {words}." for mark, words in CHECKED.items())
    rows = []
    for s in content.evidence.sources:
        title = f'<a href="{escape(s.link)}">{escape(s.title)}</a>' if s.link else escape(s.title)
        year = str(s.year or "")
        cells = [f'{title}<br><span class="id">{escape(s.id)}</span>', year, escape(s.section), s.checked]
        rows.append([*cells, escape(s.note), escape(f"{s.reviewer}, by {s.review_by}")])
    heads = ("source", "year", "section", "checked", "note", "reviewer")
    yield table(heads, rows, ("30%", "4.5em", "20%", "6.5em", "", "9em"))


def _signing() -> Iterator[str]:
    yield heading("Sign-off", "sign")
    yield paragraph("To be signed by people with the right to do so. The project signs nothing for them.")
    yield signatures(("Clinical lead", "Second clinician", "Translator (Spanish)", "Safeguarding lead"))
