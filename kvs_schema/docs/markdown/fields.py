"""Renders field tables, single fields and whole schemas as Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from ...export.json_schema import EXPORTED, export_file
from ...spec.graph import Applied
from ...spec.vocabulary import DEFS, referenced, within
from ..model import (
    Field,
    field_anchor,
    field_names,
    fields,
    is_object,
    layers,
    name_of,
    noticed,
    places,
    rows,
    structure,
)
from ..words import place
from .context import Context, code, escaped, mark, table
from .phrases import asked, conditions, constraints, kinds, literal, type_of

_TWO_WORDS = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}")


def field_table(context: Context, name: str, *, own: bool = False, anchors: bool = True) -> str:
    """Return a table of the fields of an object schema, those of the schema that it narrows too.

    With `own` they are left out; without `anchors` each field is a link to its own place.
    """
    found = fields(context.graph, name, own=own)
    if not found:
        return context.word("empty")
    return _table(context, [_row(context, name, each, anchors=anchors) for each in found])


def field(context: Context, name: str) -> str:
    """Describe one field, named `schema.field`: its row in the table, and who else requires it."""
    graph = context.graph
    owner, found = field_names(graph)[name]
    row = _row(context, owner, found, anchors=False)
    facts = [] if found.null is None else [_null_absent(context, found.null)]
    for other in graph.narrowing(owner):
        for one in layers(graph.root(other), own=True):
            if found.name in one.keywords.get("required", ()):
                schema = context.schema(other, code(other))
                facts.append(f"{schema}{context.word('colon')}{_requires(context, one)}")
    parts = [_table(context, [row]), *_bullets(dict.fromkeys(facts))]
    return "\n\n".join(parts)


def schema_section(context: Context, name: str) -> str:
    """Return all about one schema: what it is for, its fields or form, and where it is used."""
    schema = context.specification["schemas"][name]
    parts = [context.heading(f"{context.said(schema) or code(name)} {code(name)}", name)]
    if description := context.said(schema, "description"):
        parts.append(description)
    parts += introduction(context, name)
    if is_object(context.graph, name):
        base, alone = referenced(schema), context.flavour.alone
        added = base is None or fields(context.graph, name, own=True)
        if base is not None and added:
            parts.append(context.word("narrows", base=context.schema(base)))
        if added or alone:
            parts.append(field_table(context, name, own=base is not None and not alone))
    parts += asked_of_the_whole(context, name)
    parts += _default_boxes(context, name)
    parts += whole_facts(context, name)
    return "\n\n".join(parts)


def field_link(context: Context, schema: str, name: str | None, text: str = "") -> str:
    """Return a link to a field, or to a schema as a whole."""
    if name is None:
        return context.schema(schema, code(schema))
    anchor = field_anchor(context.specification["schemas"], schema, name)
    return context.link(text or code(f"{schema}.{name}"), context.page_of(schema), anchor)


def errata_more(context: Context, errata: Iterable[str]) -> str:
    """Return links to further errata."""
    listed = context.listed([context.erratum(identifier) for identifier in errata])
    return context.labelled("errata_more", listed)


def origin(context: Context, source: str) -> str:
    """Return where a rule comes from, if it can be said in the reader's language."""
    text = place(source.rstrip("."), context.lang)
    if context.lang == "zh" and _TWO_WORDS.search(text):
        return ""
    return escaped(text)


def _table(context: Context, lines: list[list[str]]) -> str:
    head = [context.word(key) for key in ("field", "type", "required", "description")]
    return context.wrapped("fields", table(head, lines))


def _bullets(lines: Collection[str]) -> list[str]:
    """Return a list of lines as one block, and of none as no block."""
    return ["\n".join(f"- {line}" for line in lines)] if lines else []


def _row(context: Context, name: str, found: Field, *, anchors: bool) -> list[str]:
    anchor = field_anchor(context.specification["schemas"], name, found.name)
    shown = code(found.name)
    named = (
        f"{mark(anchor)}{shown}" if anchors else field_link(context, found.owner, found.name, shown)
    )
    described = "<br>".join(_description(context, found))
    described = described.replace("<br><details>", "<details>")  # a block by itself
    return [named, type_of(context, found.layers), _required(context, found), described]


def _requires(context: Context, one: Applied) -> str:
    """Return on which condition a schema requires a field, and by which erratum."""
    when = conditions(context, one)
    required = context.word("required_word")
    text = context.word("required_when", condition=when) if when else required
    if one.erratum is None:
        return text
    return context.strong("strict", f"{text} ({context.erratum(one.erratum)})")


