"""A pytest plugin: an emulator of KVS, and how much of the specification the tests cover.

Goes in: the documents that passing tests draw from `kvs_schema.strategies` or validate. Comes out,
with `--kvs-coverage`: which variants, conditions, deviations, error codes and rules they cover;
with `--kvs-fail-under` a run below a percentage fails. Works under pytest-xdist. Without these
options nothing is imported, observed or printed. The extra `emulator` adds the fixture
`kvs_emulator`.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from ..spec.exceptions import MissingExtraError

if TYPE_CHECKING:
    from ..emulator import Emulator
    from .specification_coverage import Recorder, Summary

_SHOWN = 12
#: What the extra `emulator` installs.
_EMULATOR = ("botocore", "httpx", "hypothesis", "starlette", "uvicorn")
#: Options with which pytest runs no test, so that there is no coverage to report.
_NO_RUN = (
    "collectonly",
    "setuponly",
    "setupplan",
    "showfixtures",
    "show_fixtures_per_test",
    "cacheshow",
    "markers",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options."""
    group = parser.getgroup("kvs-schema", "coverage of the KVS specification")
    group.addoption(
        "--kvs-coverage",
        action="store_true",
        help="say which parts of the specification passing tests have shown",
    )
    group.addoption(
        "--kvs-fail-under",
        type=_percentage,
        metavar="N",
        help="fail if the mean of that coverage is under N percent; implies --kvs-coverage",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of the emulator, and start to observe if an option requires it."""
    text = "kvs_emulator(**options): settings of the fixture kvs_emulator"
    config.addinivalue_line("markers", text)
    asked = config.getoption("--kvs-coverage") or config.getoption("--kvs-fail-under") is not None
    if asked and not any(config.getoption(option, default=None) for option in _NO_RUN):
        try:
            config.pluginmanager.register(_Coverage(config), "kvs-schema-coverage")
        except MissingExtraError as error:
            raise pytest.UsageError(str(error)) from None


if all(map(find_spec, _EMULATOR)):

    @pytest.fixture
    def kvs_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
        """KVS on this machine, in a thread; `url` is its address, `wait()` waits for all tasks.

        `@pytest.mark.kvs_emulator(failure_rate=1)` changes its settings.
        """
        from ..emulator import Emulator

        marker = request.node.get_closest_marker("kvs_emulator")
        with Emulator(**(marker.kwargs if marker else {})) as emulator:
            yield emulator


def _percentage(text: str) -> float:
    """Return a number from 0 to 100; raise an error for anything else."""
    with suppress(ValueError):
        if 0 <= (number := float(text)) <= 100:
            return number
    raise argparse.ArgumentTypeError(f"{text} is not a percentage from 0 to 100")


class _Coverage:
    """Records documents while a test runs; computes their points afterwards, if it passed."""

    def __init__(self, config: pytest.Config) -> None:
        from ..validation import observers
        from .specification_coverage import Recorder

        self.config = config
        self.kept: Recorder = Recorder()
        #: The documents of the current test so far.
        self.present: Recorder = Recorder()
        self.passing = True
        self.lost: list[str] = []
        self._before = observers.observer
        observers.observer = self.present

    def pytest_unconfigure(self) -> None:
        from ..validation import observers

        observers.observer = self._before

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self.present.clear()
        self.passing = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        self.passing = self.passing and report.passed
        if call.when == "teardown":
            if self.passing:
                self.present.analyse()
                self.kept.add_data(self.present.as_data())
            self.present.clear()
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the points that a worker of pytest-xdist has sent."""
        data = getattr(node, "workeroutput", {}).get("kvs_coverage")
        if data is None:
            self.lost.append(node.gateway.id)
        else:
            self.kept.add_data(data)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["kvs_coverage"] = self.kept.as_data()
        elif session.exitstatus == pytest.ExitCode.OK and self._is_under(self.kept.summary()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        summary = self.kept.summary()
        terminalreporter.section("coverage of the KVS specification")
        for line in _lines(summary, everything=self.config.get_verbosity() > 0):
            terminalreporter.line(line)
        if self.lost:
            terminalreporter.line(f"without what {', '.join(self.lost)} saw", yellow=True)
        if self._is_under(summary):
            least = self.config.getoption("--kvs-fail-under")
            terminalreporter.line(
                f"FAILED: {summary.percent():.1f} % is under {least:g} %", red=True
            )

    def _is_under(self, summary: Summary) -> bool:
        least = self.config.getoption("--kvs-fail-under")
        return least is not None and summary.percent() < least


def _lines(summary: Summary, *, everything: bool) -> Iterable[str]:
    from .specification_coverage import SCHEMAS

    counts = {
        group: f"{group:<15} {f'{len(seen)} of {len(seen) + len(missing)}':>11}"
        for group, (seen, missing) in summary.groups.items()
    }
    others = counts.pop(SCHEMAS, None)  # not in the mean, so below it
    for group, count in counts.items():
        yield f"{count} {summary.percent(group):6.1f} %"
    yield f"{'mean':<27} {summary.percent():6.1f} %"
    if others is not None:
        yield others
    for group, (_, missing) in summary.groups.items():
        if not missing:
            continue
        names = missing if everything else missing[:_SHOWN]
        yield f"not seen of {group}:"
        yield from (f"    {name}" for name in names)
        if len(names) < len(missing):
            yield f"    and {len(missing) - len(names)} more, which -v lists"
