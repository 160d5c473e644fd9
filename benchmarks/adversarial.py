"""Bodies made to cost as much as they can: a megabyte each, generated from the compiled forms.

For each pattern, texts that almost match; for each condition, elements that almost meet it; for
each array, as many small elements as fit; and texts that are hard on whoever reads JSON.

What is benign is a megabyte of outputs that hold, each with an embedded document, as a service
sends them. (A megabyte of segments, all in one embedded document, is about three times cheaper.)
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from kvs_schema import (
    ValidationError,
    catalogue,
    check_document,
    validate_callback,
    variants,
)
from kvs_schema.keywords import DEFS, NULLABLE

from .corpus import Json, compact, examples, large
from .measure import seconds
from .table import Row, at_most, microseconds

Path = tuple[str | int, ...]
SIZE = 2**20

#: What stands for each type of JSON: short, and so many in a megabyte.
SMALL: dict[str, Any] = {
    "object": {},
    "array": [],
    "string": "",
    "integer": 0,
    "number": 0.5,
    "boolean": True,
    "null": None,
}
#: No pattern lets these pass.
WRONG = ("\x00", "\n", "截")


@dataclass(frozen=True)
class Attack:
    """A text, what kind of attack it is, and the name of the schema that it is judged as."""

    kind: str
    name: str
    text: bytes
    schema: str = "callback"


@dataclass(frozen=True)
class Place:
    """Where a schema speaks, in which example: `rule` is the location in the compiled forms."""

    example: str
    path: Path
    rule: str
    schema: Mapping[str, Any]


def attacks(size: int = SIZE) -> Iterator[Attack]:
    """Every attack, of about so many bytes."""
    yield from pattern_attacks(size)
    yield from condition_attacks(size)
    yield from element_attacks(size)
    yield from embedded_attacks(size)
    yield from text_attacks(size)


def places() -> Iterator[Place]:
    """Every place of every example where a schema of the strict forms applies, or would."""
    forms = catalogue.program()["strict"]
    for name, example in catalogue.specification()["examples"].items():
        reference = {"$ref": DEFS + example["schema"]}
        seen: set[tuple[Path, str]] = set()
        for path, rule, schema in _places(forms, reference, "", example["body"], ()):
            if (path, rule) not in seen:
                seen.add((path, rule))
                yield Place(name, path, rule, schema)


def _places(
    forms: Mapping[str, Any], schema: Any, rule: str, value: Any, path: Path
) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield path, rule, schema
    if "$ref" in schema:
        target = schema["$ref"].removeprefix(DEFS)
        yield from _places(forms, _at(forms, target), target, value, path)
    for keyword in ("then", "else"):
        yield from _places(forms, schema.get(keyword), f"{rule}/{keyword}", value, path)
    for index, sub in enumerate(schema.get("allOf", ())):
        yield from _places(forms, sub, f"{rule}/allOf/{index}", value, path)
    if isinstance(value, dict):
        for name, sub in schema.get("properties", {}).items():
            yield from _places(
                forms, sub, f"{rule}/properties/{name}", value.get(name), (*path, name)
            )
    elif isinstance(value, list) and value:
        yield from _places(forms, schema.get("items"), f"{rule}/items", value[-1], (*path, -1))


def _at(forms: Any, pointer: str) -> Any:
    for token in pointer.split("/"):
        token = token.replace("~1", "/").replace("~0", "~")
        forms = forms[int(token)] if isinstance(forms, list) else forms[token]
    return forms


def _with(place: Place, value: Any, size: int) -> bytes:
    """The example with a value put there, and repeated with what is around it to that size."""
    body = copy.deepcopy(catalogue.specification()["examples"][place.example]["body"])
    arrays = [index for index, token in enumerate(place.path) if token == -1]
    _put(body, place.path, value)
    array: Any = None
    if arrays:
        array = _look(body, place.path[: arrays[-1]])
    else:
        array = next((found for found in _arrays(body) if found), None)
    if array is None:
        body["filled"] = "x" * max(0, size - len(_text(place.example, body)))
        return _text(place.example, body)
    one = array[-1]
    alone = len(_text(place.example, body))
    array.append(one)
    each = max(1, len(_text(place.example, body)) - alone)
    array += [one] * max(0, (size - alone) // each - 1)
    return _text(place.example, body)


def _text(example: str, body: Json) -> bytes:
    if example in examples():
        return compact(body)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _put(body: Any, path: Path, value: Any) -> None:
    if path:
        _look(body, path[:-1])[path[-1]] = value
    else:
        body.clear()
        body.update(value)


def _look(body: Any, path: Path) -> Any:
    for token in path:
        body = body[token]
    return body


def _arrays(value: Any) -> Iterator[list[Any]]:
    """Every array of a document, innermost first."""
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from _arrays(member)
    if isinstance(value, list):
        yield value


def _judged_as(example: str) -> str:
    if example in examples():
        return "callback"
    return str(catalogue.specification()["examples"][example]["schema"])


# Patterns


def patterns() -> dict[str, Place]:
    """A place for each pattern of the schemas that examples can meet."""
    found: dict[str, Place] = {}
    for place in places():
        if "pattern" in place.schema:
            found.setdefault(place.schema["pattern"], place)
    return found


def pattern_attacks(size: int) -> Iterator[Attack]:
    for pattern, place in patterns().items():
        schema = _judged_as(place.example)
        for number, text in enumerate(almost(pattern, size)):
            name = f"{pattern} one text, {number}"
            yield Attack("pattern", name, _with(place, text, 0), schema)
        for number, text in enumerate(almost(pattern, 40)):
            name = f"{pattern} many texts, {number}"
            yield Attack("pattern", name, _with(place, text, size), schema)


def almost(pattern: str, size: int) -> Iterator[str]:
    """Texts of about that length, each long in one of a pattern's repetitions, that fail late."""
    tree = vars(re)["_parser"].parse(pattern)
    repeats = sum(1 for _ in _repeats(tree))
    for long in range(max(repeats, 1)):
        text = _written(tree, iter(range(repeats)), long, size)
        cut = (text[:-less] for less in range(1, 9))
        short = next((part for part in cut if not re.fullmatch(pattern, part)), text[:-1])
        endings = (*(text + wrong for wrong in WRONG), short, text[:-2], text[:-1] + "/")
        yield from (ending for ending in endings if not re.fullmatch(pattern, ending))


