"""`kvs-schema validate`: validates bodies in files, directories and streams."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import closing
from functools import partial

from ....catalogue.names import known_schema
from ....reading.limits import Limits
from ...batch.checks import ValidateOptions, check_job
from ...batch.inputs import STDIN, Form, Input, find
from ...batch.jobs import jobs
from ...batch.reports import Reports, Writer
from ...batch.workers import in_order
from ...batch.writers import WRITERS
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Validate all bodies and report in order; on Ctrl-C report what was done so far."""
    options = _options(arguments, screen)
    paths = arguments.paths or [STDIN]
    form = Form(arguments.form) if arguments.form else None
    if STDIN in paths and sys.stdin is not None and sys.stdin.isatty():
        screen.error(screen.say("validate.reading"))
    writer = Writer if options.quiet else WRITERS[options.format]
    reports = Reports(screen, writer(screen))
    work = jobs(find(paths, form), options.limits.body)
    processes = arguments.jobs or os.cpu_count() or 1
    try:
        with (
            closing(in_order(work, partial(check_job, options), processes)) as results,
            screen.progress(lambda: _total(paths, form)) as advance,
        ):
            for result in results:
                reports.add(result)
                advance(result.size, reports.tally.invalid)
    except KeyboardInterrupt:
        reports.end(interrupted=True)
        raise
    reports.nothing(paths)
    reports.end()
    return reports.tally.code


def _options(arguments: Namespace, screen: Screen) -> ValidateOptions:
    deviations = arguments.deviations
    return ValidateOptions(
        name=known_schema(arguments.name),
        strict=arguments.strict,
        limits=Limits(body=arguments.max_body, findings=arguments.max_findings),
        show_values=not arguments.no_values,
        deviations=arguments.format == "json" if deviations is None else deviations,
        format=arguments.format,
        lang=screen.lang,
        quiet=arguments.quiet,
    )


def _total(paths: list[str], form: Form | None) -> int | None:
    """Return the bytes of all inputs; None where a stream or a packed file hides them."""
    total = 0
    for found in find(paths, form):
        if isinstance(found, Input):
            if not found.seekable or found.packed:
                return None
            total += found.size
    return total
