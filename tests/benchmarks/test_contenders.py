"""A comparison counts only between contenders that enforce the same rules."""

from __future__ import annotations

import pytest

from benchmarks import corpus
from benchmarks.contenders import Contender, contenders, floor


@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
class TestContenders:
    def test_same_verdicts(self, contender: Contender) -> None:
        wrong = [b.name for b in corpus.shared() if contender.accepts(b.text) is not b.valid]
        assert wrong == []

    def test_the_same_however_written(self, contender: Contender) -> None:
        bodies = [*corpus.worked(), *corpus.realistic()]
        assert [b.name for b in bodies if not contender.accepts(corpus.spaced(b.text))] == []

    def test_duplicate_keys_are_refused_where_that_is_promised(self, contender: Contender) -> None:
        if contender.exact:
            assert [b.name for b in corpus.duplicated() if contender.accepts(b.text)] == []
        else:
            assert all(contender.accepts(body.text) for body in corpus.duplicated())


def test_every_body_has_a_floor() -> None:
    for body in corpus.shared():
        floor(body.text)()


def test_the_corpus_has_valid_and_invalid_bodies() -> None:
    bodies = corpus.shared()
    assert len({body.name for body in bodies}) == len(bodies)
    assert {body.valid for body in bodies} == {True, False}
