"""Violations, and the report that has them. Immutable, picklable.

Goes in: a verdict, and findings or a function that computes them later. Comes out: what a caller
reads of it, as objects, text or JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

from ..catalogue.texts import Lang
from ..catalogue.unknown_names import check_language
from ..reading.faults import TextPosition
from ..spec.exceptions import KvsSchemaError
from ..spec.locations import Location, pointer_of
from . import messages
from .callback import Callback
from .notices import Notice
from .positions import Located, Place, Positions
from .status import Outcome


@dataclass(frozen=True, slots=True)
class Violation(Located):
    """One place where a document breaks a rule.

    `location` is a tuple of paths: the first leads through the document, each further one through
    an embedded document. For a missing name it is that of the object that lacks it. `pointer` is
    the same for reading. `rule` is `schema-name#/json/pointer` of the keyword in the sources, or
    None for what no schema says (text, discriminator, limits). `erratum` is the identifier of the
    deviation. `expected` is what the keyword requires, `actual` what was found (None where values
    are not shown, as `shown` says), `kind` its JSON type. Equal findings may have another `line`
    and `column`. `reason` says which message a finding gets that a keyword alone does not explain,
    `text_position` where in its own text reading failed; both are no API.
    """

    keyword: str
    rule: str | None = None
    erratum: str | None = None
    expected: Any = None
    actual: Any = None
    reason: str | None = None
    shown: bool = True
    kind: str = "null"
    text_position: TextPosition | None = None

    def __hash__(self) -> int:
        # Without what may be an array or an object: equal findings are of the same rule and place.
        return hash((self.location, self.keyword, self.rule, self.erratum, self.reason))

    @property
    def place(self) -> Place:
        """What the line is found by; no API."""
        at = self.text_position
        return self.location, None if at is None else at.offset

    def _at(self) -> tuple[int, int] | None:
        if self.text_position is not None and len(self.location) == 1:
            return self.text_position.line, self.text_position.column
        return Located._at(self)

    @property
    def message(self) -> str:
        """What was expected, what was found and what to do, in English."""
        return messages.message(self, "en")

    def text(self, lang: Lang = "en") -> str:
        """Return in one line where it is, what was expected, what was found and what to do."""
        return messages.placed(self.pointer, messages.message(self, lang), lang)

    @property
    def url(self) -> str | None:
        """The page that explains the rule or the erratum, in English.

        None unless the package was built for a published site, or `KVS_SCHEMA_DOCS_URL` names one;
        `kvs-schema explain` prints the same for the erratum, the rule or the keyword.
        """
        return messages.url(self)

    def hidden(self) -> Violation:
        """Return the same finding without any value of the document."""
        self._at()  # so that the body is not kept
        named = self.reason in messages.NAMING
        return replace(self, actual=self.actual if named else None, shown=False)

    def as_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return a JSON object; keys whose value is None are left out."""
        found = {
            "pointer": self.pointer,
            "location": [list(piece) for piece in self.location],
            "keyword": self.keyword,
            "rule": self.rule,
            "erratum": self.erratum,
            "expected": self.expected,
            "actual": messages.shortened(self.actual) if self.shown else None,
            "line": self.line,
            "column": self.column,
            "message": messages.message(self, lang),
            "url": messages.url(self, lang),
        }
        return {key: value for key, value in found.items() if value is not None}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show a finding in IPython and in the reports of Hypothesis as `repr` does."""
        printer.text(repr(self))

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings about one document, in document order."""

    violations: tuple[Violation, ...] = ()
    deviations: tuple[Violation, ...] = ()
    unlisted: tuple[Location, ...] = ()
    truncated: bool = False
    notices: tuple[Notice, ...] = ()

    def located(self, body: bytes | None, part: str | None = None) -> Findings:
        """Tell findings that nobody has seen yet their body, or one part of a request."""
        if body is not None:
            places: list[Place] = []
            positions = Positions(body, places)
            for found in (*self.violations, *self.deviations, *self.notices):
                place = _place(found, part)
                if place is not None:
                    object.__setattr__(found, "_position", (positions, len(places)))
                    places.append(place)
        return self

    def hidden(self) -> Findings:
        """Return the same findings without any value of the document."""
        return replace(
            self,
            violations=tuple(violation.hidden() for violation in self.violations),
            deviations=tuple(deviation.hidden() for deviation in self.deviations),
            notices=tuple(notice.hidden() for notice in self.notices),
        )


def _place(found: Located, part: str | None) -> Place | None:
    """Return the place of a finding in a part; None where it is known, or in another part."""
    (first, *inside), offset = found.place
    if offset is not None and not inside:
        return None
    if part is not None and first:
        if first[0] != part:
            return None
        first = first[1:]
    return (first, *inside), offset


