"""The fast path accepts nothing that full validation rejects, and returns the same document."""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import corpus
from kvs_schema import Callback, Limits, check_callback, validate_callback
from kvs_schema.catalogue import store
from kvs_schema.reading.json_text import read_exactly
from kvs_schema.reading.lossless import differ_in_blanks
from kvs_schema.validation import fast_path
from kvs_schema.validation.callbacks import pipeline
from kvs_schema.validation.fast_path import FailedFastCheck

from ..documents import untyped

#: What may hide a duplicate key, a long number or a depth from whoever counts.
PIECES = (
    b',"Status":3',
    b'"x":1,',
    b"\\u003a",
    b"\\u005cu003a",
    b"12345678901234567890",
    b'"n":18446744073709551616,',
    b'"a":1e5,"a":1,',
    b'"TaskID":"a\\u003ab","TaskID":"b",',
    b'\\"width\\":1,',
    b',\\"index\\":1',
    b'"z":[[[[[[1]]]]]],',
    b"\\ud800",
    b"\\/",
    b" ",
)
#: Bodies that are spoilt; fewer of them for each mutant.
COUNT = int(os.environ.get("KVS_SCHEMA_MUTATIONS", "1000"))
#: Small documents, with what blanks, quotes and backslashes in strings may hide.
JSON = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text('a\\" :,', max_size=4),
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text('ab" ', max_size=2), some, max_size=3)
    ),
    max_leaves=6,
)
MEMBER = re.compile(rb'\\*"[A-Za-z_]+\\*":(?:[0-9]+|\\*"[^"\\]*\\*"),')


def spoilt(text: bytes, source: random.Random) -> bytes:
    """A text with one to three pieces put in, or a member written twice."""
    found = bytearray(text)
    for _ in range(source.randint(1, 3)):
        members = list(MEMBER.finditer(found))
        if members and source.random() < 0.3:
            at, piece = source.choice(members).start(), source.choice(members)[0]
        else:
            at = source.choice([match.end() for match in re.finditer(rb"[,{]", found)])
            piece = source.choice(PIECES)
        found[at:at] = piece
    return bytes(found)


def test_agrees_with_full_validation() -> None:
    source = random.Random(20161223)
    texts = [body.text for body in corpus.worked()]
    texts += [corpus.spaced(t, inside=inside) for t in texts for inside in (False, True)]
    said: Counter[type] = Counter()
    for _ in range(COUNT):
        text = spoilt(source.choice(texts), source)
        found = fast_path.answer(text, False, Limits())
        report = pipeline().full_report(text, False, Limits())
        assert check_callback(text).valid == report.valid, text
        if found is not None:
            said[type(found)] += 1
            if report.variant is not None:  # both casings: nothing is opened
                assert (report.variant, report.document) == (found.variant, found.document)
            assert type(found) is FailedFastCheck or (report.valid and report.variant), text
    assert min(said[Callback], said[FailedFastCheck], COUNT - said.total()) > COUNT / 80, said


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    "body", [*corpus.worked(), *corpus.realistic()], ids=lambda body: body.name
)
def test_says_what_it_read_without_loss(body: corpus.Body, strict: bool) -> None:
    spellings = (corpus.spaced(body.text), corpus.spaced(body.text, inside=True))
    for text in (body.text, *spellings):
        for limits in (Limits(), Limits(body=len(text)), Limits(embedded=len(text))):
            found = fast_path.answer(text, strict, limits)
            report = pipeline().full_report(text, strict, limits)
            assert type(found) is (Callback if report.valid else FailedFastCheck)
            assert (found.variant, found.document) == (report.variant, report.document)


@pytest.mark.parametrize("body", list(corpus.duplicated()), ids=lambda body: body.name)
def test_says_nothing_of_duplicates(body: corpus.Body) -> None:
    assert fast_path.answer(body.text, False, Limits()) is None


@pytest.mark.parametrize("inside", [False, True])
def test_says_nothing_of_duplicates_before_and_after_what_is_embedded(inside: bool) -> None:
    text = corpus.spaced(corpus.worked_avinfo(), inside=inside)
    assert type(fast_path.answer(text, False, Limits())) is Callback
    for repeated in (b'{"A": 1, "A": 1, ' + text[1:], text[:-1] + b', "A": 1, "A": 1}'):
        assert fast_path.answer(repeated, False, Limits()) is None


@given(st.data())
def test_only_blanks_differ_where_nothing_was_lost(data: st.DataObject) -> None:
    value = data.draw(JSON)
    if data.draw(st.booleans()):
        value = [value, '"long"' * 300, value]
    texts = st.sampled_from([json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)])
    text = data.draw(texts)
    pieces = st.sampled_from(['"a":1,', '"a":"\\"",', " ", '"b": 1e2,', "\\\\", '\\"', "\\u0020"])
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(pieces) + text[at:]
    try:
        parsed = fast_path.loads(text)
    except ValueError:
        return
    if differ_in_blanks(fast_path.dumps(parsed), text.encode(), b'\\"'):
        assert read_exactly(text, Limits()) == (parsed, [])


def test_says_nothing_beyond_the_limits() -> None:
    text = corpus.worked_avinfo()
    for limits in (Limits(body=100), Limits(embedded=100), Limits(depth=3)):
        assert fast_path.answer(text, False, limits) is None


def test_long_integers_stay_exact() -> None:
    text = corpus.worked_avinfo().replace(b'"Status":3', b'"Status":3,"n":18446744073709551617')
    assert fast_path.answer(text, False, Limits()) is None
    assert untyped(validate_callback(text))["n"] == 18446744073709551617


@pytest.mark.parametrize("lacking", ["engine", "parser"])
def test_knows_nothing_where_it_cannot_be_had(
    lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = corpus.worked_avinfo()
    assert type(fast_path.fast_path()(body, False, Limits())) is Callback
    if lacking == "engine":
        monkeypatch.setenv("KVS_SCHEMA_ENGINE", "jsonschema")
    else:
        monkeypatch.setattr(fast_path, "orjson", None)
    assert fast_path.fast_path()(body, False, Limits()) is None


def test_the_first_body_is_validated_like_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_path, "answer", fast_path.first_answer)
    assert type(fast_path.first_answer(corpus.worked_avinfo(), True, Limits())) is FailedFastCheck
    assert fast_path.answer is not fast_path.first_answer
    assert type(fast_path.first_answer(corpus.worked_avinfo(), False, Limits())) is Callback


def test_an_installation_reads_what_was_compiled_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = tmp_path / "fast.json"
    compiled.write_bytes(b'{"forms": 1}')
    monkeypatch.setattr(fast_path, "_COMPILED", str(compiled))
    monkeypatch.delenv("KVS_SCHEMA_SOURCES", raising=False)
    assert fast_path._source() == {"forms": 1}
    monkeypatch.setenv("KVS_SCHEMA_SOURCES", str(store.sources_directory()))
    assert fast_path._source() == store.fast()
    monkeypatch.delenv("KVS_SCHEMA_SOURCES")
    compiled.write_bytes(b'{"forms"')
    assert fast_path._source() == store.fast()
