"""Excerpts show the value that a finding speaks of, whatever stands around it."""

from __future__ import annotations

from kvs_schema import check_callback
from kvs_schema.cli.batch.excerpt import excerpts
from kvs_schema.cli.terminal.screen import width

from .running import BAD, bodies


def _marked(body: bytes) -> list[str | None]:
    """What stands above the carets, for each violation."""
    found = excerpts(body, check_callback(body).violations)
    shown: list[str | None] = []
    for excerpt in found:
        if not excerpt.text:
            shown.append(None)
            continue
        first = excerpt.marks.index("^")
        at = next(i for i in range(len(excerpt.text) + 1) if width(excerpt.text[:i]) == first)
        shown.append(excerpt.text[at : at + excerpt.marks.count("^")])
    return shown


def test_a_value_inside_an_embedded_document() -> None:
    assert _marked(BAD) == ['"wide"']
    (excerpt,) = excerpts(BAD, check_callback(BAD).violations)
    assert excerpt.inside is not None
    assert BAD.decode()[excerpt.column - 1 :].startswith('\\"wide\\"')


def test_wide_characters_and_escapes_keep_the_marks_in_place() -> None:
    body = bodies()["failed"].replace(
        b'"errnum": 2032', '"截图": "\u202e截", "errnum": "x"'.encode()
    )
    assert _marked(body) == ['"x"']


def test_duplicates_and_syntax_errors_have_their_own_place() -> None:
    body = bodies()["failed"]
    twice = body[:-1] + b', "Status": 4}'
    assert _marked(twice) == ['"Status"']
    assert _marked(body[:-1]) == [""]


def test_what_is_said_of_the_whole_body_has_no_excerpt() -> None:
    assert _marked(b'{"TaskID": "a", "Status": 4, "Type": "x"}') == [None]
