"""The bodies that every contender validates: the worked examples, and realistic ones built here.

Bodies are compact JSON, as services send them; `spaced` writes one as Python's `json` does.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kvs_schema import encode_callback, variants
from kvs_schema.catalogue import store

Json = dict[str, Any]
_ROOT = Path(__file__).parent.parent
TASK_ID = "0c33c9c372ff87fe197cb0dcf236e18d20161223"


@dataclass(frozen=True)
class Body:
    """A body as received, its name, and whether it is valid at the tolerant level."""

    name: str
    text: bytes
    valid: bool
    worked: bool = False


def compact(document: Json) -> bytes:
    """Return the body of an opened document as sent."""
    sent = encode_callback(document)
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()


def spaced(body: bytes, *, inside: bool = False) -> bytes:
    """Return the same body as Python's `json` writes it, with blanks, perhaps inside texts too."""
    document = json.loads(body)
    if inside:
        document = _spaced_inside(document)
    return json.dumps(document, ensure_ascii=False).encode()


def _spaced_inside(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _spaced_inside(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_spaced_inside(element) for element in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.dumps(json.loads(value), ensure_ascii=False, indent=4)
    return value


def probed() -> list[bytes]:
    """Return bodies of avinfo tasks with real output of ffprobe."""
    bodies = []
    for path in sorted((_ROOT / "tests" / "probes" / "samples").glob("*.json")):
        document = _body("avinfo")
        document["Details"]["items"][0]["metainfo"] = json.loads(path.read_bytes())
        bodies.append(compact(document))
    return bodies


#: Examples of what the tolerant level has accepted since the models of the other contenders were
#: written, which do not accept it.
_WIDER = frozenset(
    (
        "both-casings",
        "failed-embedded-placeholder",
        "segments-zero-dropped",
        "stream-without-kind",
        "unknown-type-without-items",
    )
)


@cache
def examples() -> dict[str, Json]:
    """Return the worked examples and our own, opened, that are callbacks."""
    names = {variant.name for variant in variants()}
    found: dict[str, Json] = store.specification()["examples"]
    return {
        name: example
        for name, example in found.items()
        if example["schema"] in names and name not in _WIDER
    }


def _body(name: str) -> Json:
    """Return a copy of an example's body."""
    found: Json = copy.deepcopy(examples()[name]["body"])
    return found


def worked_avinfo() -> bytes:
    """Return the body that most measurements use."""
    return compact(examples()["avinfo"]["body"])


def avinfo(streams: int) -> Json:
    """Return the worked avinfo body with a number of streams, video and audio in turn."""
    document = _body("avinfo")
    metainfo = document["Details"]["items"][0]["metainfo"]
    audio, video = metainfo["streams"]
    metainfo["streams"] = [
        {**(audio if index % 2 else video), "index": index} for index in range(streams)
    ]
    metainfo["format"]["nb_streams"] = streams
    return document


def avtrans() -> Json:
    """Return a transcoded file."""
    return _body("finished-avtrans")


def segmented(segments: int) -> Json:
    """Return a segmented file with a number of segments of about ten seconds."""
    document = _body("segment")
    document["Details"]["items"][0]["segmentsinfo"] = [
        {
            "fileindex": index,
            "filename": f"segmentfile-{index:05}.mp4",
            "duration": f"{9 + index % 3}.{index * 37 % 10000:04}",
            "filesize": 50_000 + index * 7919 % 30_000,
        }
        for index in range(segments)
    ]
    return document


def flow(subtasks: int) -> Json:
    """Return a flow of a number of transcodings."""
    document = _body("flow-two-avtrans")
    pattern = document["Details"]
    document["Details"] = [
        {**copy.deepcopy(pattern[index % 2]), "Order": index} for index in range(subtasks)
    ]
    return document


def failed() -> Json:
    return _body("failed")


def progress() -> Json:
    return _body("avtrans-progress")


def realistic() -> Iterator[Body]:
    """Yield valid bodies of realistic sizes."""
    for streams in (2, 6, 40):
        yield Body(f"avinfo, {streams} streams", compact(avinfo(streams)), True)
    yield Body("avtrans", compact(avtrans()), True)
    for segments in (4, 2000):
        yield Body(f"segmented, {segments} segments", compact(segmented(segments)), True)
    for subtasks in (2, 20):
        yield Body(f"flow, {subtasks} sub-tasks", compact(flow(subtasks)), True)
    yield Body("failed", compact(failed()), True)
    yield Body("progress", compact(progress()), True)


def worked() -> Iterator[Body]:
    """Yield the examples of the specification, ours and those of the KVS documentation."""
    for name, example in examples().items():
        yield Body(f"example {name}", compact(example["body"]), True, example["source"] != "ours")


def _edited(document: Json, edit: Callable[[Json], Any]) -> bytes:
    edit(document)
    return compact(document)


def _metainfo(document: Json) -> Json:
    found: Json = document["Details"]["items"][0]["metainfo"]
    return found


def one_violation() -> bytes:
    """Return the worked avinfo body with a single error, deep inside."""
    return _edited(
        _body("avinfo"),
        lambda d: _metainfo(d)["streams"][1].update(width="wide"),
    )


def _set(*path: Any) -> Callable[[Json], None]:
    """Return an edit that sets the last argument at the path of the others."""
    *way, last, value = path

    def edit(document: Any) -> None:
        for token in way:
            document = document[token]
        document[last] = value

    return edit


def _del(*path: Any) -> Callable[[Json], None]:
    *way, last = path

    def edit(document: Any) -> None:
        for token in way:
            document = document[token]
        del document[last]

    return edit


_ITEM = ("Details", "items", 0)
_STREAM = (*_ITEM, "metainfo", "streams", 1)
_OUTPUT = (*_ITEM, "outMediainfo")


def invalid() -> Iterator[Body]:
    """Yield bodies that break one rule each, the same for every contender."""
    edits: list[tuple[str, Json, Callable[[Json], Any]]] = [
        ("TaskID missing", avinfo(2), _del("TaskID")),
        ("TaskID empty", avinfo(2), _set("TaskID", "")),
        ("TaskID null", avinfo(2), _set("TaskID", None)),
        ("Type missing", avinfo(2), _del("Type")),
        ("Details missing", avinfo(2), _del("Details")),
        ("Status unknown", avinfo(2), _set("Status", 7)),
        ("Status text", avinfo(2), _set("Status", "3")),
        ("errnum missing", avinfo(2), _del("Details", "errnum")),
        ("errnum text", avinfo(2), _set("Details", "errnum", "0")),
        ("errnum null", avinfo(2), _set("Details", "errnum", None)),
        ("items missing", avinfo(2), _del("Details", "items")),
        ("items null", avinfo(2), _set("Details", "items", None)),
        ("dstpath missing", avinfo(2), _del(*_ITEM, "dstpath")),
        ("dstpath null", avinfo(2), _set(*_ITEM, "dstpath", None)),
        ("dstpath number", avinfo(2), _set(*_ITEM, "dstpath", 7)),
        ("bucket number", avinfo(2), _set("Details", "bucket", 5)),
        ("streams missing", avinfo(2), _del(*_ITEM, "metainfo", "streams")),
        ("streams null", avinfo(2), _set(*_ITEM, "metainfo", "streams", None)),
        ("format missing", avinfo(2), _del(*_ITEM, "metainfo", "format")),
        ("size not digits", avinfo(2), _set(*_ITEM, "metainfo", "format", "size", "1.5")),
        ("size null", avinfo(2), _set(*_ITEM, "metainfo", "format", "size", None)),
        ("width text", avinfo(2), _set(*_STREAM, "width", "wide")),
        ("width negative", avinfo(2), _set(*_STREAM, "width", -1)),
        ("duration words", avinfo(2), _set(*_STREAM, "duration", "N/A")),
        ("time_base", avinfo(2), _set(*_STREAM, "time_base", "1:16000")),
        ("aspect ratio", avinfo(2), _set(*_STREAM, "sample_aspect_ratio", "0/1")),
        ("is_avc", avinfo(2), _set(*_STREAM, "is_avc", "yes")),
        ("sample_rate missing", avinfo(2), _del(*_STREAM, "sample_rate")),
        ("sample_rate null", avinfo(2), _set(*_STREAM, "sample_rate", None)),
        ("sample_rate words", avinfo(2), _set(*_STREAM, "sample_rate", "high")),
        ("last of 40 streams", avinfo(40), _set(*_STREAM[:-1], 39, "refs", "one")),
        ("rotate words", avtrans(), _set(*_OUTPUT, "metadata", "rotate", "left")),
        ("r_frame_rate", avtrans(), _set(*_OUTPUT, "streams", 0, "r_frame_rate", "fast")),
        ("out bit_rate", avtrans(), _set(*_OUTPUT, "streams", 0, "bit_rate", "")),
        ("segment duration", segmented(4), _set(*_ITEM, "segmentsinfo", 2, "duration", "10 s")),
        ("segment incomplete", segmented(4), _del(*_ITEM, "segmentsinfo", 3, "filename")),
        (
            "last of 2000 segments",
            segmented(2000),
            _set(*_ITEM, "segmentsinfo", -1, "fileindex", "x"),
        ),
        ("Order missing", flow(2), _del("Details", 1, "Order")),
        ("sub-task Type empty", flow(2), _set("Details", 1, "Type", "")),
        ("sub-task Status 0", flow(2), _set("Details", 1, "Status", 0)),
        ("OutInfo missing", flow(2), _del("Details", 1, "OutInfo")),
        ("sub-task dstpath", flow(2), _del("Details", 1, "OutInfo", "dstpath")),
        ("last of 20 sub-tasks", flow(20), _set("Details", 19, "Errnum", "0")),
        ("failed, errnum missing", failed(), _del("Details", "errnum")),
        ("progress over 100", progress(), _set("Details", "progress", 101)),
    ]
    for name, document, edit in edits:
        yield Body(name, _edited(document, edit), False)
    for content in ("no JSON", "{", "[]", "7", '"text"'):
        yield Body(
            f"metainfo {content}", _edited(avinfo(2), _set(*_ITEM, "metainfo", content)), False
        )
    text = worked_avinfo()
    yield Body("cut off", text[:-1], False)
    yield Body("an array", b"[" + text + b"]", False)
    yield Body("comment", text + b" // end", False)
    yield Body("metainfo native", text.replace(b'"metainfo":"', b'"metainfo":{},"x":"'), False)


def duplicated() -> Iterator[Body]:
    """Yield bodies with a duplicate key, which only a parser that checks for them rejects."""
    text = worked_avinfo()
    yield Body("Status twice", text.replace(b'"Status":3', b'"Status":3,"Status":3', 1), False)
    twice = text.replace(b'\\"width\\":500', b'\\"width\\":500,\\"width\\":500', 1)
    yield Body("width twice", twice, False)


def shared() -> list[Body]:
    """Yield the bodies on which all contenders must agree."""
    return [*worked(), *realistic(), *invalid()]


@cache
def large(size: int = 2**20) -> tuple[tuple[str, bytes, bytes], ...]:
    """Return bodies of about a size, of valid and of invalid elements, by kind."""
    return tuple(_large(size))


def _large(size: int) -> Iterator[tuple[str, bytes, bytes]]:
    def repeated(
        make: Callable[[int], Json], spoil: Callable[[Json, int], None]
    ) -> tuple[bytes, bytes]:
        each = (len(compact(make(200))) - len(compact(make(100)))) / 100
        count = int(size / each)
        right, wrong = make(count), make(count)
        for index in range(count):
            spoil(wrong, index)
        return compact(right), compact(wrong)

    def stream(document: Json, index: int) -> None:
        _metainfo(document)["streams"][index].update(
            width="wide", time_base=7, refs=None, start_time=""
        )

    def segment(document: Json, index: int) -> None:
        element = document["Details"]["items"][0]["segmentsinfo"][index]
        element.update(duration=1, filesize="big", fileindex=-1)

    def subtask(document: Json, index: int) -> None:
        document["Details"][index].update(Status=9, Order="first", Type="")

    def output(document: Json, index: int) -> None:
        document["Details"]["items"][index].update(dstpath=7, segmentlisttype=[])

    def outputs(count: int) -> Json:
        document = avtrans()
        (one,) = document["Details"]["items"]
        document["Details"]["items"] = [copy.deepcopy(one) for _ in range(count)]
        return document

    yield "streams", *repeated(avinfo, stream)
    yield "segments", *repeated(segmented, segment)
    yield "sub-tasks", *repeated(flow, subtask)
    yield "outputs", *repeated(outputs, output)
    names = {f"unknown_{index:06}": index for index in range(size // 23)}
    right = avinfo(2)
    right["Details"].update({name.replace("_", "-"): value for name, value in names.items()})
    wrong = avinfo(2)
    wrong["Details"].update(dict.fromkeys(names, 0), errnum="zero")
    yield "unknown names", compact(right), compact(wrong)
