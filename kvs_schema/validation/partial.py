"""Keeps what is usable of a callback that is not valid.

Goes in: a body. Comes out: what a receiver may do with it (the `Outcome`), and the callback without
what cannot be used. What is left is valid by the tolerant schemas of its variant without their
`required`, and nothing in it has moved: an array element that cannot be used becomes an empty
object. The cost grows with the size of the body, however much in it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..reading import embedded, received
from ..reading.faults import Fault, TextError
from ..reading.json_text import MANY, read_repeated, read_undisputed
from ..reading.limits import MOST_FINDINGS, Limits
from ..reading.variants import Classification, Classifier, Identifier
from ..results.callback import Callback, Gaps, PartialCallback
from ..results.findings import Remainder
from ..results.status import Outcome
from ..spec.locations import Path, without_marks
from ..spec.pointers import follow
from ..spec.vocabulary import DEFS
from .engines.pruning import Layout
from .validator import Validator


class PartialReader:
    """Reads bodies that are not valid as far as they can be used."""

    def __init__(
        self, by: Validator, classifier: Classifier, steps: dict[str, tuple[embedded.Step, ...]]
    ) -> None:
        self.validator, self.classifier, self.steps = by, classifier, steps
        self.identifier = Identifier(by.program["classifier"])

    def read(self, obj: object, limits: Limits, dialect: str | None) -> Remainder:
        """Return what can be used of a body of a dialect, or of none.

        The dialect is that of the whole body: without a key that cannot be used it may seem to be
        of another.
        """
        given = None
        with suppress(TextError):  # a text with a lone surrogate
            given = received.encoded(obj)
        # This search finds whatever the one in the value would find, and is much faster.
        if dialect is None and given is not None and not self.identifier.in_bytes(given):
            return Remainder(Outcome.FOREIGN)
        try:
            value, faults = received.read_any(obj, _all_faults(limits), read_undisputed)
        except TextError:
            return self._unreadable(obj, given, limits)
        if dialect is not None:
            names = self.classifier.first_level(dialect)
            classified = self.classifier.of_status(dialect, value.get(names["status"]))
            task_id = value.get(names["task_id"])
            if classified.variant is not None and type(task_id) is str and task_id:
                partial = self._partial(value, faults, classified, limits)
                return Remainder(Outcome.PARTIAL, partial, task_id)
        if given is not None and any(fault.reason == "duplicate_key" for fault in faults):
            value = read_repeated(given)
        return self._unclear(value, dialect is not None or self.identifier.in_value(value))

    def _unreadable(self, obj: object, given: bytes | None, limits: Limits) -> Remainder:
        if given is None:
            return self._unclear(obj, self.identifier.in_value(obj))
        task_id = self.identifier.task_id_in_bytes(given[: limits.body])
        return Remainder(Outcome.UNCLEAR, None, task_id)

    def _unclear(self, value: Any, identified: bool) -> Remainder:
        if not identified:
            return Remainder(Outcome.FOREIGN)
        return Remainder(Outcome.UNCLEAR, None, self.identifier.task_id(value))

    def _partial(
        self, value: dict[str, Any], faults: list[Fault], classified: Classification, limits: Limits
    ) -> Callback:
        variant, dialect = str(classified.variant), str(classified.dialect)
        names = self.classifier.first_level(dialect)
        opener = embedded.Opener(_all_faults(limits), faults, read=read_undisputed)
        opener.whole(value, self.steps[dialect])
        if not faults and self.validator.is_valid(variant, False, value):
            return Callback(variant, value, names)
        details, layout = names["details"], self.validator.layouts.of(variant)
        gaps = _Gaps(details)
        for path in _places(faults):
            remove(value, path)
        for fault in faults:
            path = without_marks(fault.path)
            gaps.add(path, () if _has(value, path) else {_last_key(path)})
        _Cleaner(self.validator, gaps).clean(value, layout, variant)
        crowded = len(faults) >= MANY  # so that not all duplicate keys may be known
        gaps.add_incomplete(
            value.get(details), layout.properties[details], self.validator, all_of_them=crowded
        )
        return PartialCallback(variant, value, names, gaps.found)


class _Gaps:
    """Collects which sub-tasks are incomplete, and the keys that were removed from each."""

    def __init__(self, details: str) -> None:
        self.details = details
        self.found: Gaps = {}

    def add_incomplete(
        self, details: Any, layout: Layout, by: Validator, *, all_of_them: bool
    ) -> None:
        """Add the sub-tasks of which nothing was removed, and in which something is missing."""
        elements = details if type(details) is list else [details]
        for index, element in enumerate(elements if layout.elements else ()):
            if index not in self.found and (
                all_of_them or not by.engine.is_valid_at(layout.elements, False, element)
            ):
                self.found[index] = set()

    def add(self, path: Path, removed: Iterable[str] = ()) -> None:
        """Add the sub-task that a path leads into; a single task has index 0."""
        if path[:1] == (self.details,):
            index = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
            self.found.setdefault(index, set()).update(removed)


class _Cleaner:
    """Removes from a document what is invalid by the tolerant schemas without their `required`."""

    def __init__(self, by: Validator, gaps: _Gaps) -> None:
        self.engine, self.layouts, self.gaps = by.engine, by.layouts, gaps

    def clean(self, document: dict[str, Any], layout: Layout, name: str) -> None:
        """Clean a document in place."""
        # Each array element by itself, inner arrays first: an error is then about little.
        self._inside(document, layout, ())
        # Once: what is removed met no condition of these schemas, nor does what stands for it.
        for path in self.engine.unusable((DEFS + name,), document):
            if path and remove(document, path):
                self.gaps.add(path, {_last_key(path)})

    def _inside(self, value: Any, layout: Layout, path: Path) -> None:
        if type(value) is list:
            if layout.always:
                self._elements(value, layout, path)
        elif type(value) is dict:
            for key, child in self.layouts.with_arrays(layout).items():
                member = value.get(key)
                if type(member) in (dict, list):
                    self._inside(member, child, (*path, key))

    def _elements(self, value: list[Any], layout: Layout, path: Path) -> None:
        always, key = layout.always, _last_key(path)
        lost: set[str] = set()
        for index, element in enumerate(value):
            found: set[str] = set()
            if type(element) is dict:
                self._inside(element, layout, (*path, index))
                wrong = self.engine.unusable(always, element) if element else ()
                found = {_last_key((key, *below)) for below in wrong if remove(element, below)}
            elif layout.objects:
                value[index], found = {}, {key}
            lost |= found
            if found and len(path) == 1:  # the element may be a sub-task
                self.gaps.add((*path, index), found)
        if lost and len(path) > 1:
            self.gaps.add(path, lost)


def _last_key(path: Path) -> str:
    return next(token for token in reversed(path) if isinstance(token, str))


def _all_faults(limits: Limits) -> Limits:
    return replace(limits, findings=MOST_FINDINGS)


def _places(faults: Iterable[Fault]) -> Iterator[Path]:
    """Yield the paths at which nothing usable is; equal values of a duplicate key can be used."""
    for fault in faults:
        if fault.reason != "duplicate_key":
            yield without_marks(fault.path)


def _has(document: Any, path: Path) -> bool:
    """Return whether a value is still at a path; an element that was removed is an empty object."""
    try:
        found = follow(document, path)
    except (LookupError, TypeError, ValueError):
        return False
    return found != {} or isinstance(path[-1], str)


def remove(document: Any, path: Path) -> bool:
    """Remove what is at a path, in place; an element of an array becomes an empty object.

    Returns whether something was there.
    """
    value: Any = document
    try:
        for token in path[:-1]:
            value = value[token]
        if type(value) is dict:
            del value[path[-1]]
        elif value[path[-1]] != {}:
            value[path[-1]] = {}
        else:
            return False
    except (LookupError, TypeError):  # removed before, or the document as a whole
        return False
    return True
