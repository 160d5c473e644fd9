"""What a verdict costs is counted, so that it cannot grow unseen; no test asserts a time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from functools import partial
from typing import Any

import pytest

from benchmarks import corpus
from kvs_schema import (
    ValidationError,
    check_callback,
    decode_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.validation.validator import validator

from .. import counting

#: Packages that no service pays for.
HEAVY = ("yaml", "hypothesis", "jsonschema", "rich", "mkdocs", "referencing", "attrs")
COPIES = ("copy", "deepcopy", "snapshot", "replace", "close_document", "prune")
calls = partial(counting.calls, again=True)


def findings(body: bytes) -> object:
    return check_callback(body).findings


def of(body: bytes) -> Counter[str]:
    return calls(lambda: validate_callback(body))


class TestWorkedAvinfo:
    def test_each_text_is_parsed_once(self) -> None:
        assert of(corpus.worked_avinfo())["loads"] == 2

    def test_each_text_is_written_once(self) -> None:
        assert of(corpus.worked_avinfo())["dumps"] == 2

    def test_the_engine_is_asked_once(self) -> None:
        found = of(corpus.worked_avinfo())
        assert (found["is_valid"], found["iter_errors"]) == (1, 0)

    def test_nothing_is_copied(self) -> None:
        found = of(corpus.worked_avinfo())
        assert [name for name in COPIES if found[name]] == []

    def test_few_functions_of_ours_are_called(self) -> None:
        found = of(corpus.worked_avinfo())
        assert found["fast"] == 1
        assert sum(found.values()) <= 30

    def test_with_blanks_one_more_dump_and_no_more_parses(self) -> None:
        found = of(corpus.spaced(corpus.worked_avinfo()))
        assert (found["loads"], found["dumps"], found["is_valid"]) == (2, 2, 1)

    def test_strict_asks_as_little(self) -> None:
        body = corpus.compact(corpus.examples()["strict-avinfo"]["body"])
        found = calls(lambda: validate_callback(body, strict=True))
        assert (found["loads"], found["dumps"], found["is_valid"]) == (2, 2, 1)


@pytest.mark.parametrize(
    "body", [*corpus.worked(), *corpus.realistic()], ids=lambda body: body.name
)
def test_every_valid_body_takes_the_fast_path(body: corpus.Body) -> None:
    for text in (body.text, corpus.spaced(body.text)):
        found = of(text)
        assert (found["is_valid"], found["iter_errors"]) == (1, 0)
        assert [name for name in COPIES if found[name]] == []


def test_members_that_nobody_knows_take_the_fast_path() -> None:
    document = corpus.avinfo(2)
    stream = document["Details"]["items"][0]["metainfo"]["streams"][0]
    stream |= {"disposition": {"default": 1}, "tags": {"language": "und"}, "new": [[1], {"a": []}]}
    assert of(corpus.compact(document))["iter_errors"] == 0


#: Full validation calls four functions of this name, the fast path one.
CALLED = 4


class TestFindings:
    def test_an_invalid_body_is_run_through_once(self) -> None:
        body = corpus.one_violation()
        found = calls(lambda: check_callback(body).violations)
        assert found["iter_errors"] == 1
        elements = 4  # of items, itmes and streams, each at both levels at most
        assert found["is_valid"] <= 1 + 2 * CALLED + 2 * elements

    @pytest.mark.parametrize("body", [corpus.worked_avinfo(), corpus.one_violation()])
    def test_nothing_is_looked_for_before_it_is_asked_for(self, body: bytes) -> None:
        found = calls(lambda: check_callback(body))
        assert found["iter_errors"] == 0
        assert found["is_valid"] <= 1 + CALLED

    def test_what_was_found_is_kept(self) -> None:
        report = check_callback(corpus.one_violation())
        assert report.violations is report.violations
        assert calls(lambda: report.deviations)["iter_errors"] == 0

    def test_a_body_that_raises_costs_its_verdict_only(self) -> None:
        def refused() -> None:
            with pytest.raises(ValidationError):
                validate_callback(corpus.one_violation())

        assert calls(refused)["iter_errors"] == 0

    def test_a_value_is_copied_and_written_once(self) -> None:
        document = json.loads(corpus.worked_avinfo())
        found = calls(lambda: validate_callback(document))
        assert (found["snapshot"], found["is_valid"], found["iter_errors"]) == (1, 1, 0)

    @pytest.mark.parametrize("of_what", [name for name, _, _ in corpus.large()])
    def test_a_megabyte_of_faults_is_not_run_through_for_each(self, of_what: str) -> None:
        right, wrong = next((r, w) for name, r, w in corpus.large() if name == of_what)
        costs = {text: sum(calls(partial(findings, text)).values()) for text in (right, wrong)}
        assert costs[wrong] <= 3 * costs[right]

    @pytest.mark.parametrize("stream", [{}, {"index": 0, "codec_type": "video", "codec_name": "x"}])
    def test_short_arrays_in_long_ones_yield_no_more_than_is_listed(
        self, stream: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = corpus.avinfo(2)
        item = document["Details"]["items"][0]
        item["metainfo"]["streams"] = [stream] * 31
        document["Details"]["items"] = [item] * 150
        engine = validator().engine
        errors = engine.errors
        yielded = []

        def count(error: Any) -> Any:
            yielded.append(error)
            return error

        def counted(*arguments: Any) -> Any:
            found, stopped = errors(*arguments)
            return map(count, found), stopped

        monkeypatch.setattr(engine, "errors", counted)
        report = check_callback(corpus.compact(document))
        assert report.truncated
        assert len(report.deviations) == 100
        assert len(yielded) < 40 * 101  # a stream has fewer than forty rules


@pytest.fixture(scope="module")
def modules() -> set[str]:
    """What a fresh interpreter holds after its first verdict."""
    script = (
        "import sys; from kvs_schema import validate_callback;"
        "validate_callback(sys.argv[1].encode()); print(*sys.modules)"
    )
    command = [sys.executable, "-c", script, corpus.worked_avinfo().decode()]
    subprocess.run(command, check=True, capture_output=True)  # a checkout compiles here
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


class TestStart:
    def test_nothing_heavy_is_imported(self, modules: set[str]) -> None:
        assert sorted(modules & set(HEAVY)) == []

    def test_parser_and_engine_are(self, modules: set[str]) -> None:
        assert {"orjson", "jsonschema_rs", "kvs_schema.validation.fast_path"} <= modules


def test_what_is_absent_costs_nothing_in_a_dictionary() -> None:
    document = decode_callback(corpus.worked_avinfo())
    document["Details"]["items"][0]["metainfo"]["streams"] = [{}] * 1_000
    callback = validate_callback(encode_callback(document))
    assert sum(calls(callback.as_dict).values()) < 20 * 1_000
