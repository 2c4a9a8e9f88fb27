"""A picture as SVG, by measure and hand: no library, no script, no font but what every machine has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from helpline.flowbook.picture import Badge, Box, Picture, Row

COLOURS = {
    "emergency": "#a80020", "emergency_department": "#b93e05", "urgent": "#7d5a00",
    "within_24_hours": "#155a99", "routine": "#1f6b57", "self_care": "#2b6e2f", "information": "#495057",
    "crisis": "#7a2590", "safeguarding": "#4c35a8",
}  # fmt: skip
"""Level -> colour of its badge. White words on each have a contrast of 4.5 to 1 or more."""

_EDGE = {
    "say": "#5c6b7a", "ask": "#1c4e80", "advise": "#a80020", "offer": "#1f6b57", "menu": "#4a5568",
    "end": "#222", "note": "#8a94a0", "rules": "#222",
}  # fmt: skip
_FILL = {
    "say": "#f4f6f8", "ask": "#eef5fc", "advise": "#fff6f4", "offer": "#eef8f3", "menu": "#f4f4f7",
    "end": "#f1f1f1", "note": "#fbfbf6", "rules": "#ffffff",
}  # fmt: skip
SIZE, LINE = 14.0, 19.0
BADGE_SIZE, TITLE_SIZE = 11.5, 15.5
PAD, GAP = 14.0, 30.0
MARGIN = 20.0
HEAD_SIZE = 24.0
GOES_ON = " (goes on)"
BOLD = 1.13
"""How much wider bold letters are."""

_ADVANCE = {
    c: broad
    for broad, letters in (
        (0.36, "'ijlíIJ,.’ /:;\\|f-"), (0.46, "t()[]!¡r\""), (0.54, "*_–sz“”?¿cL"),
        (0.82, "ABCDGHKNOQRUVXZw#+<=>~→&"), (1.0, "MWm%@…"),
    )
    for c in letters
}  # fmt: skip
_OTHERS = 0.64


@dataclass(frozen=True, slots=True)
class Layout:
    """How broad a picture is: its boxes, and those beside them."""

    main: float
    beside: float


SCREEN = Layout(600.0, 410.0)
PAPER = Layout(480.0, 340.0)
"""Narrower, so that the words are larger once a page of A4 holds it."""


def width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return how wide a text is drawn at most.

    Measured on DejaVu Sans, the widest of the fonts that may come (where there is no Arial, it does).
    """
    return sum(_ADVANCE.get(c, _OTHERS) for c in text) * size * (BOLD if bold else 1)