class Remainder(NamedTuple):
    """What can be used of a callback that is not valid."""

    outcome: Outcome
    partial: Callback | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Report:
    """What is known of one document.

    `variant` is None if it is not known, `document` is the document with its embedded
    documents opened, as far as it could be read. `callback` is None unless the document is a valid
    callback. With `show_values=False` `document` and `task_id` are None, and `callback`, `partial`
    and `digest` are there to be used but in no text and no pickle. Findings, what can be used of an
    invalid callback, and the digest are computed when they are first read.
    """

    valid: bool
    variant: str | None = None
    document: Any = None
    callback: Callback | None = None
    shown: bool = True
    _findings: Findings | Callable[[], Findings] = Findings()
    _remainder: Remainder | Callable[[], Remainder] | None = None
    _digest: str | Callable[[], str] | None = None

    def _computed(self, name: str) -> Any:
        """Return the value of a field that is computed when it is first read."""
        found = getattr(self, name)
        if callable(found):
            found = found()
            object.__setattr__(self, name, found)
        return found

    @property
    def findings(self) -> Findings:
        """All that was found."""
        found: Findings = self._computed("_findings")
        return found

    @property
    def _rest(self) -> Remainder | None:
        found: Remainder | None = self._computed("_remainder")
        return found

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What breaks the requested level."""
        return () if self.valid else self.findings.violations

    @property
    def deviations(self) -> tuple[Violation, ...]:
        """What the strict level requires beyond the tolerant one."""
        return self.findings.deviations

    @property
    def unlisted(self) -> tuple[Location, ...]:
        """The locations of keys that are in no table and no example."""
        return self.findings.unlisted

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What both levels accept and a careful reader checks, whatever the verdict is."""
        return self.findings.notices

    @property
    def truncated(self) -> bool:
        """Whether a list of findings stopped at its limit."""
        return self.findings.truncated

    @property
    def outcome(self) -> Outcome | None:
        """What a receiver can do with the body; None if it was not validated as a callback."""
        if self.callback is not None:
            return Outcome.VALID
        return self._rest.outcome if self._rest else None

    @property
    def partial(self) -> Callback | None:
        """The callback if it is valid, otherwise what can be used of it.

        None if its task or its status is not known. What was removed reads as absent, and
        `partial.complete` says whether anything is missing or was removed.
        """
        return self.callback or (self._rest.partial if self._rest else None)

    @property
    def task_id(self) -> str | None:
        """The task id, of a body that is not valid too if it has exactly one."""
        if not self.shown:
            return None
        if self.callback is not None:
            return self.callback.task_id
        return self._rest.task_id if self._rest else None

    @property
    def digest(self) -> str | None:
        """The SHA-256 of the body as received, in hexadecimal; None of a parsed value."""
        found: str | None = self._computed("_digest")
        return found

    def without_values(self) -> Report:
        """Return the same report without any value of the document."""
        return replace(
            self,
            document=None,
            shown=False,
            _findings=lambda: self.findings.hidden(),
            _digest=self.digest,
        )

    def raise_if_invalid(self, show_values: bool = True) -> Any:
        """Return the document; raises `ValidationError` if it is not valid."""
        if not self.valid:
            raise ValidationError(self if show_values else self.without_values())
        return self.document

    def summary(self, lang: Lang = "en") -> str:
        """Return all violations as lines of text; the first line is the verdict."""
        check_language(lang)
        verdict = self._verdict(lang)
        lines = [f"{verdict} ({self.variant})" if self.variant else verdict]
        lines += [f"  {violation.text(lang)}" for violation in self.violations]
        if self.truncated:
            lines.append(f"  ({messages.phrase('truncated', lang)})")
        return "\n".join(lines)

    def _verdict(self, lang: Lang) -> str:
        return messages.phrase("valid" if self.valid else "invalid", lang)

    def as_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return a JSON object: verdict, outcome, findings; the document itself is left out."""
        check_language(lang)
        return {
            "valid": self.valid,
            "outcome": self.outcome and self.outcome.value,
            "variant": self.variant,
            "task_id": self.task_id,
            "violations": [violation.as_dict(lang) for violation in self.violations],
            "deviations": [deviation.as_dict(lang) for deviation in self.deviations],
            "notices": [notice.as_dict(lang) for notice in self.notices],
            "unlisted": [pointer_of(location) for location in self.unlisted],
            "truncated": self.truncated,
            "digest": self.digest,
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self.__getstate__() == other.__getstate__()

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        task = f" task_id={messages.shortened(self.task_id)!r}" if self.task_id else ""
        return (
            f"<Report {self.outcome.value if self.outcome else self._verdict('en')}"
            f" variant={self.variant}{task}"
            f" violations={len(self.violations)} deviations={len(self.deviations)}"
            f" unlisted={len(self.unlisted)}{' truncated' if self.truncated else ''}>"
        )

    def __getstate__(self) -> Mapping[str, Any]:
        state = {name: self._computed(name) for name in self.__slots__}
        if not self.shown:
            state["callback"] = None
            state["_remainder"] = self.outcome and Remainder(self.outcome)
        return state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)


class ValidationError(KvsSchemaError, ValueError):
    """A document is invalid at the requested level; `report` says where and why."""

    report: Report

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return self.report.summary()