def _required(context: Context, found: Field) -> str:
    """Return whether a field is required, in a word; its description says when."""
    tolerant = [layer for layer in found.required if layer.erratum is None]
    if any(not layer.conditions for layer in tolerant):
        return f"**{context.word('yes')}**"
    if tolerant:
        return context.word("required_sometimes")
    return context.word("required_strict" if found.required else "no")


def _description(context: Context, found: Field) -> Iterator[str]:
    """Yield what a field is and when it is required; evidence and errata are folded below."""
    node = found.node
    if described := context.said(node, "description"):
        yield described
    yield from _values(context, found)
    yield from dict.fromkeys(
        _capital(_requires(context, each))
        for each in found.required
        if not each.always and each.erratum is None
    )
    if "counts" in node:
        yield context.word("counts", name=code(node["counts"]))
    yield from _shapes(context, found)
    if read := list(_in_python(context, found)):
        yield f"<small>{context.word('semicolon').join(read)}</small>"
    if evidence := list(_evidence(context, found)):
        yield folded_cell(context, context.word("evidence_and_errata"), "<br>".join(evidence))


def _evidence(context: Context, found: Field) -> Iterator[str]:
    """Yield what strict requires beyond, what a careful reader checks, and where it comes from."""
    named = []
    for layer in (*found.required, *found.layers):
        if layer.erratum is not None:
            named.append(layer.erratum)
            required = layer in found.required
            yield _capital(_requires(context, layer) if required else _deviation(context, layer))
    yield from _notices(context, found)
    yield from _provenance(context, found)
    attached = list(rows().get(f"{found.owner}.{found.name}", []))
    for layer in found.layers:
        attached += layer.keywords.get("errata", ())
    others = [erratum for erratum in dict.fromkeys(attached) if erratum not in named]
    if others:
        yield errata_more(context, others)


def folded_cell(context: Context, title: str, text: str) -> str:
    """Return a part of a cell that a reader opens if needed; open if it is read by itself."""
    if context.flavour.alone:
        return text
    return f"<details><summary>{title}</summary>{text}</details>"


def _notices(context: Context, found: Field) -> Iterator[str]:
    """Yield what a careful reader checks about a field."""
    for identifier in dict.fromkeys(
        one for layer in found.layers for one in noticed().get(layer.pointer, ())
    ):
        title = context.said(context.specification["notices"][identifier])
        yield context.word("notice", id=code(identifier), title=title)


def _values(context: Context, found: Field) -> Iterator[str]:
    """Yield constraints that are written in place; those of a named form are behind its link."""
    schemas = context.specification["schemas"]
    said = []
    for layer in found.layers:
        named = schemas.get(name_of(context.graph, layer), {})
        if layer.erratum is not None or ("title" in named and not {"enum", "const"} & named.keys()):
            continue
        values = list(constraints(context, layer.schema))
        if values:
            if "const" in layer.keywords:
                values[0] = context.word("always", value=values[0])
            said.append(_on_conditions(context, layer, context.word("semicolon").join(values)))
        required = layer.keywords.get("required")
        if required and layer.conditions:
            names = context.listed([code(name) for name in required])
            said.append(_on_conditions(context, layer, context.word("with", names=names)))
    yield from dict.fromkeys(said)
    default = found.first("default")
    if default is not None:
        yield context.labelled("default", literal(default))


def _shapes(context: Context, found: Field) -> Iterator[str]:
    """Yield what a value must contain on a condition only, such as outputs after a success."""
    for layer in found.layers:
        if layer.erratum is None and layer.conditions:
            for target in dict.fromkeys(structure(context.graph, layer.pointer)):
                yield _on_conditions(context, layer, context.schema(target))


def _on_conditions(context: Context, layer: Applied, text: str) -> str:
    when = conditions(context, layer)
    return f"{_capital(when)}{context.word('colon')}{text}" if when else _capital(text)


def _deviation(context: Context, layer: Applied) -> str:
    values = context.word("semicolon").join(asked(context, layer.schema))
    when = conditions(context, layer)
    strict = f"**{context.word('strict')}**{' ' + when if when else ''}"
    return f"{strict}{context.word('colon')}{values} ({context.erratum(str(layer.erratum))})"


def _provenance(context: Context, found: Field) -> Iterator[str]:
    """Yield the row of the KVS documentation in its own words, or the source of another field."""
    node = found.node
    if row := node.get("row"):
        required = context.word("required_word" if row["required"] else "optional_word")
        short = context.word("document_row", type=code(row["type"]), required=required)
        quoted = f'<span lang="zh-CN">{escaped(row["text"])}</span>' if "text" in row else ""
        yield f"{short}{context.word('colon')}{quoted}" if quoted else short
    elif "source" in node and (source := origin(context, str(node["source"]))):
        yield context.word("source", source=source)


