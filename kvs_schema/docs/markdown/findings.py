"""Keywords of findings."""

from __future__ import annotations

from ...catalogue.texts import SEMICOLONS, filled
from .context import Context, escaped


def keyword(context: Context, name: str) -> str:
    """One keyword of findings: when there is such a finding, and what it says."""
    messages, lang = context.specification["messages"], context.lang
    entry = messages["findings"][name]
    templates = [(messages["keywords"].get(name), None)]
    templates += [
        (messages["reasons"][reason], messages["advice"].get(reason))
        for reason in entry.get("reasons", ())
    ]
    lines = []
    for template, advice in templates:
        if template is not None:
            said = filled(template[lang], expected="…", actual="…", line="…", column="…")
            more = f"{SEMICOLONS[lang]}{advice[lang]}" if advice else ""
            lines.append(f"- {escaped(said + more)}")
    about = context.said(entry, "description")
    title = f"**{context.word('findings_say')}**"
    return "\n\n".join([about, title, "\n".join(lines)])
