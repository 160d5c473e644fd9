"""Rules about notices: verbs, schemas and attributes exist, placeholders are known."""

from __future__ import annotations

from collections.abc import Iterator

from ....spec.graph import GraphNode
from ....spec.notices import VERBS, NoticeCheck, checks_of
from ...yaml_sources import Problem, SourceFile
from ..source_index import SourceIndex
from ..words import listed
from .catalogues import templates

NOTICES = "notices.yaml"
_PLACEHOLDERS = frozenset(("expected", "actual"))


def notices(sources: SourceIndex) -> Iterator[Problem]:
    """Check that each check of a notice has one verb and leads to fields in every schema."""
    if NOTICES not in sources.all.files:
        return
    file = sources.file(NOTICES)
    for identifier, notice in file.value["notices"].items():
        pointer = f"/notices/{identifier}"
        yield from templates(file, f"{pointer}/message", notice["message"], _PLACEHOLDERS)
        for index, declared in enumerate(notice["checks"]):
            where = f"{pointer}/checks/{index}"
            check = next(checks_of(identifier, [declared]), None)
            if check is None:
                message = f"a check has exactly one verb of {listed(VERBS)}"
                yield Problem(file.path, file.line(where), "notice-verb", message)
            else:
                yield from _check(sources, file, where, check)


def _check(
    sources: SourceIndex, file: SourceFile, where: str, check: NoticeCheck
) -> Iterator[Problem]:
    for index, name in enumerate(check.schemas):
        line = file.line(f"{where}/in/{index}")
        if sources.lacks(name):
            yield Problem(file.path, line, "notice-schema", sources.unknown(name))
            continue
        root = sources.graph.root(name, strict=False)
        for path in (check.path, *(path for path, _ in check.when)):
            if not any(root.reached(path)):
                message = f"{name!r} has no attributes {'.'.join(path)!r}"
                yield Problem(file.path, line, "notice-attribute", message)
                break
        else:
            fields = list(root.reached(check.path))
            if check.verb == "count" and not all(_is_counted(root, field) for field in fields):
                message = f"{check.path[-1]!r} does not count an array of {name!r}"
                yield Problem(file.path, line, "notice-count", message)
            if check.verb == "differ" and len(fields) < 2:
                message = f"{check.path[-1]!r} is the attribute of one field only"
                yield Problem(file.path, line, "notice-attribute", message)


def _is_counted(root: GraphNode, field: GraphNode) -> bool:
    return field.annotation("counts") in root.members
