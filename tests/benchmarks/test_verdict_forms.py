"""The verdict forms, merged for speed, say yes to exactly what the tolerant and strict forms do."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from benchmarks import corpus
from kvs_schema import variants
from kvs_schema.build.fast_schemas import fast_schema
from kvs_schema.catalogue import store
from kvs_schema.spec.vocabulary import DEFS
from kvs_schema.validation.engines.rust import bundle

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    7,
    1.5,
    3.0,
    "",
    "7",
    "-7",
    "x",
    "1/2",
    "2:3",
    "1.5",
    [],
    {},
    [[]],
    [{}],
)
NAMES = [variant.name for variant in variants()]


def nodes(value: Any) -> Iterator[Any]:
    """Every object and array of a document, itself first."""
    if isinstance(value, dict | list):
        yield value
        for member in value.values() if isinstance(value, dict) else value:
            yield from nodes(member)


def mutated(document: Any, random: random.Random) -> Any:
    """A copy with one to three edits anywhere."""
    found = copy.deepcopy(document)
    for _ in range(random.randint(1, 3)):
        node = random.choice(list(nodes(found)))
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            continue
        key = random.choice(keys)
        if random.random() < 0.3:
            del node[key]
        elif isinstance(node, dict) and random.random() < 0.2:
            node[random.choice(["unknown", "dstpath", "Order", "width"])] = random.choice(VALUES)
        else:
            node[key] = copy.deepcopy(random.choice(VALUES))
    return found


def bodies(number: int) -> Iterator[Any]:
    source = random.Random(20161223)
    examples = [example["body"] for example in corpus.examples().values()]
    yield from examples
    for _ in range(number):
        yield mutated(source.choice(examples), source)


@pytest.fixture(scope="module")
def documents() -> list[Any]:
    return list(bodies(1500))


def checker(schema: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions())


@pytest.mark.parametrize("level", ["tolerant", "strict"])
@pytest.mark.parametrize("name", NAMES)
def test_same_verdicts(name: str, level: str, documents: list[Any]) -> None:
    forms = store.program()[level]
    plain = checker(bundle(forms, [DEFS + name])).is_valid
    quick = checker(fast_schema(forms, DEFS + name)[0]).is_valid
    for document in documents:
        assert quick(document) is plain(document)


@pytest.mark.parametrize("name", NAMES)
def test_what_no_schema_describes_is_bounded(name: str) -> None:
    form, depth = fast_schema(store.program()["tolerant"], DEFS + name)
    holds = checker(form).is_valid
    for example in corpus.examples().values():
        if example["schema"] != name:
            continue
        deepest: Any = []
        for _ in range(depth):
            deepest = [deepest]
        for node in list(nodes(example["body"])):
            if isinstance(node, dict):
                node["unknown"] = {"shallow": [0]}
                assert holds(example["body"])
                node["unknown"] = deepest
                assert not holds(example["body"])
                del node["unknown"]
