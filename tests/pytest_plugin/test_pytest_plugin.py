"""The pytest plugin: silent unless asked, counts what passing tests have shown, is a gate."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

import pytest

import kvs_schema
from kvs_schema.testing.specification_coverage import (
    CODES,
    RULES,
    VARIANTS,
)

pytest_plugins = ["pytester"]

PLUGIN = "kvs_schema.testing.pytest_plugin"
Run: TypeAlias = Callable[..., pytest.RunResult]

TESTS = """
import pytest
from kvs_schema import check_callback, encode_callback, validate_callback
from kvs_schema.catalogue import store

def body(name):
    return encode_callback(store.specification()["examples"][name]["body"])

def test_finished():
    validate_callback(body("finished-avtrans"))

def test_failed():
    callback = validate_callback(body("failed"))
    assert callback.error.code == 2032

def test_refused():
    assert not check_callback({"TaskID": "", "Status": 2, "Type": "avinfo", "Details": {}}).valid
"""

#: What these tests show; 0 is a code too.
SHOWN = {VARIANTS: 2, CODES: 2, RULES: 1}


@pytest.fixture
def run(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Runs pytest in a process of its own, with the plugin as users have it."""
    paths = [Path(kvs_schema.__file__).parents[1], os.environ.get("PYTHONPATH", "")]
    if not any(entry.value == PLUGIN for entry in entry_points(group="pytest11")):
        paths.append(installed(tmp_path_factory.mktemp("site")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))

    def runner(tests: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(tests)
        return pytester.runpytest_subprocess(*options)

    return runner


def installed(site: Path) -> Path:
    """A folder that makes the plugin known as an installed package would."""
    folder = site / "plugin_of_a_checkout-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin-of-a-checkout\n")
    (folder / "entry_points.txt").write_text(f"[pytest11]\nkvs_schema = {PLUGIN}\n")
    return site


def counts(result: pytest.RunResult) -> dict[str, int]:
    """How many points of each group the summary says were seen."""
    found = re.findall(r"^([a-z ]+?) +([0-9]+) of [0-9]+ ", result.stdout.str(), re.MULTILINE)
    return {group: int(seen) for group, seen in found}


def test_importing_the_plugin_imports_neither_hypothesis_nor_an_engine() -> None:
    code = f"import sys, {PLUGIN}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"hypothesis", "jsonschema", "jsonschema_rs", "yaml"})
    assert "kvs_schema.testing.specification_coverage" not in done.stdout.split()


def test_adds_nothing_unless_asked(run: Run) -> None:
    observed = TESTS + (
        "\ndef test_unobserved():"
        "\n    from kvs_schema.validation import observers"
        "\n    assert observers.observer is None"
    )
    result = run(observed)
    result.assert_outcomes(passed=4)
    result.stdout.no_fnmatch_line("*KVS*")


UNSUCCESSFUL = """

def test_that_fails():
    validate_callback(body("legacy-progress"))
    raise OSError

def test_that_skips():
    validate_callback(body("uploading-progress"))
    pytest.skip()

def test_that_fails_as_expected():
    validate_callback(body("flow-progress"))
    pytest.xfail()

@pytest.fixture
def broken():
    yield
    raise OSError

def test_that_fails_when_torn_down(broken):
    validate_callback(body("flow-failed"))
"""


def test_says_what_passing_tests_have_shown(run: Run) -> None:
    result = run(TESTS + UNSUCCESSFUL, "--kvs-coverage", "-v")
    result.assert_outcomes(passed=4, failed=1, skipped=1, xfailed=1, errors=1)
    assert counts(result).items() >= SHOWN.items()
    for variant in ("task.progress", "legacy.progress", "flow.progress", "flow.failed"):
        result.stdout.fnmatch_lines(["not seen of variants:", f"    {variant}"])
    result.stdout.no_fnmatch_line("    task.finished")


def test_gate_that_holds(run: Run) -> None:
    result = run(TESTS, "--kvs-fail-under", "5")
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    assert counts(result).items() >= SHOWN.items()
    result.stdout.no_fnmatch_line("FAILED*")


def test_gate_that_does_not(run: Run) -> None:
    result = run(TESTS, "--kvs-fail-under", "99.5")
    result.assert_outcomes(passed=3)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAILED: * % is under 99.5 %"])


@pytest.mark.parametrize(
    ("option", "there"),
    [
        ("--verbose", True),
        *((f"--{name}", False) for name in ("collect-only", "setup-plan", "setup-only")),
        *((f"--{name}", False) for name in ("fixtures", "cache-show", "markers")),
    ],
)
def test_only_a_run_is_observed(pytester: pytest.Pytester, option: str, there: bool) -> None:
    config = pytester.parseconfigure("--kvs-fail-under", "99.5", option)
    assert config.pluginmanager.hasplugin("kvs-schema-coverage") is there


def test_without_a_run_there_is_no_gate(run: Run) -> None:
    result = run(TESTS, "--kvs-fail-under", "99.5", "--collect-only")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("FAILED*")
    result.stdout.no_fnmatch_line("*coverage of the KVS specification*")


