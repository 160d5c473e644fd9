"""Write the report on an audit as one HTML file.

Sections come in, a page comes out, with charts as SVG: no script, and nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ..catalogue.texts import Lang, say
from ..results.messages import escaped
from ..spec.exceptions import MissingExtraError
from .sections import Section

#: The most days of a chart, and characters of a cell.
_DAYS, _CELL = 400, 160
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def charts() -> Any:
    """Return the library that draws charts; raises `MissingExtraError` without it."""
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError("audit --html", "report") from None
    return vl_convert


def html(parts: Sequence[Section], lang: Lang) -> str:
    """Return a report as HTML in a language."""
    title = escape(say(lang, "audit.title"))
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    links = " ".join(f'<a href="#{part.name}">{escape(part.title)}</a>' for part in parts)
    body = "\n".join(line for part in parts for line in _section(part, lang))
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>'
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title>\n<style>\n{style}</style></head>\n"
        f"<body>\n<h1>{title}</h1>\n<nav>{links}</nav>\n{body}\n</body>\n</html>\n"
    )


def _section(part: Section, lang: Lang) -> Iterator[str]:
    yield f'<section id="{part.name}"><h2>{escape(part.title)}</h2>'
    for index, line in enumerate(part.said):
        kind = "crossed" if index in part.crossed else "lead" if part.name == "verdict" else "note"
        yield f'<p class="{kind}">{escape(escaped(line))}</p>'
    if part.chart:
        yield f'<div class="charts">{"".join(_charts(part, lang))}</div>'
    if part.rows:
        heads = (f"<th{_class(part, i)}>{escape(head)}</th>" for i, head in enumerate(part.columns))
        wide = ' class="wide"' if len(part.columns) - len(part.numbers) > 1 else ""
        yield f'<div class="scroll"><table{wide}><thead><tr>{"".join(heads)}</tr></thead><tbody>'
        for row in part.rows:
            yield f"<tr>{''.join(_cell(part, i, cell) for i, cell in enumerate(row))}</tr>"
        yield "</tbody></table></div>"
        if part.more:
            yield f'<p class="note">{escape(say(lang, "audit.more_rows", count=part.more))}</p>'
    else:
        yield f'<p class="none">{escape(say(lang, "audit.none"))}</p>'
    yield "</section>"


def _cell(part: Section, index: int, cell: str) -> str:
    lines = (line if len(line) <= _CELL else f"{line[:_CELL]}…" for line in cell.split("\n"))
    text = "\n".join(escape(escaped(line)) for line in lines)
    head = escape(part.columns[index], quote=True)
    return f'<td{_class(part, index)} data-head="{head}">{text}</td>'


def _class(part: Section, index: int) -> str:
    return ' class="number"' if index in part.numbers else ""


def _charts(part: Section, lang: Lang) -> Iterator[str]:
    """Yield the charts of a section as SVG: bodies, and by day the rate of invalid ones."""
    values = list(part.chart[-_DAYS:])
    bodies, share, seconds = (
        say(lang, f"audit.column_{n}") for n in ("bodies", "share", "seconds")
    )
    bar = {"type": "bar", "color": "#3b6ea5"}
    if part.name != "days":
        across: dict[str, Any] = {"field": "seconds", "type": "ordinal", "sort": None}
        yield _svg(values, {**across, "title": seconds}, "bodies", bodies, bar)
        return
    across = {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": None}
    across["axis"] = {"format": "%Y-%m-%d", "labelOverlap": True, "tickCount": 3}
    yield _svg(values, across, "bodies", bodies, bar)
    line = {"type": "line", "point": {"color": "#b42318"}, "color": "#b42318"}
    yield _svg(values, across, "invalid", share, line, format="%")


def _svg(values: Any, across: Any, field: str, title: str, mark: Any, **axis: str) -> str:
    up = {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": {"tickCount": 4, **axis},
        "scale": {"domainMin": 0},
    }
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 300,
        "height": 140,
        "config": {"font": "sans-serif", "view": {"stroke": None}, "axis": {"labelFontSize": 11}},
        "data": {"values": values},
        "mark": mark,
        "encoding": {"x": across, "y": up},
    }
    return str(charts().vegalite_to_svg(specification, show_warnings=False))
