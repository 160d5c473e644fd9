"""Diagrams as inline SVG, drawn from the specification: narrow enough for a phone, coloured by
the text around them, asking nobody for anything."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, field

from .context import Context

WIDTH = 420
LINE = 22
RAIL = 15
#: Colours that work on light and on dark ground; a style sheet may set others.
TONES = {
    "progress": "var(--kvs-progress, #2f7fd6)",
    "finished": "var(--kvs-finished, #1f9254)",
    "failed": "var(--kvs-failed, #d8453a)",
    "accent": "var(--kvs-accent, #0b8a8f)",
}
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"


@dataclass(slots=True)
class _Canvas:
    """Shapes, drawn from the top to the bottom."""

    shapes: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        bold: bool = False,
        mono: bool = False,
        size: float = 13,
        faint: bool = False,
        anchor: str = "start",
        colour: str = "currentColor",
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        family = f' font-family="{MONO}"' if mono else ""
        opacity = ' opacity="0.75"' if faint else ""
        self.shapes.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}{family}{opacity}>{html.escape(text)}</text>'
        )

    def line(
        self, *points: tuple[float, float], colour: str = "currentColor", arrow: bool = False
    ) -> None:
        path = " ".join(f"{'L' if i else 'M'}{x:g} {y:g}" for i, (x, y) in enumerate(points))
        self.shapes.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5" opacity="0.6"/>'
        )
        if arrow:
            x, y = points[-1]
            self.shapes.append(
                f'<path d="M{x - 5:g} {y - 8:g}h10l-5 8z" fill="{colour}" opacity="0.75"/>'
            )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7" '
            f'fill="{colour}" fill-opacity="0.12" stroke="{colour}" stroke-width="1.5"/>'
        )

    def station(self, y: float, number: int, colour: str) -> None:
        self.shapes.append(f'<circle cx="{RAIL}" cy="{y:g}" r="13" fill="{colour}"/>')
        self.text(
            RAIL, y + 4.5, str(number), bold=True, anchor="middle", colour="var(--kvs-ground, #fff)"
        )

    def svg(self, height: float, name: str, title: str, description: str) -> str:
        """Return the whole picture, as one block of HTML without empty lines."""
        body = "\n".join(self.shapes)
        return (
            f'<figure class="kvs-diagram"><svg viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
            f'role="img" aria-labelledby="kvs-{name}-title kvs-{name}-text" '
            f'font-family="inherit" xmlns="http://www.w3.org/2000/svg">\n'
            f'<title id="kvs-{name}-title">{html.escape(title)}</title>\n'
            f'<desc id="kvs-{name}-text">{html.escape(description)}</desc>\n{body}\n</svg></figure>'
        )


def classification(context: Context) -> str:
    """Draw how the variant of a callback is found: three questions, one below the other."""
    classifier = context.specification["classifier"]
    canvas = _Canvas()
    y = 20.0
    told: list[str] = []
    for number, (question, hint, outcomes) in enumerate(_questions(context), start=1):
        canvas.station(y, number, TONES["accent"])
        canvas.text(44, y + 5, question, bold=True, size=14)
        y += LINE
        told.append(question)
        if hint:
            canvas.text(44, y + 3, hint, faint=True, size=11.5)
            y += LINE
        for given, mono, result, tone in outcomes:
            y = _outcome(canvas, y, given, mono, result, _tone(tone))
            told.append(f"{given} → {result}")
        y += 16
    canvas.line((RAIL, 20), (RAIL, y))
    canvas.shapes.insert(0, canvas.shapes.pop())  # below the stations
    canvas.station(y, 4, TONES["accent"])
    canvas.text(44, y + 5, context.word("variant"), bold=True, size=14)
    y += LINE
    dialects, phases = list(classifier["dialects"]), list(classifier["phases"].items())
    for dialect, (phase, spec) in ((dialects[0], phases[0]), (dialects[-1], phases[-1])):
        about = classifier["dialects"][dialect]
        kind = context.word("a_flow" if about["flow"] else "one_task")
        words = [_form(context, about["names"]), kind, context.said(spec)]
        y = _outcome(canvas, y, context.listed(words), False, f"{dialect}.{phase}", _tone(phase))
    return canvas.svg(y, "classification", context.word("classification"), "; ".join(told))


def life(context: Context) -> str:
    """Draw the life of a task: made, running, and one of its ends, with the callback of each."""
    classifier = context.specification["classifier"]
    dialect = next(iter(classifier["dialects"]))
    running, *ends = classifier["phases"]
    canvas = _Canvas()
    middle = WIDTH / 2
    canvas.box(middle - 95, 6, 190, 50, TONES["accent"])
    canvas.text(middle, 27, context.word("life_created"), bold=True, anchor="middle")
    canvas.text(middle, 45, context.word("life_identified"), faint=True, size=11.5, anchor="middle")
    canvas.line((middle, 56), (middle, 92), arrow=True)
    said = [_state(context, canvas, middle, 92, 164, dialect, running)]
    colour = _tone(running)
    canvas.line(
        (middle + 82, 112),
        (middle + 104, 112),
        (middle + 104, 150),
        (middle + 90, 150),
        colour=colour,
    )
    canvas.shapes.append(f'<path d="M{middle + 83:g} 150l8 -5v10z" fill="{colour}"/>')
    canvas.text(middle + 110, 135, context.word("life_repeats"), faint=True, size=11)
    canvas.text(middle - 90, 135, context.word("life_asked"), faint=True, size=11, anchor="end")
    width = (WIDTH - 16 * (len(ends) - 1)) / len(ends)
    canvas.text(middle + 8, 192, context.word("life_once"), faint=True, size=11)
    canvas.line((middle, 170), (middle, 204))
    for index, phase in enumerate(ends):
        x = index * (width + 16) + width / 2
        canvas.line((middle, 204), (x, 204), (x, 228), arrow=True)
        said.append(_state(context, canvas, x, 228, width - 2, dialect, phase))
    told = [context.word("life_created"), said[0], context.word("or").join(said[1:])]
    return canvas.svg(314, "life", context.word("life"), " → ".join(told))


def _tone(name: str) -> str:
    return TONES.get(name, TONES["accent"])


def _state(
    context: Context, canvas: _Canvas, x: float, y: float, width: float, dialect: str, phase: str
) -> str:
    """Draw a phase in a box around `x`; return its title."""
    classifier = context.specification["classifier"]
    spec = classifier["phases"][phase]
    status = classifier["names"][classifier["dialects"][dialect]["names"]]["status"]
    shown = " / ".join(map(str, spec["status"]))
    title = context.said(spec)
    canvas.box(x - width / 2, y, width, 78, _tone(phase))
    canvas.text(x, y + 20, title, bold=True, anchor="middle")
    canvas.text(x, y + 40, f"{status} {shown}", mono=True, size=12, anchor="middle")
    variant = f"{dialect}.{phase}"
    canvas.text(x, y + 62, variant, mono=True, size=12, anchor="middle", faint=True)
    return title


Outcome = tuple[str, bool, str, str]


def _questions(context: Context) -> list[tuple[str, str, list[Outcome]]]:
    """Return the questions, each with a hint and its outcomes."""
    classifier, word = context.specification["classifier"], context.word
    roles = next(iter(classifier["names"].values()))
    either = word("or_name").join
    names: list[Outcome] = [
        (" ".join(keys.values()), True, _form(context, casing), "accent")
        for casing, keys in classifier["names"].items()
    ]
    names.append((word("question_names_else"), False, word("not_a_callback"), "failed"))
    enough = classifier["recognised_by"]
    needed = either(roles[role] for role in enough["one_of"])
    hint = word("question_names_hint", count=enough["names"], needed=needed)
    members = either(classifier["flow_details"]["object_with"])
    details: list[Outcome] = [
        (word("details_flow", members=members), False, word("a_flow"), "accent"),
        (word("details_plain"), False, word("one_task"), "accent"),
    ]
    status: list[Outcome] = [
        (either(map(str, spec["status"])), True, context.said(spec), phase)
        for phase, spec in classifier["phases"].items()
    ]
    status.append((word("question_status_else"), False, word("no_phase"), "failed"))
    return [
        (word("question_names"), hint, names),
        (word("question_details", name=roles["details"]), "", details),
        (word("question_status", name=roles["status"]), "", status),
    ]


def _form(context: Context, casing: str) -> str:
    """Return a casing in words that people use."""
    current = next(iter(context.specification["classifier"]["names"]))
    return context.word("current_form" if casing == current else "old_form")


def _outcome(canvas: _Canvas, y: float, given: str, mono: bool, result: str, colour: str) -> float:
    """Draw one answer and where it leads; on two lines where one is too short."""
    size = 12 if mono else 12.5
    canvas.text(44, y + 4, given, mono=mono, size=size)
    width = _width(result, 12, mono=True) + 18
    left = WIDTH - width - 1
    start = 52 + _width(given, size, mono=mono)
    if start + 12 > left:
        start, y = 60.0, y + LINE
    canvas.line((start, y), (left - 4, y), colour=colour)
    canvas.box(left, y - 11, width, 22, colour)
    canvas.text(left + width / 2, y + 4, result, mono=True, size=12, anchor="middle")
    return y + LINE + 8


def _width(text: str, size: float, *, mono: bool = False) -> float:
    """Return about the width of a text: wide characters are square, others a little over half."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (wide + (len(text) - wide) * (0.61 if mono else 0.54))
