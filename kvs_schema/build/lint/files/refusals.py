"""Rules about refusals: their codes are in the error table, every place of a request has one."""

from __future__ import annotations

from collections.abc import Iterator

from ....spec.graph import GraphNode
from ....spec.vocabulary import DEFS
from ...yaml_sources import Problem, SourceFile
from ..source_index import SourceIndex
from ..words import unknown


def unknown_codes(sources: SourceIndex) -> Iterator[Problem]:
    """Check that codes of refusals are in the table that has refusals; 0 means success."""
    for file in _tables(sources):
        known = [code for code in file.value["codes"] if code != 0]
        refusals = dict(file.value["refusals"])
        keywords = refusals.pop("keywords")
        refusals |= {f"keywords/{keyword}": refusal for keyword, refusal in keywords.items()}
        for name, refusal in refusals.items():
            if refusal["code"] not in known:
                message = unknown("error code", str(refusal["code"]), known)
                yield file.problem(f"/refusals/{name}/code", "unknown-refusal", message)
        for node in sources.nodes:
            if "refusal" in node.schema and node.schema["refusal"]["code"] not in known:
                message = unknown("error code", str(node.schema["refusal"]["code"]), known)
                yield node.problem("unknown-refusal", message, "refusal", "code")


def places_without_refusal(sources: SourceIndex) -> Iterator[Problem]:
    """Check that, if any, each place of a request has a refusal or is inside one that has."""
    reached: set[str] = set()
    for top in sources.definitions if any(_tables(sources)) else ():
        if not top.name.endswith(".request"):
            continue
        for node, refused in _inside(sources.graph.root(top.name, strict=False), refused=False):
            reached.update(one.pointer for one in node.applied)
            if not refused:
                found = sources.schemas(node.asked)[0]
                message = f"nothing says how a request is refused that is invalid at {found.name!r}"
                yield found.problem("no-refusal", message)
    for one in sources.nodes:
        if "refusal" in one.schema and f"{DEFS}{one.pointer[1:]}" not in reached:
            yield one.problem("unused-refusal", "this is not a place of a request", "refusal")


def _tables(sources: SourceIndex) -> Iterator[SourceFile]:
    return (file for file in sources.files("errors") if "refusals" in file.value)


def _inside(node: GraphNode, refused: bool) -> Iterator[tuple[GraphNode, bool]]:
    """Yield what is inside a value, and whether it or something around it has a refusal."""
    for _, child in node.children:
        has = refused or any("refusal" in one.keywords for one in child.applied)
        yield child, has
        yield from _inside(child, has)
