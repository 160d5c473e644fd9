"""Line and column of findings, in the body as received."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvs_schema import (
    Report,
    ValidationError,
    Violation,
    check_callback,
    check_document,
    check_request,
    check_response,
    decode_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.catalogue.names import RESPONSE
from kvs_schema.results.positions import Positions, trace
from kvs_schema.strategies import invalid_callbacks

from ..counting import calls
from .spelled import Pairs, Spelled, spelled

KEYS = ("a", "b", 'c"d', "\\", "{[:,]}#", "é", "中\n", "😀", "")
SCALARS = (None, True, 0, -1.5e3, 10**400, "", "x", '"', "\\n\\", "截图😀", '{"no', "\U0001f600\t")


def document(rng: Random, depth: int) -> Any:
    """A value with embedded documents in it, and with keys that are repeated."""
    kind = rng.choice(("object", "array", "string", "scalar"))
    if kind == "scalar" or depth == 0:
        return rng.choice(SCALARS)
    if kind == "array":
        return [document(rng, depth - 1) for _ in range(rng.randrange(5))]
    found = Pairs((rng.choice(KEYS), document(rng, depth - 1)) for _ in range(rng.randrange(1, 5)))
    return found if kind == "object" else written(found)


def written(value: Any) -> str:
    """The JSON of a value whose keys may be repeated."""
    if isinstance(value, Pairs):
        members = (f"{json.dumps(key)}:{written(member)}" for key, member in value)
        return f"{{{','.join(members)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    return json.dumps(value)


def places_of(text: str) -> list[tuple[int, int]]:
    """Line and column of each character, and of the end."""
    found, line, column = [], 1, 1
    for character in text:
        found.append((line, column))
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return [*found, (line, column)]


def test_every_value_of_every_document_is_found() -> None:
    """More than 20,000, down to four documents inside each other."""
    count = seed = 0
    while count < 20_000:
        seed += 1
        rng = Random(seed)
        text, every, _ = spelled([document(rng, 5) for _ in range(3)], rng)
        starts = {
            location: at
            for location, at in every.items()
            if type(location[-1]) is tuple or rng.random() < 0.1
        }
        places: list[Any] = []
        for location in starts:
            in_string = type(location[-1]) is int
            place_of_it = ((*location[:-1], ()), location[-1]) if in_string else (location, None)
            places.append(place_of_it)
        found = Positions(text.encode(), places)
        table = places_of(text)
        for index, offset in enumerate(starts.values()):
            assert found.at(index) == table[offset], (seed, places[index])
        count += len(starts)


def expected_offset(finding: Violation, sent: Spelled) -> int:
    """Where the text that a finding speaks of was written."""
    if finding.keyword == "duplicateKey":
        return next(at for location, at in sent.repeated if location == finding.location)
    if finding.text_position is not None and len(finding.location) > 1:
        return sent.starts[*finding.location[:-1], finding.text_position.offset]
    *outer, _ = finding.location
    return sent.starts.get(finding.location, sent.starts.get((*outer, 0), 0))


@given(negative=invalid_callbacks() | invalid_callbacks(strict=True), seed=st.integers(0, 2**32))
def test_findings_of_near_misses_point_to_what_they_speak_of(negative: Any, seed: int) -> None:
    sent = spelled(negative.body, Random(seed))
    table = places_of(sent.text)
    for strict in (False, True):
        report = check_callback(sent.text.encode(), strict=strict)
        for finding in (*report.violations, *report.deviations):
            where = table[expected_offset(finding, sent)]
            assert (finding.line, finding.column) == where, finding.text()


def body_of(metainfo: str, **more: Any) -> dict[str, Any]:
    item = {"dstpath": "", "metainfo": metainfo}
    details = {"errnum": 0, "errmsg": "", "bucket": "", "items": [item], **more}
    return {"TaskID": "t", "Status": 3, "Type": "avinfo", "Details": details}


GOOD = '{"streams":[],"format":{"format_name":"mp4","size":"1"}}'


def marked(text: str) -> tuple[bytes, tuple[int, int]]:
    """A body without the mark in it, and where the mark was."""
    before, after = text.split("☞")
    return (before + after).encode(), (before.count("\n") + 1, len(before) - before.rfind("\n"))


def inside(metainfo: str) -> str:
    """A body with a marked embedded document."""
    return json.dumps(body_of(metainfo), ensure_ascii=False)


BAD_SIZE = '{"streams":[],"format":{"format_name":"mp4","size":☞true}}'
TRAPS = {
    "a value": '{"TaskID":"t","Status":2,"Type":"avinfo","Details":☞5}',
    "tabs and CRLF": '{"TaskID":"t",\r\n"Status":2,\r\n\t"Type":"avinfo","Details":\t☞5}',
    "only line feeds end lines": (
        '{"TaskID":"\u2028\u0085\x7f","Status":2,"Type":"x","Details":☞5}'
    ),
    "characters above 16 bits": '{"TaskID":"😀中é","Status":2,"Type":"avinfo","Details":☞5}',
    "required: the bracket": '{"TaskID":"t","Status":3,"Type":"x","Details":\n ☞{"items":[]}}',
    "the second key": '{"TaskID":"t","Status":2,"Type":"x","Details":{},\n☞"TaskID":"t"}',
    "the second key, spelled otherwise": (
        '{"TaskID":"t","Status":2,"Type":"x","Details":{},\n☞"\\u0054askID":"t"}'
    ),
    "not JSON": '{"TaskID":"t",\n"x":☞}',
    "nothing": "☞",
    "a byte order mark": "☞\ufeff{}",
    "no object, below blanks": " \n\t☞[1]",
    "no known status": '{"TaskID":"t","Status":☞9,"Type":"x","Details":{}}',
    "embedded": inside(BAD_SIZE),
    "embedded, with lines": inside(BAD_SIZE.replace(",", ",\r\n\t")),
    "embedded, after escapes": inside(BAD_SIZE.replace("[]", '[],"😀\\"":"\\ud83d\\ude00\\n"')),
    "embedded, in ASCII": json.dumps(body_of(BAD_SIZE.replace("[]", '[],"😀":"中"'))).replace(
        "\\u261e", "☞"
    ),
    "embedded, all escapes": inside("METAINFO").replace(
        "METAINFO",
        "".join(f"\\u{ord(c):04x}" if c != "☞" else c for c in BAD_SIZE),
    ),
    "embedded, no escapes": inside("☞[]"),
    "embedded as a whole": inside(" ☞[1]"),
    "embedded, required": inside('{"streams":[],"format": ☞{"format_name":"mp4"}}'),
    "embedded, not JSON": inside('{"streams":☞}'),
    "embedded, cut off": inside('{"streams":[☞'),
    "embedded, blank": inside("☞ "),
    "embedded, a byte order mark": inside("☞\ufeff{}"),
    "embedded, the second key": inside('{"streams":[],☞"streams":[],' + GOOD[14:]),
    "the embedded document itself": inside("X").replace('"X"', '☞{"streams":[]}'),
    "the last of duplicate keys": (
        '{"TaskID":"t","Status":2,"Type":"x","Details":{"progress":{}},"Details":☞5}'
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    body, where = marked(TRAPS[name])
    for given_as in (body, bytearray(body), body.decode()):
        report = check_callback(given_as)
        found = [(v.line, v.column) for v in report.violations]
        assert where in found, report.summary()
        hidden = check_callback(given_as, show_values=False)
        assert [(v.line, v.column) for v in hidden.violations] == found
        assert [v.as_dict()["line"] for v in report.violations] == [line for line, _ in found]


def test_a_string_in_a_string() -> None:
    inner = written(Pairs([("streams", []), ("format", [])]))
    body = json.dumps(inner)
    finding = check_document("metainfo.string", body).violations[0]
    assert (finding.location, finding.line) == (((), ("format",)), 1)
    assert finding.column == body.index("[", body.index("format")) + 1
    twice = json.dumps(json.dumps(json.dumps({"a": [{"b": 1}]})))
    (found,) = trace(twice, [(((), (), ("a", 0, "b")), None)])
    assert twice[found.offset] == "1"


def test_values_have_no_lines() -> None:
    values: list[Any] = [body_of('{"streams":5,"streams":5}'), [], 5, None, {"TaskID": {1}}]
    for value in values:
        report = check_callback(value)
        assert report.violations
        assert {(v.line, v.column) for v in report.violations} == {(None, None)}
        assert "line" not in report.violations[0].as_dict()


def of_request() -> Report:
    return check_request("CreateWaveTask", body=b'{\n "x": 1}', query="?Action=x", headers={})


def of_request_text() -> Report:
    return check_request("CreateWaveTask", body='{\n "x": ')


def of_response() -> Report:
    return check_response("CreateWaveTask", b'{"TaskID":\n5}')


def of_variant() -> Report:
    return check_document("task.failed", b'\n{"TaskID":"t","Status":2,"Type":"x","Details":{}}')


@pytest.mark.parametrize("make", [of_request, of_request_text, of_response, of_variant])
def test_requests_responses_and_documents(make: Callable[[], Report]) -> None:
    found = make().violations
    lines = {v.line for v in found if v.location[0][:1] not in (("query",), ("headers",))}
    assert lines
    assert None not in lines
    assert all(v.line is None for v in found if v.location[0][:1] in (("query",), ("headers",)))


def test_errors_have_lines() -> None:
    body = inside('{"a":1,\n"a":2}').encode()
    with pytest.raises(ValidationError) as decoding:
        decode_callback(body)
    with pytest.raises(ValidationError) as validating:
        validate_callback(body, show_values=False)
    places = {
        (v.line, v.column)
        for caught in (decoding, validating)
        for v in caught.value.report.violations
        if v.keyword == "duplicateKey"
    }
    assert places == {(1, body.decode().rindex('\\"a') + 1)}


def test_reports_keep_their_lines_when_they_are_pickled() -> None:
    body = json.dumps(encode_callback(store.specification()["examples"]["avinfo"]["body"]))
    report = check_callback(body.replace('"Status": 3', '"Status": "3"').replace("500", "null"))
    pickled = pickle.dumps(check_callback(body.replace('"Status": 3', '"Status": "3"')))
    assert body.encode() not in pickled
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert [(v.line, v.column) for v in again.violations] == [
        (v.line, v.column) for v in report.violations
    ]


def test_lines_that_nobody_reads_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Positions, "_all", None)
    report = check_callback(inside('{"streams":5}'))
    assert report.violations
    assert report.summary()
    assert report.violations[0] == check_callback(inside('{"streams":5}')).violations[0]
    with pytest.raises(TypeError):
        report.violations[0].line  # noqa: B018


HOSTILE: dict[str, tuple[str, Any]] = {
    "elements": ('{"a":[' + "1," * 400_000 + "[]]}", (("a", 400_000),)),
    "objects": ('{"a":[' + '{"b":"}"}, ' * 90_000 + "[]]}", (("a", 90_000),)),
    "escapes": (json.dumps('{"a":"' + '\\"' * 200_000 + '","b":[]}'), ((), ("b",))),
    "duplicates": ("{" + '"a":1,' * 130_000 + '"a":[]}', (("a",),)),
    "members": ("{" + '"b":"\\n",' * 90_000 + '"a":[]}', (("a",),)),
    "brackets": ('{"b":' + "[" * 90 + "[]," * 300_000 + "[" + "]" * 91 + ',"a":[]}', (("a",),)),
    "lines": ('{"a":' + "\n" * 800_000 + "[]}", (("a",),)),
    "an unclosed string": ('{"b":"' + "{[" * 400_000 + '","a":[]}', (("a",),)),
}


#: What reads the text: regular expressions, and the reader of values.
READING = ("match", "search", "scan_once")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_read_once(name: str) -> None:
    """However many places there are, the text is read as often as for one of them."""
    text, location = HOSTILE[name]
    json.loads(text)
    one = Positions(text.encode(), [(location, None)])
    positions = Positions(text.encode(), [(location, None)] * 20_000)
    alone, together = calls(lambda: one.at(0)), calls(lambda: positions.at(19_999))
    assert {c: together[c] for c in READING} == {c: alone[c] for c in READING}
    assert together.total() <= alone.total() + 20 * 20_000
    line, column = positions.at(19_999)
    assert text.split("\n")[line - 1][column - 1 :].startswith("[]")


def test_many_places_in_a_long_string_cost_one_pass() -> None:
    inner = "[" + "1," * 30_000 + json.dumps("x" * 2_000_000) + "]"
    body = json.dumps(inner)
    positions = Positions(body.encode(), [(((), (index,)), None) for index in range(30_000)])
    found = calls(lambda: positions.at(0))
    assert [positions.at(index)[1] for index in (0, 29_999)] == [3, 60_001]
    assert sum(found[name] for name in READING) <= 2 * 30_000
    assert found.total() <= 30 * 30_000


def test_the_response_has_a_name() -> None:
    assert check_document(f"CreateWaveTask{RESPONSE}", b"5").violations[0].column == 1
