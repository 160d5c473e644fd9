"""Rules about notices: verbs, schemas and attributes exist, placeholders are known."""

from __future__ import annotations

from collections.abc import Iterator

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
                yield file.problem(where, "notice-verb", message)
            else:
                yield from _check(sources, file, where, check)


def _check(
    sources: SourceIndex, file: SourceFile, where: str, check: NoticeCheck
) -> Iterator[Problem]:
    for index, name in enumerate(check.schemas):
        place = f"{where}/in/{index}"
        if sources.lacks(name):
            yield file.problem(place, "notice-schema", sources.unknown(name))
            continue
        root = sources.graph.root(name, strict=False)
        fields = list(root.reached(check.path))
        paths = (check.path, *(path for path, _ in check.when))
        missing = next((path for path in paths if not any(root.reached(path))), None)
        if missing is not None:
            message = f"{name!r} has no attributes {'.'.join(missing)!r}"
            yield file.problem(place, "notice-attribute", message)
        elif check.verb == "count" and not all(
            field.annotation("counts") in root.members for field in fields
        ):
            message = f"{check.path[-1]!r} does not count an array of {name!r}"
            yield file.problem(place, "notice-count", message)
        elif check.verb == "differ" and len(fields) < 2:
            message = f"{check.path[-1]!r} is the attribute of one field only"
            yield file.problem(place, "notice-attribute", message)