@pytest.mark.parametrize("text", ["150", "-1", "abc", "nan"])
def test_a_gate_is_a_percentage(run: Run, text: str) -> None:
    result = run(TESTS, f"--kvs-fail-under={text}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{text} is not a percentage from 0 to 100*"])


def test_without_hypothesis_the_extra_is_named(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import sys; sys.modules['hypothesis'] = None")
    result = run("def test(): pass", "--kvs-coverage", "-p", "no:hypothesispytest")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *needs the extra 'testing': pip install*"])


def test_workers_add_up(run: Run) -> None:
    result = run(TESTS, "-n2", "--kvs-fail-under", "99.5")
    result.assert_outcomes(passed=3)
    assert counts(result).items() >= SHOWN.items()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.no_fnmatch_line("without what*")


def test_a_lost_worker_is_told(run: Run) -> None:
    crashing = TESTS + "\ndef test_crash():\n    import os\n    os._exit(3)\n"
    result = run(crashing, "--kvs-coverage", "-n1", "--max-worker-restart=1")
    result.stdout.fnmatch_lines(["without what gw0 saw"])


def test_draws_count_in_tests_that_pass(run: Run) -> None:
    drawing = """
        from hypothesis import given, settings
        from kvs_schema.strategies import callbacks, deliveries, invalid_callbacks

        @given(callbacks(["flow.failed"]))
        def test_valid(body): pass

        @given(deliveries(dialects=["legacy"]))
        def test_deliveries(bodies): pass

        @settings(max_examples=10)
        @given(invalid_callbacks(["task.progress"]))
        def test_invalid(negative): pass

        @given(callbacks(["flow.finished"]))
        def test_failing(body): assert not body
    """
    result = run(drawing, "--kvs-coverage", "-v")
    result.assert_outcomes(passed=3, failed=1)
    found = counts(result)
    assert found[VARIANTS] == 1 + 3
    assert found[CODES] > 1
    assert found[RULES] > 1


#: Counts what is observed for the coverage, and when: `running` while a test does.
WATCHED = """
    import pytest
    from kvs_schema.testing import specification_coverage

    running, observed = [], []
    check = specification_coverage.check_document

    def watched(name, document):
        observed.append(bool(running))
        return check(name, document)

    specification_coverage.check_document = watched

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol():
        observed.clear()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call():
        running.append(True)
        try:
            return (yield)
        finally:
            running.pop()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(nodeid):
        print(nodeid.partition("::")[2], "observed", len(observed), "in the test", sum(observed))
"""

DRAWING = """
    from hypothesis import HealthCheck, given, settings
    from kvs_schema import validate_callback
    from kvs_schema.strategies import ReceiverMachine, deliveries

    few = settings(
        max_examples=5,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    @few
    @given(deliveries(wire="bytes"))
    def test_drawn(bodies):
        for body in bodies:
            validate_callback(body)

    class Receiving(ReceiverMachine):
        def deliver(self, body):
            validate_callback(body)

    TestReceiving = Receiving.TestCase
    TestReceiving.settings = few

    def test_same():
        for _ in range(7):
            validate_callback('{"TaskID":"t","Status":2,"Type":"a","Details":{}}')

    def test_failing():
        test_same()
        raise OSError
"""


def test_observes_after_the_test_if_it_passed(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WATCHED)
    result = run(DRAWING, "--kvs-coverage", "-s")
    result.assert_outcomes(passed=3, failed=1)
    said = r"(test_[a-z]+|TestReceiving::runTest) observed ([0-9]+) in the test ([0-9]+)"
    found = re.findall(said, result.stdout.str())
    observed = {name: int(number) for name, number, _ in found}
    assert observed.keys() == {"test_drawn", "TestReceiving::runTest", "test_same", "test_failing"}
    assert observed["test_drawn"] > 1
    assert observed["TestReceiving::runTest"] > 1
    assert (observed["test_same"], observed["test_failing"]) == (1, 0)
    assert [inside for _, _, inside in found] == ["0"] * 4


OTHERS = """

def test_others():
    from kvs_schema import check_document, check_response
    check_response("CreateWaveTask", {"ret": 0})
    metainfo = {"streams": [{"codec_type": "video"}], "format": {"format_name": "", "size": 1}}
    assert check_document("metainfo", metainfo).valid
"""


def test_other_schemas_stand_below_the_mean(run: Run) -> None:
    result = run(TESTS + OTHERS, "--kvs-coverage")
    result.assert_outcomes(passed=4)
    lines = [line for line in result.outlines if re.match("[a-z ]+ [0-9.]+ (of|%)", line)]
    assert lines[0].split()[:4] == ["variants", "2", "of", "12"]
    assert [line[:14].strip() for line in lines[-2:]] == ["mean", "other schemas"]
    shares = [float(line.split()[-2]) for line in lines[:-2]]
    assert float(lines[-2].split()[1]) == pytest.approx(sum(shares) / 5, abs=0.1)