def _in_python(context: Context, found: Field) -> Iterator[str]:
    attribute, form = found.node.get("attribute"), found.first("form")
    if attribute is not None:
        yield context.word("name_in_python", name=code(attribute))
    if form is not None:
        text = context.word(f"form_{form}")
        yield text if attribute is not None else _capital(text)


def introduction(context: Context, name: str) -> list[str]:
    """Return facts above the table: its place in the document, the strict level, nulls."""
    specification = context.specification
    schema = specification["schemas"][name]
    said = []
    if "table" in schema:
        row = specification["tables"][schema["table"]]
        heading, section = escaped(row["heading"]), escaped(row["section"])
        where = f"“{heading}”" if context.lang == "zh" else f"{section} ({heading})"
        said.append(context.word("document_table", where=where))
    if name in specification["strict_empty"]:
        said.append(context.word("no_strict"))
    if "nullAbsent" in schema:
        said.append(_null_absent(context, schema["nullAbsent"]))
    return [context.sentences(said)] if said else []


def asked_of_the_whole(context: Context, name: str) -> list[str]:
    """Return what is required of the value as a whole and not of one field."""
    schemas = context.specification["schemas"]
    said = []
    for layer in layers(context.graph.root(name), own=True):
        values = [*_types(context, name, layer), *constraints(context, layer.schema)]
        if values and layer.erratum is not None:
            said.append(_deviation(context, layer))
        elif values:
            said.append(_on_conditions(context, layer, context.word("semicolon").join(values)))
    said += [
        context.word("array_of", items=context.schema(target))
        for target in dict.fromkeys(structure(context.graph, DEFS + name))
        if referenced(schemas[name]) != target
    ]
    return _bullets(said)


def _types(context: Context, name: str, layer: Applied) -> Iterator[str]:
    schema = layer.keywords
    if is_object(context.graph, name):
        return
    if "contentSchema" in schema:
        content = str(referenced(schema["contentSchema"]))
        yield context.word("string_holding", content=context.schema(content, code(content)))
    elif "type" in schema:
        yield kinds(context, schema["type"])


def _default_boxes(context: Context, name: str) -> Iterator[str]:
    """Yield a warning for each default: what happens if the field is left out."""
    for key, sub in context.specification["schemas"][name].get("properties", {}).items():
        if "default" in sub:
            title = context.word("default_box", name=key, value=sub["default"])
            text = [context.said(sub, "description")]
            for identifier in rows().get(f"{name}.{key}", [])[:1]:
                said = context.said(context.specification["errata"][identifier], "explanation")
                text.append(f"{said} ({context.erratum(identifier)})")
            yield context.warning(title, "\n\n".join(text))


def whole_facts(context: Context, name: str) -> list[str]:
    """List the form, the source and the errata of a schema, its exports and its uses."""
    return _bullets([*_facts(context, name), *_uses(context, name)])


def _facts(context: Context, name: str) -> Iterator[str]:
    specification = context.specification
    schema = specification["schemas"][name]
    if "form" in schema:
        yield _capital(context.word(f"form_{schema['form']}"))
    if "source" in schema and (source := origin(context, str(schema["source"]))):
        yield context.word("source", source=source)
    errata = [
        identifier
        for identifier, found in places().items()
        if (name, None) in found and identifier != schema.get("nullAbsent")
    ]
    if errata:
        yield errata_more(context, errata)
    if context.flavour.alone:
        return
    if any(example["schema"] == name for example in specification["examples"].values()):
        yield context.link(context.word("examples"), f"examples/{name}")
    for state, links in exports(context, name).items():
        yield context.labelled("export", context.labelled(state, links))


def exports(context: Context, name: str) -> dict[str, str]:
    """Return links to the JSON Schemas of one name, as sent and opened."""
    found = {}
    for state, opened in (("as_sent", False), ("opened", True)):
        links = []
        for kind, (strict, form) in EXPORTED.items():
            file = export_file(name, strict=strict, opened=opened, form=form)
            links.append(context.link(context.word(kind), file))
        found[state] = context.listed(links)
    return found


def _uses(context: Context, name: str) -> Iterator[str]:
    found: list[str] = []
    for other, schema in context.specification["schemas"].items():
        using = [place for place, sub in within(schema) if referenced(sub) == name]
        using.sort(key=lambda place: place is None)
        found += [field_link(context, other, place) for place in using]
    if found:
        yield context.labelled("used_by", context.listed(list(dict.fromkeys(found))))


def _null_absent(context: Context, erratum: str) -> str:
    return context.word("null_absent", erratum=context.erratum(erratum))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
