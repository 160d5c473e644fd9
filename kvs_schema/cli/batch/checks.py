"""Validates the bodies of a job and keeps what a report will say of them.

A job goes in, a `JobResult` comes out. Both can be pickled, so that any process can do it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from ...catalogue.names import CALLBACK
from ...catalogue.reasons import reason
from ...catalogue.texts import Lang, say
from ...reading.limits import Limits
from ...reports import check_document
from ...results.callback import Callback
from ...results.findings import Findings, Report, Violation
from ...results.messages import message, shortened, shortened_pointer, source, url
from ...results.notices import Notice, notice_message
from ...spec.locations import pointer_of
from ...validation import fast_path
from ...validation.callbacks import is_valid
from .excerpt import LARGEST, Excerpt, excerpts
from .inputs import InputError
from .jobs import UNREADABLE, Files, Job, Lines

Format: TypeAlias = Literal["text", "json", "github", "sarif", "junit"]

#: Unlisted keys that are named for one body.
MOST_UNLISTED = 10
#: Formats that report every body, valid lines of an archive included.
_EVERY_BODY = frozenset(("json", "junit"))


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """How every body is validated, and what is reported of it.

    Once a result has `most` bodies and findings, the rest of its lines waits for the next one.
    With `quiet` only the exit code matters, and no finding is computed.
    """

    name: str = CALLBACK
    strict: bool = False
    limits: Limits = field(default_factory=Limits)
    show_values: bool = True
    deviations: bool = False
    format: Format = "text"
    lang: Lang = "en"
    most: int = 20_000
    quiet: bool = False

    @property
    def every_body(self) -> bool:
        """Whether a valid line of an archive is reported."""
        return self.format in _EVERY_BODY and not self.quiet


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a report. `line` counts in the body, `keyword` is the name of a notice too."""

    kind: Literal["error", "deviation", "notice", "unlisted", "note"]
    text: str
    pointer: str | None = None
    keyword: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: Excerpt | None = None
    rule: str | None = None
    erratum: str | None = None
    url: str | None = None
    #: Where the finding is explained: its page, or a command.
    see: str | None = None

    @property
    def label(self) -> str:
        """The kind with the keyword, in every language: `error[type]`."""
        return f"{self.kind}[{self.keyword}]" if self.keyword else self.kind


@dataclass(frozen=True, slots=True)
class CheckedBody:
    """One body that is reported; `row` is its report as JSON, if the format is JSON.

    `line` counts from 0 within the job; it is None where the body is a file or a stream.
    """

    source: str
    line: int | None
    valid: bool
    variant: str | None = None
    outcome: str | None = None
    notes: tuple[Note, ...] = ()
    row: str | None = None


@dataclass(slots=True)
class JobResult:
    """The result of one job. `lines` counts the lines that were validated, blank ones included.

    `held` counts the bodies and findings of the entries; `rest` is the job that is left.
    """

    size: int
    first: bool = True
    held: int = 0
    rest: Lines | None = None
    bodies: int = 0
    invalid: int = 0
    violations: int = 0
    lines: int = 0
    entries: list[CheckedBody | InputError] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    errata: Counter[str] = field(default_factory=Counter)


def check_job(options: ValidateOptions, job: Job) -> JobResult:
    """Validate every body of a job; what cannot be read is an entry of its own."""
    result = JobResult(job.size)
    if isinstance(job, Files):
        for found in job.read(options.limits.body):
            if isinstance(found, InputError):
                result.entries.append(found)
            else:
                _check_body(options, found.source, None, found.data, result)
    elif isinstance(job, Lines):
        result.first = job.first
        try:
            _check_lines(options, job, result)
        except UNREADABLE as error:
            result.entries.append(InputError(job.source, reason(error)))
    return result


def _check_lines(options: ValidateOptions, job: Lines, result: JobResult) -> None:
    """Validate lines; a valid one costs its verdict and nothing else where nothing is reported."""
    strict, limits = options.strict, options.limits
    findings = options.every_body or (options.deviations and not options.quiet)
    count_only = options.name == CALLBACK and not findings
    valid, index = 0, -1
    try:
        for index, data in enumerate(job.lines(limits.body)):
            if count_only and type(fast_path.answer(data, strict, limits)) is Callback:
                valid += 1
            elif data and not data.isspace():
                _check_body(options, job.source, index, data, result)
                if result.held >= options.most:
                    result.rest = replace(job, first=False, done=job.done + index + 1)
                    result.size = 0
                    break
    finally:  # reading may fail; what was read counts
        result.bodies += valid
        result.lines = index + 1


def _check_body(
    options: ValidateOptions, source: str, line: int | None, data: bytes, result: JobResult
) -> None:
    result.bodies += 1
    name, strict, limits = options.name, options.strict, options.limits
    if options.quiet:
        result.invalid += not is_valid(name, data, strict, limits)
        return
    report = check_document(
        name, data, strict=strict, limits=limits, show_values=options.show_values
    )
    if not options.deviations:  # findings of a valid body are not even computed
        truncated = not report.valid and report.truncated
        report = replace(report, _findings=Findings(report.violations, truncated=truncated))
    if not report.valid:
        result.invalid += 1
        result.violations += len(report.violations)
        if report.outcome is not None:
            result.outcomes[report.outcome.value] += 1
    errata = dict.fromkeys(v.erratum for v in report.deviations if v.erratum)
    result.errata.update(list(errata))
    listed = len(report.violations) + len(report.deviations) + len(report.notices)
    if line is None or not report.valid or listed or report.unlisted or options.every_body:
        result.entries.append(_entry(options, source, line, data, report))
        result.held += 1 + listed


def _entry(
    options: ValidateOptions, source: str, line: int | None, data: bytes, report: Report
) -> CheckedBody:
    if options.format == "json":
        row = {"schema": options.name, "strict": options.strict, **report.as_dict(options.lang)}
        text = json.dumps(row, ensure_ascii=False)
        return CheckedBody(source, line, report.valid, row=text)
    return CheckedBody(
        source,
        line,
        report.valid,
        None if report.variant is None else str(shortened(report.variant)),
        None if report.outcome is None else report.outcome.value,
        tuple(_notes(options, data, report)),
    )


def _notes(options: ValidateOptions, data: bytes, report: Report) -> Iterator[Note]:
    lang = options.lang
    found: list[Violation | Notice] = [*report.violations, *report.deviations, *report.notices]
    places: Sequence[Excerpt | Violation | Notice] = found
    if options.format == "text" and options.show_values and len(data) <= LARGEST:
        places = excerpts(data, found)
    for index, (one, place) in enumerate(zip(found, places, strict=True)):
        note = Note(
            kind="error" if index < len(report.violations) else "deviation",
            text="",
            pointer=shortened_pointer(one.pointer),
            line=place.line,
            column=place.column,
            excerpt=place if isinstance(place, Excerpt) and place.text else None,
        )
        if isinstance(one, Notice):
            yield replace(note, kind="notice", text=notice_message(one, lang), keyword=one.id)
        else:
            yield replace(
                note,
                text=message(one, lang),
                keyword=one.keyword,
                rule=one.rule,
                erratum=one.erratum,
                url=url(one, lang),
                see=source(one, lang),
            )
    for location in report.unlisted[:MOST_UNLISTED]:
        pointer = shortened_pointer(pointer_of(location))
        yield Note("unlisted", say(lang, "validate.in_no_table"), pointer)
    more = len(report.unlisted) - MOST_UNLISTED
    if more > 0:
        yield Note("unlisted", say(lang, "validate.more_names", count=more))
    if report.truncated:
        yield Note("note", say(lang, "validate.truncated"))
