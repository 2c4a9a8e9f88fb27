"""Pages for paper: one HTML file, no script, nothing from elsewhere; prints on A4 and on Letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from helpline.flowbook.svg import COLOURS

_LOOK = """
:root{--ink:#1b1f24;--soft:#55606b;--line:#c8ced4}
*{box-sizing:border-box}
body{font:10.5pt/1.4 Arial,Helvetica,'Liberation Sans',sans-serif;color:var(--ink);
max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:24pt;line-height:1.15;margin:0 0 .4em}
h2{font-size:16pt;margin:1.6em 0 .4em;border-bottom:2px solid var(--ink);
break-before:page;break-after:avoid}
h3{font-size:12pt;margin:1.3em 0 .3em;break-after:avoid}
p{max-width:48rem}
table{border-collapse:collapse;width:100%;margin:.4em 0 1em;font-size:9pt;line-height:1.3;
table-layout:fixed}
th,td{border:1px solid var(--line);padding:.3em .45em;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{background:#eef1f4;font-size:8.5pt}
thead{display:table-header-group}
tr{break-inside:avoid}
.group{break-after:avoid} .group th{font-size:9.5pt;background:#f6f4ec;font-weight:normal}
.soft{color:var(--soft)} .id{font-size:7.5pt;color:var(--soft);overflow-wrap:anywhere}
.say{display:block;margin-top:.3em;color:#334}
.badge{display:inline-block;border-radius:.8em;padding:.05em .6em;color:#fff;font-weight:bold;
font-size:7.5pt;white-space:nowrap;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.status{border:2px solid #a80020;padding:.5em .8em;font-weight:bold;display:inline-block}
.tick{font-size:8pt;color:#222;white-space:nowrap}
.tick i{display:block;border-bottom:1px solid #777;height:1.3em}
.sign{display:grid;grid-template-columns:2fr 2fr 1fr;gap:1.6em 2em;margin:1em 0;break-inside:avoid}
.sign div{border-bottom:1px solid #333;height:2.6em;font-size:8.5pt;color:var(--soft)}
nav ol{columns:2} .good{color:#1d6a2c;font-weight:bold} .bad{color:#a80020;font-weight:bold}
figure{margin:0 0 1em;break-inside:avoid;break-before:page}
figure svg{display:block;margin:0 auto;max-width:100%;height:auto}
footer.screen{margin-top:3em;border-top:1px solid var(--line);color:var(--soft)}
@media print{body{margin:0;padding:0;max-width:none} footer.screen{display:none}
figure svg{max-height:240mm;width:auto} a{color:inherit;text-decoration:none}}
"""


def page(title: str, status: str, body: Iterable[str], language: str = "en") -> str:
    """Return a whole document. `status` stands at the foot of every printed page."""
    foot = status.replace("\\", "").replace('"', "'")
    margins = (
        f'@page{{margin:15mm 12mm 17mm;@bottom-left{{content:"{foot} · {title}";font:8pt Arial;color:#a80020;'
        "white-space:nowrap}"
        "@bottom-right{content:counter(page) ' / ' counter(pages);font:8pt Arial;color:#55606b}}"
    )
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{margins}{_LOOK}</style></head>\n<body>\n"
        + "\n".join(body)
        + f'\n<footer class="screen">{escape(status)}</footer>\n</body></html>\n'
    )


def heading(title: str, id: str, level: int = 2) -> str:
    """Return a heading that links lead to."""
    return f'<h{level} id="{escape(id)}">{escape(title)}</h{level}>'


def paragraph(words: str, look: str = "") -> str:
    """Return a paragraph of plain words."""
    return f"<p{f' class={chr(34)}{look}{chr(34)}' if look else ''}>{escape(words)}</p>"


def listed(lines: Iterable[str], *, ordered: bool = False) -> str:
    """Return a list of plain words."""
    tag = "ol" if ordered else "ul"
    return f"<{tag}>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + f"</{tag}>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str] | str], widths: Sequence[str] = ()) -> str:
    """Return a table. Headings are plain words, cells are HTML; `widths` are CSS lengths.

    A row that is one string is a heading over the rows that follow.
    """
    cols = "".join(f'<col style="width:{w}">' if w else "<col>" for w in widths)
    top = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join(_row(row, len(heads)) for row in rows)
    group = f"<colgroup>{cols}</colgroup>" if cols else ""
    head = f"<thead><tr>{top}</tr></thead>" if heads else ""
    return f"<table>{group}{head}<tbody>\n{body}</tbody></table>"


def _row(row: Sequence[str] | str, broad: int) -> str:
    if isinstance(row, str):
        return f'<tr class="group"><th colspan="{broad}">{row}</th></tr>\n'
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n"


def badge(level: str, words: str) -> str:
    """Return a disposition or flag in its colour and in words."""
    return f'<span class="badge" style="background:{COLOURS.get(level, "#495057")}">{escape(words)}</span>'


def tick() -> str:
    """Return a box to tick and a line for remarks."""
    return '<div class="tick">☐ agreed &nbsp; ☐ change<i></i><i></i></div>'


def signatures(names: Iterable[str]) -> str:
    """Return empty lines to sign: who, signature, date."""
    cells = "".join(f"<div>{escape(n)}: name</div><div>signature</div><div>date</div>" for n in names)
    return f'<div class="sign">{cells}</div>'