def _repeats(tree: Any) -> Iterator[Any]:
    for code, argument in tree:
        if str(code) == "MAX_REPEAT":
            if argument[1] > 1000:
                yield argument
            yield from _repeats(argument[2])
        elif str(code) == "SUBPATTERN":
            yield from _repeats(argument[-1])
        elif str(code) == "BRANCH":
            for branch in argument[1]:
                yield from _repeats(branch)


def _written(tree: Any, numbers: Iterator[int], long: int, size: int) -> str:
    """A text that matches, with the repetition of that number as long as wanted."""
    found = []
    for code, argument in tree:
        kind = str(code)
        if kind == "LITERAL":
            found.append(chr(argument))
        elif kind == "NOT_LITERAL":
            found.append(chr(argument + 1))
        elif kind == "IN":
            found.append(_member(argument))
        elif kind == "SUBPATTERN":
            found.append(_written(argument[-1], numbers, long, size))
        elif kind == "BRANCH":
            branches = [_written(branch, numbers, long, size) for branch in argument[1]]
            found.append(max(branches, key=len))
        elif kind == "MAX_REPEAT":
            least, most, inner = argument
            chosen = most > 1000 and next(numbers) == long
            text = _written(inner, numbers, long, size)
            wanted = max(1, size // max(1, len(text))) if chosen else max(least, min(most, 1))
            found.append(text * wanted)
    return "".join(found)


def _member(choices: Any) -> str:
    """A character of a class."""
    negated = str(choices[0][0]) == "NEGATE"
    for code, argument in choices[negated:]:
        first = argument[0] if str(code) == "RANGE" else argument
        return chr(first + 1) if negated else chr(first)
    raise ValueError(choices)


# Conditions


def conditions() -> dict[str, Place]:
    """A place for each condition of the schemas that examples can meet."""
    found: dict[str, Place] = {}
    for place in places():
        if "if" in place.schema and not place.rule.startswith(NULLABLE):
            about = {"required", "properties"} & place.schema["if"].keys()
            if not about or isinstance(value_at(place), dict):
                found.setdefault(place.rule, place)
    return found


def value_at(place: Place) -> Any:
    """A copy of what stands there in the example; None where it has no such member."""
    value: Any = catalogue.specification()["examples"][place.example]["body"]
    for token in place.path:
        value = value.get(token) if isinstance(value, dict) else value[token]
    return copy.deepcopy(value)


def condition_attacks(size: int) -> Iterator[Attack]:
    for rule, place in conditions().items():
        whole = met(place.schema["if"], value_at(place))
        for number, miss in enumerate(misses(place.schema["if"], whole)):
            name = f"{rule}, {number}"
            yield Attack("condition", name, _with(place, miss, size), _judged_as(place.example))


def met(condition: Mapping[str, Any], value: Any) -> Any:
    """The value with what the condition asks for put in."""
    if "const" in condition:
        return condition["const"]
    kind = condition.get("type")
    if isinstance(kind, str) and not _is_of(value, kind):
        return copy.deepcopy(SMALL[kind])
    if {"required", "properties"} & condition.keys():
        value = dict(value) if isinstance(value, dict) else {}
        for name in condition.get("required", ()):
            sub = condition.get("properties", {}).get(name, {})
            value[name] = met(sub, value.get(name, "x"))
    return value


def misses(condition: Mapping[str, Any], whole: Any) -> Iterator[Any]:
    """Values that fail one thing that the condition asks, made of one that meets it."""
    for name in condition.get("required", ()):
        yield {key: member for key, member in whole.items() if key != name}
    for name, sub in condition.get("properties", {}).items():
        for miss in misses(sub, whole.get(name)):
            yield {**whole, name: miss}
    if "const" in condition:
        const = condition["const"]
        yield f"{const}x"
        yield const + 1 if isinstance(const, int) else const[:-1]
    if "minLength" in condition:
        yield "x" * (condition["minLength"] - 1)
    refused = [condition["type"]] if "type" in condition else []
    yield from (other for kind, other in SMALL.items() if refused and kind not in refused)
    if "type" in condition.get("not", {}):
        yield SMALL[condition["not"]["type"]]


def _is_of(value: Any, kind: str) -> bool:
    types: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "null": type(None),
    }
    return isinstance(value, types[kind])


