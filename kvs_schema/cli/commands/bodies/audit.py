"""`kvs-schema audit`: what an archive contains, what is wrong with it, and what changed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ....audit.counting import CountOptions
from ....audit.drift import Change, Comparison, Threshold, compare, threshold
from ....audit.html import charts, html
from ....audit.reading import ReadingPlan, ReadOptions, plan
from ....audit.running import AuditOptions, engine_of, run_plan
from ....audit.sections import sections
from ....audit.value import Audit, AuditError, merged, write_whole
from ....catalogue.texts import Text
from ....reading.limits import Limits
from ...targets import check_file
from ...terminal.exit_codes import FAILED, INVALID, VALID
from ...terminal.screen import Screen, Span, Style

#: Rows of a table on a terminal.
_ROWS = 15


def run(arguments: Namespace, screen: Screen) -> int:
    """Audit, merge or compare; return 1 if a threshold is crossed, 2 if a part is missing."""
    action, *names = arguments.paths
    thresholds = [threshold(text) for text in arguments.fail_on]
    for path in filter(None, (arguments.out, arguments.html, arguments.findings)):
        check_file(Path(path))
    if arguments.html:
        charts()
    comparison: Comparison | None = None
    if action == "compare":
        before, found = _loaded(names, 2)
        comparison = compare(before, found)
    elif action == "merge":
        found = merged(_loaded(names))
        if arguments.out:
            found.save(arguments.out)
    else:
        audited = _audited(arguments, screen)
        if audited is None:
            return FAILED
        found = audited
    crossed = [(each, each.crossed(found, comparison)) for each in thresholds]
    _write(arguments, screen, found, comparison, crossed)
    return INVALID if any(over for _, over in crossed) else VALID


def _loaded(paths: list[str], wanted: int | None = None) -> list[Audit]:
    if not paths or (wanted is not None and len(paths) != wanted):
        raise AuditError(Text("audit.two_audits" if wanted else "audit.some_audits"))
    return [Audit.load(path) for path in paths]


def _audited(arguments: Namespace, screen: Screen) -> Audit | None:
    """Audit an archive; None where something could not be read, which is said by name."""
    read = ReadOptions(
        arguments.column,
        arguments.day_column,
        arguments.endpoint,
        arguments.split,
        arguments.max_body,
    )
    count = CountOptions(
        Limits(body=arguments.max_body), not arguments.no_values, bool(arguments.findings)
    )
    engine = engine_of(arguments.engine)
    found: ReadingPlan = plan(arguments.paths, read)
    for source, why in found.warnings:
        screen.error(f"{source}: {why.said(screen.lang)}")
    out = arguments.out and Path(arguments.out)
    try:
        with screen.progress(lambda: sum(split.size for split in found.splits)) as advance:
            result = run_plan(
                found,
                AuditOptions(read, count),
                engine,
                arguments.jobs,
                out=out,
                findings=arguments.findings and Path(arguments.findings),
                advance=advance,
            )
    except KeyboardInterrupt:
        screen.error(screen.say("audit.stopped" if out else "audit.lost"))
        raise
    for source, why in result.failures:
        screen.error(f"{source}: {why.said(screen.lang)}")
    if result.failures:
        if not out:
            screen.error(screen.say("audit.nothing_kept"))
        elif result.audit.bodies:
            screen.error(screen.say("audit.incomplete"))
        return None
    return result.audit


def _write(
    arguments: Namespace,
    screen: Screen,
    found: Audit,
    comparison: Comparison | None,
    crossed: list[tuple[Threshold, bool]],
) -> None:
    if arguments.html:
        page = html(sections(found, screen.lang, crossed), screen.lang)
        write_whole(Path(arguments.html), page.encode("utf-8", "backslashreplace"))
    if arguments.quiet:
        return
    if arguments.format == "json":
        screen.json((comparison or found).as_dict(), indent=1)
    elif comparison is not None:
        _changes(screen, comparison)
        _verdict(screen, crossed)
    else:
        _sections(screen, found, crossed)


def _sections(screen: Screen, found: Audit, crossed: list[tuple[Threshold, bool]]) -> None:
    for part in sections(found, screen.lang, crossed):
        if not part.rows and not part.said:
            continue
        screen.line()
        screen.line((part.title, "title"))
        for index, line in enumerate(part.said):
            screen.line((line, "bad") if index in part.crossed else line)
        rows = [[cell.partition("\n")[0] for cell in row] for row in part.rows[:_ROWS]]
        if rows:
            screen.table(part.columns, rows)
        more = part.more + len(part.rows) - len(rows)
        if more:
            screen.line((screen.say("audit.more_rows", count=more), "dim"))


def _changes(screen: Screen, comparison: Comparison) -> None:
    if not comparison.same_specification:
        screen.error(screen.say("audit.other_specification"))
    if not comparison.changes:
        screen.line(screen.say("audit.no_changes"))
        return
    names = ("change", "kind", "key", "before", "after", "bodies_before", "bodies_after")
    heads = [screen.say(f"audit.column_{name}") for name in names]
    screen.table(heads, [_row(screen, change) for change in comparison.changes])


def _row(screen: Screen, change: Change) -> list[Span]:
    style: Style = "bad" if change.what == "new" else "warn"
    before, after = change.rates
    return [
        (screen.say(f"audit.what_{change.what}"), style),
        screen.say(f"audit.kind_{change.kind}"),
        (" ".join(change.key), "name"),
        f"{before:.3%}",
        f"{after:.3%}",
        f"{change.before:,}",
        f"{change.after:,}",
    ]


def _verdict(screen: Screen, crossed: list[tuple[Threshold, bool]]) -> None:
    for each, over in crossed:
        said = screen.say("audit.crossed" if over else "audit.within", threshold=each.text)
        screen.line((said, "bad" if over else "good"))
