"""Judges the bodies of a job and keeps what a report will say of them. Runs in any process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ...catalogue.texts import Lang
from ...reading.limits import Limits
from ...reports import check_document
from ...results.callback import Callback
from ...results.findings import Report, Violation
from ...results.messages import message, notice_message, shortened, shortened_pointer, source
from ...results.notices import Notice
from ...spec.locations import pointer_of
from ...validation import fast_path
from ...validation.callbacks import is_valid
from ..terminal.exit_codes import reason
from .excerpt import LARGEST, Excerpt, excerpts
from .inputs import Trouble
from .jobs import UNREADABLE, Files, Job, Lines, Unread, WholeFile, read_body

#: The name under which a body may be of any variant.
CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every body, and how much of the answer is wanted.

    Once an outcome holds `most` bodies and findings, the rest of its lines waits for the next one.
    """

    name: str = CALLBACK
    strict: bool = False
    limits: Limits = field(default_factory=Limits)
    show_values: bool = True
    deviations: bool = False
    format: Literal["text", "json"] = "text"
    lang: Lang = "en"
    most: int = 20_000
    #: Whether only the exit code is wanted, so that no finding is computed.
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """One finding, ready to print. `line` counts in the body; `source` is where it is explained."""

    text: str
    pointer: str
    line: int | None
    column: int | None
    excerpt: Excerpt | None
    source: str
    level: Literal["violation", "deviation", "notice"]


@dataclass(frozen=True, slots=True)
class CheckedBody:
    """One body of which there is something to say; `row` is its report as JSON, if that is asked.

    `line` counts from 0 within the job; it is None where the body is a file or a stream.
    """

    source: str
    line: int | None
    valid: bool
    variant: str | None = None
    notes: tuple[Note, ...] = ()
    unlisted: tuple[str, ...] = ()
    truncated: bool = False
    row: str | None = None


@dataclass(slots=True)
class JobResult:
    """What came of one job. `lines` are those that were validated, blank ones included.

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
    entries: list[CheckedBody | Trouble] = field(default_factory=list)
    errata: Counter[str] = field(default_factory=Counter)


def judge_job(question: Question, job: Job) -> JobResult:
    """Judge every body of a job; what cannot be read is an entry of its own."""
    outcome = JobResult(job.size)
    limit = question.limits.body
    if isinstance(job, Unread):
        outcome.entries.append(job.trouble)
    elif isinstance(job, WholeFile):
        _judge_body(question, job.source, job.data, outcome)
    elif isinstance(job, Files):
        for found in job.inputs:
            try:
                data = read_body(found, limit)
            except UNREADABLE as error:
                outcome.entries.append(Trouble(found.name, reason(error)))
                continue
            _judge_body(question, found.name, data, outcome)
    elif isinstance(job, Lines):
        outcome.first = job.first
        try:
            _judge_lines(question, job, outcome)
        except UNREADABLE as error:
            outcome.entries.append(Trouble(job.source, reason(error)))
    return outcome


def _judge_body(question: Question, source: str, data: bytes, outcome: JobResult) -> None:
    report = _report(question, data, outcome)
    if report is None:
        return
    if _is_quick(question) and report.valid:
        outcome.entries.append(CheckedBody(source, None, True, report.variant))
        return
    _count(report, outcome)
    outcome.entries.append(_entry(question, source, None, data, report))


def _judge_lines(question: Question, job: Lines, outcome: JobResult) -> None:
    """The hot loop: a valid line costs its verdict and nothing else."""
    strict, limits = question.strict, question.limits
    verdict_only = _is_quick(question)
    valid, index = 0, -1
    try:
        for index, data in enumerate(job.lines(limits.body)):
            if verdict_only and type(fast_path.answer(data, strict, limits)) is Callback:
                valid += 1
            elif data and not data.isspace():
                _judge_line(question, job.source, index, data, outcome)
                if outcome.held >= question.most:
                    outcome.rest = replace(job, first=False, done=job.done + index + 1)
                    outcome.size = 0
                    break
    finally:  # reading may fail; what was read counts
        outcome.bodies += valid
        outcome.lines = index + 1


def _judge_line(
    question: Question, source: str, line: int, data: bytes, outcome: JobResult
) -> None:
    report = _report(question, data, outcome)
    if report is None:
        return
    if _is_quick(question) and report.valid:
        return
    _count(report, outcome)
    if not report.valid or question.format == "json" or _deviates(question, report):
        outcome.entries.append(_entry(question, source, line, data, report))
        listed = (report.violations, report.deviations, report.notices)
        outcome.held += 1 + sum(map(len, listed))


def _is_quick(question: Question) -> bool:
    """Return whether a valid body needs its verdict only."""
    ordinary = question.format == "text" and not question.deviations
    return (ordinary or question.quiet) and question.name == CALLBACK


def _report(question: Question, data: bytes, outcome: JobResult) -> Report | None:
    """Return the report on a body; None where its verdict, which is counted, is all that counts."""
    outcome.bodies += 1
    if question.quiet:
        outcome.invalid += not is_valid(question.name, data, question.strict, question.limits)
        return None
    return check_document(
        question.name,
        data,
        strict=question.strict,
        limits=question.limits,
        show_values=question.show_values,
    )


def _count(report: Report, outcome: JobResult) -> None:
    if not report.valid:
        outcome.invalid += 1
        outcome.violations += len(report.violations)
    errata = dict.fromkeys(v.erratum for v in report.deviations if v.erratum)
    outcome.errata.update(list(errata))


def _deviates(question: Question, report: Report) -> bool:
    found = question.deviations and (report.deviations or report.unlisted or report.notices)
    return bool(found)


def _entry(
    question: Question, source: str, line: int | None, data: bytes, report: Report
) -> CheckedBody:
    if question.format == "json":
        row = {"schema": question.name, "strict": question.strict, **report.as_dict(question.lang)}
        text = json.dumps(row, ensure_ascii=False)
        return CheckedBody(source, line, report.valid, row=text)
    found: list[Violation | Notice] = list(report.violations)
    unlisted: tuple[str, ...] = ()
    if question.deviations:
        found += (*report.deviations, *report.notices)
        unlisted = tuple(shortened_pointer(pointer_of(place)) for place in report.unlisted)
    return CheckedBody(
        source,
        line,
        report.valid,
        None if report.variant is None else str(shortened(report.variant)),
        tuple(_notes(question, data, found, len(report.violations))),
        unlisted,
        report.truncated,
    )


def _notes(
    question: Question, data: bytes, found: list[Violation | Notice], violations: int
) -> Iterator[Note]:
    places: Sequence[Excerpt | Violation | Notice] = found
    if question.show_values and len(data) <= LARGEST:
        places = excerpts(data, found)
    for index, (one, place) in enumerate(zip(found, places, strict=True)):
        yield Note(
            text=_words(one, question.lang),
            pointer=shortened_pointer(one.pointer),
            line=place.line,
            column=place.column,
            excerpt=place if isinstance(place, Excerpt) and place.text else None,
            source=_source(one, question.lang),
            level="notice"
            if isinstance(one, Notice)
            else "violation"
            if index < violations
            else "deviation",
        )


def _words(found: Violation | Notice, lang: Lang) -> str:
    return notice_message(found, lang) if isinstance(found, Notice) else message(found, lang)


def _source(found: Violation | Notice, lang: Lang) -> str:
    if isinstance(found, Notice):
        return found.id
    where = source(found, lang)
    return f"{found.rule}  {where}" if found.rule and found.rule not in where else where
