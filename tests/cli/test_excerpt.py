"""Excerpts show the value that a finding speaks of, whatever stands around it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kvs_schema import check_callback
from kvs_schema.cli.batch.excerpt import excerpts, find
from kvs_schema.cli.terminal.screen import width

from .running import BAD, bodies

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.sampled_from('a"\\{[:,]}#é'), max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    found: list[Any] = [(path, value)]
    if isinstance(value, dict | list):
        for token, member in value.items() if isinstance(value, dict) else enumerate(value):
            found += _paths(member, (*path, token))
    return found


@given(value=_VALUES, indent=st.none() | st.integers(0, 2), ascii_=st.booleans())
def test_every_value_is_found(value: Any, indent: int | None, ascii_: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    wanted = dict(_paths(value))
    found = find(text, set(wanted))
    assert found.keys() == wanted.keys()
    for path, (start, end) in found.items():
        member = wanted[path]
        if isinstance(member, dict | list):
            assert text[start:end] == ("{" if isinstance(member, dict) else "[")
        else:
            assert json.loads(text[start:end]) == member


@given(text=st.text(st.sampled_from('{}[]:,"\\ a1\n')), path=st.lists(st.just("a") | st.just(0)))
def test_text_that_is_no_json_is_no_crash(text: str, path: list[str | int]) -> None:
    for start, end in find(text, {tuple(path)}).values():
        assert 0 <= start < end <= len(text)


def _marked(body: bytes) -> list[str | None]:
    """What stands above the carets, for each violation."""
    found = excerpts(body, check_callback(body).violations)
    shown: list[str | None] = []
    for excerpt in found:
        if excerpt is None:
            shown.append(None)
            continue
        first = excerpt.marks.index("^")
        at = next(i for i in range(len(excerpt.text) + 1) if width(excerpt.text[:i]) == first)
        shown.append(excerpt.text[at : at + excerpt.marks.count("^")])
    return shown


def test_a_value_inside_an_embedded_document() -> None:
    assert _marked(BAD) == ['"wide"']
    (excerpt,) = excerpts(BAD, check_callback(BAD).violations)
    assert excerpt is not None
    assert excerpt.inside is not None
    outer = BAD.decode()[excerpt.column - 1 :]
    assert outer.startswith('"{\\"streams\\"')


def test_wide_characters_and_escapes_keep_the_marks_in_place() -> None:
    body = bodies()["failed"].replace(
        b'"errnum": 2032', '"截图": "\u202e截", "errnum": "x"'.encode()
    )
    assert _marked(body) == ['"x"']


def test_duplicates_and_syntax_errors_have_their_own_place() -> None:
    body = bodies()["failed"]
    twice = body[:-1] + b', "Status": 4}'
    assert _marked(twice) == ['"']
    assert _marked(body[:-1]) == [""]


def test_what_the_text_cannot_show_has_no_excerpt() -> None:
    assert _marked(b'{"TaskID": "a", "Status": 4, "Type": "x"}') == [None]
    assert _marked(b" " * (2 * 1024 * 1024) + b"[]") == [None]


def test_hostile_texts_are_run_through_once() -> None:
    """Each of these would take minutes if every token cost as much as those before it."""
    many = 300_000
    assert find("[" * many, {()}) == {(): (0, 1)}
    assert find('{"a":' + "[" * many, {("a", 0)}) == {("a", 0): (6, 7)}
    for end in ("", "\\", "\\\n"):
        text = '"' + '\\"' * many + end
        assert find(text, {()}) == {(): (0, len(text))}