# Elements and names


def element_attacks(size: int) -> Iterator[Attack]:
    """As many small elements as fit, in each array; as many unknown names, in each object."""
    arrays: dict[Path, Place] = {}
    objects: dict[Path, Place] = {}
    for place in places():
        value = value_at(place)
        if isinstance(value, list) and value and "items" in place.schema:
            arrays.setdefault(place.path, place)
        elif isinstance(value, dict) and "properties" in place.schema:
            objects.setdefault(place.path, place)
    for path, place in arrays.items():
        schema = _judged_as(place.example)
        element = replace(place, path=(*path, -1))
        small = {**SMALL, "element that holds": smallest(element)}
        for kind, value in small.items():
            name = f"{kind} in {_pointer(path)}"
            yield Attack("elements", name, _with(element, value, size), schema)
    for path, place in objects.items():
        for form in ("{}", "{:x>60}", "\x01{}"):
            names = (size - 2000) // (len(form.format(10**5)) + 12)
            value = value_at(place) | {form.format(number): 0 for number in range(names)}
            name = f"{form} in {_pointer(path)}"
            yield Attack("names", name, _with(place, value, 0), _judged_as(place.example))


def smallest(place: Place) -> Any:
    """The value of the example with all taken away that it can go without."""
    schema = _judged_as(place.example)
    value = copy.deepcopy(value_at(place))
    if not isinstance(value, dict):
        return value
    for name in list(value):
        for less in (None, ""):
            tried = {key: member for key, member in value.items() if key != name}
            if less is not None:
                tried[name] = less
            if check_document(schema, _with(place, tried, 0)).valid:
                value = tried
                break
    return value


def _pointer(path: Path) -> str:
    return "".join(f"/{token}" for token in path)


# Embedded documents


