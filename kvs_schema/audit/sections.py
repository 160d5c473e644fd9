"""Write the report on an audit as sections of text and tables.

An audit and a language come in, sections come out; the terminal and `html.py` show them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..catalogue.texts import Lang, Say, speaker
from ..results.status import Outcome
from ..spec.vocabulary import said
from .drift import Threshold
from .value import INPUT, Audit, Example, Key

#: The most rows of a table; the JSON has all.
ROWS = 60
#: The columns with numbers.
_NUMBERS = ("bodies", "invalid", "share")


@dataclass(frozen=True)
class Section:
    """A part of a report: its name and title, lines of text, a table, and the data of a chart.

    `numbers` are the indexes of columns with numbers, `crossed` those of lines about a threshold
    that is crossed. `more` rows are not in the table.
    """

    name: str
    title: str
    said: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: frozenset[int] = frozenset()
    chart: tuple[dict[str, Any], ...] = ()
    crossed: frozenset[int] = frozenset()
    more: int = 0


def sections(
    audit: Audit, lang: Lang, thresholds: Sequence[tuple[Threshold, bool]] = ()
) -> list[Section]:
    """Return the sections of a report; `thresholds` has each with whether it is crossed."""
    return list(_Reporter(audit, lang).all(thresholds))


class _Reporter:
    def __init__(self, audit: Audit, lang: Lang) -> None:
        self.audit, self.lang = audit, lang
        self.say: Say = speaker(lang)

    def all(self, thresholds: Sequence[tuple[Threshold, bool]]) -> Iterator[Section]:
        counts = self._counts
        yield self._verdict(thresholds)
        yield self._days()
        yield counts("violations", "violation", ("rule", "pointer"), self._violation, examples=True)
        yield counts("errata", "deviation", ("erratum", "title", "rule"), self._deviation)
        yield counts("types", "type", ("type",), found=self._unknown_types(), examples=True)
        yield counts("unlisted", "unlisted", ("pointer", "first_day"), self._first, examples=True)
        yield counts("errors", "error", ("code", "meaning"), self._error, examples=True)
        yield self._durations()
        yield counts("notices", "notice", ("notice", "title"), self._notice)
        yield self._inputs()

    def _verdict(self, thresholds: Sequence[tuple[Threshold, bool]]) -> Section:
        audit, share = self.audit, self._share(self.audit.invalid)
        spoken = [self.say("audit.bodies", count=audit.bodies, invalid=audit.invalid, share=share)]
        for threshold, over in thresholds:
            text = threshold.text
            spoken.append(self.say("audit.crossed" if over else "audit.within", threshold=text))
        found = audit.of("outcome")
        outcomes: dict[Key, int] = {(o.value,): found.get((o.value,), 0) for o in Outcome}
        crossed = frozenset(i for i, (_, over) in enumerate(thresholds, start=1) if over)
        section = self._counts("verdict", "outcome", ("outcome",), found=outcomes)
        return replace(section, said=tuple(spoken), crossed=crossed)

    def _days(self) -> Section:
        rows, chart = [], []
        for day, outcomes in self.audit.days.items():
            bodies = outcomes.total()
            invalid = bodies - outcomes[Outcome.VALID.value]
            share = f"{invalid / bodies:.3%}"
            rows.append((day or self.say("audit.no_day"), f"{bodies:,}", f"{invalid:,}", share))
            if day:
                chart.append({"day": day, "bodies": bodies, "invalid": invalid / bodies})
        section = self._section("days", ("day", "bodies", "invalid", "share"), rows[::-1])
        return replace(section, chart=tuple(chart))

    def _violation(self, key: Key) -> tuple[str, ...]:
        return key[0], key[1] or self.say("audit.whole")

    def _first(self, key: Key) -> tuple[str, ...]:
        return key[0], self.audit.first_day("unlisted", key) or ""

    def _deviation(self, key: Key) -> tuple[str, ...]:
        title = said(store.specification()["errata"].get(key[0], {}), "title", self.lang)
        return key[0], title or "", key[1]

    def _unknown_types(self) -> dict[Key, int]:
        known = store.specification()["classifier"]["types"]
        return {key: count for key, count in self.audit.of("type").items() if key[0] not in known}

    def _error(self, key: Key) -> tuple[str, ...]:
        code = key[0]
        found = error_codes.lookup(int(code)) if code.lstrip("-").isdigit() else None
        title = found and (found.title_zh if self.lang == "zh" else found.title)
        return code, title or self.say("audit.unknown_code")

    def _notice(self, key: Key) -> tuple[str, ...]:
        title = said(store.specification()["notices"].get(key[0], {}), "title", self.lang)
        return key[0], title or ""

    def _durations(self) -> Section:
        exponents = sorted((int(key[0]), count) for key, count in self.audit.of("duration").items())
        found: dict[Key, int] = {(_range(exponent),): count for exponent, count in exponents}
        chart = tuple({"seconds": key[0], "bodies": count} for key, count in found.items())
        section = self._counts("durations", "duration", ("seconds",), found=found)
        return replace(section, chart=chart)

    def _inputs(self) -> Section:
        audit, truncated = self.audit, sum(self.audit.of("truncated").values())
        spoken = [
            self.say("audit.packages", versions=", ".join(sorted(audit.packages))),
            self.say("audit.specifications", digests=", ".join(sorted(audit.specifications))),
            self.say("audit.digest", digest=audit.digest),
            *([self.say("audit.truncated", count=truncated)] if truncated else []),
            *(self.say("audit.dropped", kind=kind) for kind in sorted({k for _, k in audit.more})),
        ]
        return replace(self._counts("inputs", INPUT, ("input",)), said=tuple(spoken))

    def _counts(
        self,
        name: str,
        kind: str,
        columns: tuple[str, ...],
        cells: Callable[[Key], tuple[str, ...]] = tuple,
        *,
        found: Mapping[Key, int] | None = None,
        examples: bool = False,
    ) -> Section:
        """Return a section with a row for each key of a kind, or each that was `found`."""
        rows = []
        for key, count in (self.audit.of(kind) if found is None else found).items():
            row = (*cells(key), f"{count:,}", self._share(count))
            if examples:
                row = (*row, "\n".join(map(_example, self.audit.examples.get((kind, key), ()))))
            rows.append(row)
        heads = (*columns, "bodies", "share", *(("examples",) if examples else ()))
        return self._section(name, heads, rows)

    def _section(
        self, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
    ) -> Section:
        title = self.say(f"audit.section_{name}")
        heads = tuple(self.say(f"audit.column_{column}") for column in columns)
        numbers = frozenset(i for i, column in enumerate(columns) if column in _NUMBERS)
        more = max(0, len(rows) - ROWS)
        return Section(name, title, (), heads, tuple(rows[:ROWS]), numbers, more=more)

    def _share(self, count: int) -> str:
        return f"{count / max(self.audit.bodies, 1):.3%}"


def _example(example: Example) -> str:
    """Return an example as text: the value, if it is shown, and its task id or digest."""
    of = example.task_id or f"sha256:{example.digest[:12]}"
    value = json.dumps(example.value, ensure_ascii=False)
    return of if example.value is None else f"{value} ({of})"


def _range(exponent: int) -> str:
    return f"{2.0**exponent:g}–{2.0 ** (exponent + 1):g}"