def wrapped(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """Return a text in lines that fit into `room`."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and width(longer, size, bold=bold) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return [line for line in lines if line] if text else []


class Sheet:
    """Marks on paper, from top to bottom; `y` is where the next one goes."""

    def __init__(self) -> None:
        self.marks: list[str] = []

    def text(self, x: float, y: float, words: str, style: str = "") -> None:
        """Write one line with its foot at `y`."""
        self.marks.append(f'<text x="{x:.0f}" y="{y:.0f}"{_styled(style)}>{escape(words)}</text>')

    def lines(self, x: float, y: float, lines: list[str], style: str = "") -> float:
        """Write lines below `y` and return where they end."""
        for line in lines:
            y += LINE
            self.text(x, y - 5, line, style)
        return y

    def arrow(self, x: float, top: float, bottom: float) -> None:
        """Draw the way from one box to the next."""
        self.marks.append(
            f'<path class="way" d="M{x:.0f} {top:.0f}V{bottom - 8:.0f}"/>'
            f'<path class="tip" d="M{x - 6:.0f} {bottom - 9:.0f}h12l-6 9z"/>'
        )

    def badge(self, right: float, y: float, badge: Badge) -> float:
        """Draw what is forced, its right edge at `right`; return where it ends."""
        words, broad = _badge_words(badge), _badge_width(badge)
        colour = COLOURS.get(badge.level, "#495057")
        look = f'fill="#fff" stroke="{colour}" stroke-dasharray="4 2"' if badge.some else f'fill="{colour}"'
        ink = colour if badge.some else "#fff"
        self.marks.append(
            f'<rect x="{right - broad:.0f}" y="{y:.0f}" width="{broad:.0f}" height="18" rx="9" {look}/>'
            f'<text x="{right - broad / 2:.0f}" y="{y + 13:.0f}" class="badge" style="fill:{ink}">'
            f"{escape(words)}</text>"
        )
        return y + 21

    def box(self, x: float, y: float, broad: float, box: Box) -> float:
        """Draw a box and return where it ends."""
        top, place = y, len(self.marks)
        self.marks.append("")
        y += PAD / 2
        if box.only:
            y = self.lines(x + PAD, y, wrapped(f"Only if {box.only}.", broad - 2 * PAD, 13), "only")
        y = self.lines(x + PAD, y, wrapped(box.title, broad - 2 * PAD, TITLE_SIZE, bold=True), "title")
        y = self.lines(x + PAD, y, wrapped(box.words, broad - 2 * PAD), "")
        for row in box.rows:
            y = self.row(x + PAD, y + 3, broad - 2 * PAD, row)
        y += PAD / 2 + 2
        edge, fill = _EDGE.get(box.kind, "#333"), _FILL.get(box.kind, "#fff")
        self.marks[place] = (
            f'<rect x="{x:.0f}" y="{top:.0f}" width="{broad:.0f}" height="{y - top:.0f}" rx="7" '
            f'fill="{fill}" stroke="{edge}"/><rect x="{x:.0f}" y="{top:.0f}" width="5" '
            f'height="{y - top:.0f}" rx="2" fill="{edge}"/>'
        )
        return y

    def row(self, x: float, y: float, broad: float, row: Row) -> float:
        """Draw one answer with what it forces; return where it ends."""
        left = x + (26 if row.key else 4)
        room = broad - (left - x) - max((_badge_width(b) + 10 for b in row.badges), default=0)
        if row.key:
            self.text(x + 4, y + LINE - 5, row.key, "key")
        end = self.lines(left, y, wrapped(row.words, room), "muted" if row.muted else "")
        down = y + 1
        for badge in row.badges:
            down = self.badge(x + broad, down, badge)
        return max(end, down)


def _badge_words(badge: Badge) -> str:
    return ("up to " if badge.some else "") + badge.words


def _badge_width(badge: Badge) -> float:
    return width(_badge_words(badge), BADGE_SIZE, bold=True) + 16


def _styled(style: str) -> str:
    return f' class="{style}"' if style else ""


_STYLES = {
    "": "font:14px Arial,Helvetica,'Liberation Sans',sans-serif;fill:#1b1f24",
    ".head": "font-size:24px;font-weight:bold",
    ".title": "font-size:15.5px;font-weight:bold",
    ".only": "font-size:13px;font-style:italic;fill:#7d5a00",
    ".key": "font-weight:bold;fill:#1c4e80",
    ".muted": "fill:#5f6770",
    ".badge": "font-size:11.5px;font-weight:bold;text-anchor:middle",
    ".foot": "font-size:12px;fill:#555",
}
STYLE = "".join(f".flow text{name}{{{look}}}" for name, look in _STYLES.items()) + (
    ".flow .way{stroke:#55606b;stroke-width:2;fill:none}.flow .tip{fill:#55606b}"
)


def render(picture: Picture, layout: Layout = SCREEN) -> str:
    """Return a picture as a whole SVG document."""
    sheet = Sheet()
    broad = layout.main + 2 * MARGIN + (GAP + layout.beside if picture.beside else 0)
    y = MARGIN
    for line in wrapped(picture.title, broad - 2 * MARGIN, HEAD_SIZE, bold=True):
        y += HEAD_SIZE + 5
        sheet.text(MARGIN, y - 9, line, "head")
    y = top = sheet.lines(MARGIN, y, wrapped(picture.about, broad - 2 * MARGIN), "about") + 14
    for n, box in enumerate(picture.boxes):
        if n:
            if not picture.apart:
                sheet.arrow(MARGIN + layout.main / 2, y, y + GAP)
            y += GAP
        y = sheet.box(MARGIN, y, layout.main, box)
    down = top
    for box in picture.beside:
        down = sheet.box(MARGIN + layout.main + GAP, down, layout.beside, box) + 14
    high = max(y, down) + 40
    sheet.text(MARGIN, high - 14, picture.foot, "foot")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" viewBox="0 0 {broad:.0f} {high:.0f}" '
        f'width="{broad:.0f}" height="{high:.0f}" role="img" aria-label="{escape(picture.title)}">'
        f"<title>{escape(picture.title)}</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(sheet.marks)}</svg>\n'
    )


def paged(picture: Picture, most: float = 1090.0) -> list[Picture]:
    """Return a picture cut into parts for paper, each at most `most` high; a higher box is cut too."""
    left = _columns(picture.boxes, PAPER.main, most, GAP)
    right = _columns(picture.beside, PAPER.beside, most, 14)
    count = max(len(left), len(right))
    parts = []
    for n in range(count):
        title = f"{picture.title} ({n + 1} of {count})" if count > 1 else picture.title
        boxes = left[n] if n < len(left) else ()
        beside = right[n] if n < len(right) else ()
        about = picture.about if n == 0 else ""
        parts.append(replace(picture, title=title, about=about, boxes=boxes, beside=beside))
    return parts


def _columns(boxes: tuple[Box, ...], broad: float, most: float, gap: float) -> list[tuple[Box, ...]]:
    columns: list[list[Box]] = []
    room = 0.0
    for box in (part for whole in boxes for part in _cut(whole, broad, most - gap)):
        high = Sheet().box(0, 0, broad, box) + gap
        if not columns or high > room:
            columns.append([])
            room = most
        columns[-1].append(box)
        room -= high
    return [tuple(column) for column in columns]


def _cut(box: Box, broad: float, most: float) -> list[Box]:
    """Return a box in parts that are at most `most` high, each under its title."""
    parts = [box]
    while len(parts[-1].rows) > 1 and Sheet().box(0, 0, broad, parts[-1]) > most:
        whole = parts.pop()
        kept = len(whole.rows) - 1
        while kept > 1 and Sheet().box(0, 0, broad, replace(whole, rows=whole.rows[:kept])) > most:
            kept -= 1
        title = whole.title.removesuffix(GOES_ON) + GOES_ON
        parts += [replace(whole, rows=whole.rows[:kept]),
                  replace(whole, title=title, words="", only="", rows=whole.rows[kept:])]
    return parts