def embedded_places() -> Iterator[Place]:
    """Where an embedded document stands: one of each kind."""
    seen: set[str] = set()
    program = catalogue.program()
    for name, example in examples().items():
        shape = program["shapes"][example["schema"]]
        for path, content in _embedded(program["shapes"], shape, example["body"], ()):
            kind = program["tolerant"][content]["type"]
            if kind not in seen:
                seen.add(kind)
                yield Place(name, path, content, program["tolerant"][content])


def _embedded(shapes: Any, shape: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list) and value:
        yield from _embedded(shapes, shape, value[-1], (*path, -1))
    elif isinstance(value, dict):
        for name, child in shape.get("properties", {}).items():
            if name in value and "content" in child:
                yield (*path, name), child["content"]
            elif name in value:
                yield from _embedded(shapes, child, value[name], (*path, name))


def embedded_attacks(size: int) -> Iterator[Attack]:
    """Each hard text as one large embedded document, and many small ones."""
    for place in embedded_places():
        for name, make in HARD.items():
            where = f"{name} in {_pointer(place.path)}"
            container = '{"a":%s}' if place.schema["type"] == "object" else "[%s]"
            length = size * size // len(json.dumps(make(size)))
            yield Attack("embedded", f"one {where}", _with(place, container % make(length), 0))
            yield Attack("embedded", f"many {where}", _with(place, container % make(40), size))


# Texts


