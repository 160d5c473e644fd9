"""Renders variants of callbacks as Markdown: how they are identified, and each on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from ...catalogue.names import variant_names
from ...spec.vocabulary import DEFS
from ..model import fields, is_object, structure
from .context import Context, code, table
from .examples import example_tabs, of_schema
from .fields import asked_of_the_whole, exports, field_table, introduction, origin, whole_facts


def variants(context: Context, phase: str | None = None) -> str:
    """Return a table of all variants, or those of one phase: when they are sent, how identified."""
    specification = context.specification
    lines = []
    for name in variant_names():
        if phase is not None and not name.endswith(f".{phase}"):
            continue
        schema = specification["schemas"][name]
        title = f"{_link(context, name)}<br>{context.said(schema)}"
        strict = context.word("no" if name in specification["strict_empty"] else "yes")
        lines.append(
            [title, context.said(schema, "description"), "<br>".join(marks(context, name)), strict]
        )
    head = [context.word(key) for key in ("variant", "sent_when", "mark", "strict_possible")]
    return context.wrapped("variants", table(head, lines))


def variant(context: Context, name: str) -> str:
    """Return one variant: when it is sent, what to do with it, fields, an example, types."""
    specification = context.specification
    phase = specification["classifier"]["phases"][name.rpartition(".")[2]]
    action = [context.said(phase, "action")]
    if named := phase.get("errors"):
        title = context.said(specification["errors"][named])
        action.append(f"{context.link(title, f'errors/{named}')}{context.word('full_stop')}")
    if guide := context.links("../guides/receive", "inbox"):
        action.append(f"[{context.word('handler_guide')}]({guide})")
    told = marks(context, name)
    if name in specification["strict_empty"]:
        told.append(context.word("no_strict"))
    types = [
        context.heading(context.word("type_values"), "types"),
        context.word("known_types_intro"),
        known_types(context),
    ]
    parts = [
        context.said(specification["schemas"][name], "description"),
        context.strong("what_to_do", context.sentences(action)),
        _beside(context, name),
        *([] if context.flavour.alone else types),
        context.folded(context.word("mark"), "\n".join(f"- {line}" for line in told), "marks"),
    ]
    if not context.flavour.alone:
        links = exports(context, name).items()
        found = "\n".join(f"- {context.labelled(state, listed)}" for state, listed in links)
        parts.append(context.folded(context.word("export"), found, "json-schema"))
    return "\n\n".join(parts)


def _beside(context: Context, name: str) -> str:
    """Return the tables of all objects of a variant, beside an example if there is room."""
    specification = context.specification
    alone = replace(context, flavour=replace(context.flavour, alone=True))
    parts: list[str] = []
    shown: list[str] = []
    for part in objects(context, name):
        base = next((base for base in context.graph.chain(part) if base in shown), None)
        title = f"{context.said(specification['schemas'][part])} {context.schema(part, code(part))}"
        parts.append(context.heading(title if shown else context.word("fields"), part))
        parts += [context.word("narrows", base=f"[{code(base)}](#{base})")] if base else []
        parts.append(field_table(context, part, own=base is not None, anchors=False))
        parts += asked_of_the_whole(context, part)
        facts = introduction(context, part) if part != name else []
        facts += whole_facts(alone, part)
        if facts:
            parts.append(context.folded(context.word("evidence"), "\n\n".join(facts)))
        shown.append(part)
    examples = of_schema(specification, name)
    if context.flavour.alone or not examples:
        return "\n\n".join(parts)
    beside = [context.heading(context.word("example"), "example")]
    beside.append(example_tabs(context, examples[0]))
    text = context.word("all_examples", count=len(examples))
    beside.append(context.link(text, f"examples/{name}"))
    columns = [context.wrapped("column", "\n\n".join(column)) for column in (parts, beside)]
    return context.wrapped("beside", "\n\n".join(columns))


def matrix(context: Context) -> str:
    """Return links to all variants by dialect and phase."""
    classifier = context.specification["classifier"]
    phases = classifier["phases"]
    head = [context.word("variant"), *(context.said(spec) for spec in phases.values())]
    lines = [
        [context.said(spec), *(_link(context, f"{dialect}.{phase}") for phase in phases)]
        for dialect, spec in classifier["dialects"].items()
    ]
    return context.wrapped("matrix", table(head, lines))


def _link(context: Context, name: str) -> str:
    return context.link(code(name), f"variants/{name}")


def marks(context: Context, name: str) -> list[str]:
    """Return how a variant is identified, in sentences."""
    classifier = context.specification["classifier"]
    dialect, _, phase = name.rpartition(".")
    spec = classifier["dialects"][dialect]
    names = classifier["names"][spec["names"]]
    first = code(" ".join(names.values()))
    members = context.word("or_name").join(map(code, classifier["flow_details"]["object_with"]))
    details = context.word(
        "details_mark" if spec["flow"] else "details_other",
        names=code(names["details"]),
        members=members,
    )
    values = context.word("or_name").join(map(code, classifier["phases"][phase]["status"]))
    status = context.word("condition_is", name=code(names["status"]), value=values)
    return [context.labelled("names", first), details, status]


def known_types(context: Context, only: str | None = None) -> str:
    """Return the known task types, or one of them, and what each is known to fill."""
    lines = []
    for name, spec in context.specification["classifier"]["types"].items():
        if only not in (None, name):
            continue
        other = spec["title_zh"] if context.lang == "en" else spec["title"]
        carried = [code(member) for member in spec["carries"]]
        if spec.get("counts_snapshots"):
            carried.append(context.word("snapshots"))
        title = f"{context.said(spec)}<br><small>{other}</small>"
        if note := context.said(spec, "description"):
            title += f"<br>{note}"
        if source := origin(context, spec["source"]):
            title += f"<br><small>{context.word('source', source=source)}</small>"
        lines.append([code(name), title, context.listed(carried) or "–"])
    head = [context.word(key) for key in ("type", "title", "carries")]
    return context.wrapped("types", table(head, lines))


def objects(context: Context, name: str) -> Iterator[str]:
    """Yield the objects of a variant from the outside in, without embedded documents."""
    graph = context.graph
    seen: list[str] = []
    waiting = [name]
    while waiting:
        current = waiting.pop(0)
        if any(current in graph.chain(other) for other in seen):
            continue
        seen.append(current)
        if is_object(graph, current):
            yield current
        for found in fields(graph, current):
            for layer in found.layers:
                waiting += structure(graph, layer.pointer) if layer.erratum is None else ()
        base = next(islice(graph.chain(current), 1, None), None)
        waiting += [each for each in structure(graph, DEFS + current) if each != base]