def repeated(piece: str, between: str = "", start: str = "", end: str = "") -> Callable[[int], str]:
    """A maker of texts of a length, from a piece."""

    def make(size: int) -> str:
        count = max(1, size // len(piece + between))
        return start + between.join([piece] * count) + end

    return make


def _nested(size: int) -> str:
    """A text in a text in a text, as deep as doubled backslashes allow."""
    found = "x"
    while len(found) < size:
        found = json.dumps({"metainfo": found})
    return json.dumps(found)


#: What is hard to read, as members and elements: most of it JSON, the rest nearly.
HARD: dict[str, Callable[[int], str]] = {
    "text": repeated("x", start='"', end='"'),
    "texts": repeated('"x"', ",", "[", "]"),
    "long integers": repeated("12345678901234567890", ",", "[", "]"),
    "integers of 19 digits": repeated("1234567890123456789", ",", "[", "]"),
    "integers of 300 digits": repeated("9" * 300, ",", "[", "]"),
    "one long integer": repeated("9"),
    "one long fraction": repeated("9", start="0."),
    "small numbers": repeated("1e-400", ",", "[", "]"),
    "numbers too large": repeated("1e400", ",", "[", "]"),
    "minus zeros": repeated("-0.0", ",", "[", "]"),
    "duplicate names": repeated('"a":1', ",", "{", "}"),
    "duplicate names, escaped": repeated('"\\u003a":1', ",", "{", "}"),
    "duplicate names in turn": repeated('"a":1,"b":2', ",", "{", "}"),
    "objects with duplicate names": repeated('{"a":1,"a":1}', ",", "[", "]"),
    "duplicate names after line feeds": repeated("\n", start="[", end='{"a":1,"a":1}]'),
    "line feeds between duplicate names": repeated('"a":\n1', ",", "{", "}"),
    "one duplicate at the end": repeated('"\\u003a"', ",", "[", ',{"a":1,"a":1}]'),
    "deep arrays": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "arrays as deep as allowed": repeated("[" * 80 + "]" * 80, ",", "[", "]"),
    "objects as deep as allowed": repeated('{"a":' * 80 + "1" + "}" * 80, ",", "[", "]"),
    "arrays too deep, at the end": repeated("[]", ",", "[", "," + "[" * 120 + "]" * 120 + "]"),
    "empty arrays": repeated("[]", ",", "[", "]"),
    "empty objects": repeated("{}", ",", "[", "]"),
    "escaped letters": repeated("\\u0041", start='"', end='"'),
    "escaped colons": repeated("\\u003a", start='"', end='"'),
    "escaped backslashes": repeated("\\\\", start='"', end='"'),
    "escaped backslashes, as digits": repeated("\\u005c", start='"', end='"'),
    "surrogate pairs": repeated("\\ud83d\\ude00", start='"', end='"'),
    "lone surrogate at the end": repeated("\\ud83d\\ude00", start='"', end='\\ud83d"'),
    "quotes": repeated('\\"', start='"', end='"'),
    "colons": repeated(":", start='"', end='"'),
    "brackets in text": repeated("{[", start='"', end='"'),
    "control characters": repeated("\\u0000\\u001b\\u202e", start='"', end='"'),
    "raw control character at the end": repeated("x", start='"', end='\x01"'),
    "bidirectional characters": repeated("\u202e", start='"', end='"'),
    "wide characters": repeated("\U0001f600", start='"', end='"'),
    "blanks": repeated(" ", end="1"),
    "line feeds": repeated("\n", end="1"),
    "blanks inside": repeated("1", " , ", "[ ", " ]"),
    "line feeds before an error": repeated("\n", end="?"),
    "error at the end": repeated("[1]", ",", "[", ",]"),
    "one long name": lambda size: '{"' + "x" * size + '":1}',
    "one long name, twice": lambda size: "{" + ('"' + "x" * (size // 2) + '":1,') * 2 + '"a":1}',
    "long names": repeated('"' + "x" * 500 + '":1', ",", "{", "}"),
    "text in text": _nested,
}


def text_attacks(size: int) -> Iterator[Attack]:
    """Each hard text as the whole body, and as an unknown member of a callback and of its parts."""
    first = {example["schema"]: example["body"] for example in examples().values()}
    variant = next(variant.name for variant in variants() if variant.name in first)
    body = compact(first[variant]).decode()
    for name, make in HARD.items():
        text = make(size)
        yield Attack("texts", f"{name}, alone", text.encode())
        yield Attack(
            "texts", f"{name}, after a callback", (body[:-1] + ',"z":' + text + "}").encode()
        )
        yield Attack("texts", f"{name}, before one", ('{"z":' + text + "," + body[1:]).encode())
    ends = {"cut off": b"", "no UTF-8": b'\xff"}', "two": b'x"}{}', "NUL": b'x"}\x00'}
    for name, end in ends.items():
        yield Attack("texts", name, f'{body[:-1]},"z":"'.encode() + b"x" * size + end)


# Rows


def rows(size: int, step: int, times: int) -> Iterator[Row]:
    """The worst of each kind of attack, beside a benign body of the same size.

    Of the attacks, each `step`-th is tried.
    """
    right = next(right for name, right, _ in large(size) if name == "outputs")
    verdict, findings = partial(_verdict, right), partial(_findings, right, "callback")
    benign = [_cost(verdict, 5), _cost(findings, 3)]
    worst: dict[tuple[str, int], tuple[float, float, str]] = {}
    counts: Counter[str] = Counter()
    for attack in islice(attacks(size), 0, None, step):
        counts[attack.kind] += 1
        asked: list[Callable[[], object]] = [
            partial(_verdict, attack.text),
            partial(_findings, attack.text, attack.schema),
        ]
        for which, ask in enumerate(asked):
            if which == 0 and attack.schema != "callback":
                continue
            share = max(1.0, len(attack.text) / size)  # closed documents grow by their escapes
            cost = _cost(ask, 1)
            if cost / share > worst.get((attack.kind, which), (0,))[0]:
                cost = min(cost, _cost(ask, times))
                known = worst.get((attack.kind, which), (0.0, 0.0, ""))
                worst[attack.kind, which] = max(known, (cost / share, cost, attack.name))
    for (kind, which), (cost, taken, name) in worst.items():
        label = f"{size / 2**20:g} MiB made to be slow, {('verdict', 'findings')[which]}, {kind}"
        shown = name.encode("unicode_escape").decode()
        detail = f"worst of {counts[kind]}: {shown}; {microseconds(taken)}"
        detail += f" to {microseconds(benign[which])}"
        yield at_most(label, cost / benign[which], 20, detail)


def _verdict(text: bytes) -> None:
    with contextlib.suppress(ValidationError):
        validate_callback(text)


def _findings(text: bytes, schema: str) -> object:
    return check_document(schema, text).findings


def _cost(ask: Callable[[], object], times: int) -> float:
    return min(seconds(ask) for _ in range(times))
