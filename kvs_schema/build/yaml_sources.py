"""Reads the YAML sources strictly: what they hold, on which line, and what is wrong with them.

YAML here means JSON's types in YAML's clothes. What YAML 1.1 or 1.2 would read as something else
than it looks (`010`, `on`, `12:30`, `1e3`, a date) is a problem, as are duplicate keys, anchors
and tags.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ..spec.exceptions import MissingExtraError, SpecificationError
from ..spec.pointers import escape

_PLAIN = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_STRING = "tag:yaml.org,2002:str"
#: What some YAML reads as a bool, a number or a time though PyYAML does not.
_ODD = re.compile(r"[yYnN]|0o[0-7]+|[0-9]+(:[0-9]+)+")
#: The longest number, in characters; integers in examples may pass 64 bits.
_DIGITS = 1000
#: Endings of files that look like sources and are not read.
_OTHER_ENDINGS = (".yml", ".json")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in the sources."""

    file: str
    line: int
    code: str
    message: str
    derived: bool = field(default=False, compare=False)  # found in a schema that is derived

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} [{self.code}]"


class InvalidSources(SpecificationError):  # noqa: N818 - says what is wrong, not that it is
    """The sources have problems; `problems` holds each with its file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One YAML file: its value, and the line on which each JSON Pointer into it begins."""

    path: str
    value: Any
    lines: Mapping[str, int]
    origins: Mapping[str, Origin] = field(default_factory=dict)  # of what is derived

    @property
    def name(self) -> str:
        """The name of the file, without its folder and its suffix."""
        return Path(self.path).stem

    def line(self, pointer: str) -> int:
        """Return the line of a pointer, or of the nearest ancestor that has one."""
        while pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines[pointer]

    def problem(self, pointer: str, code: str, message: str) -> Problem:
        """Return a problem with what is at a pointer."""
        return Problem(*self.place(pointer), code, message)

    def place(self, pointer: str) -> tuple[str, int]:
        """Return path and line of a pointer; of what is derived, where it comes from."""
        above, below = pointer, ""
        while above and above not in self.origins:
            above, _, token = above.rpartition("/")
            below = f"/{token}{below}"
        file, origin = self.origins.get(above, (self, above))
        return file.path, file.line(origin + below)


#: The file and the pointer that a part of a derived schema comes from.
Origin: TypeAlias = tuple[SourceFile, str]


@dataclass(frozen=True, slots=True)
class Sources:
    """All source files below one directory, by path relative to it."""

    files: Mapping[str, SourceFile]

    def below(self, *folders: str) -> Iterator[SourceFile]:
        """Yield the files of folders, in the order of their paths."""
        for path, file in self.files.items():
            if path.partition("/")[0] in folders and "/" in path:
                yield file


def read(directory: Path) -> tuple[Sources, list[Problem]]:
    """Read every YAML file below a directory; problems are returned, never raised."""
    problems: list[Problem] = []
    files = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.suffix in _OTHER_ENDINGS:
            problems.append(Problem(name, 1, "unknown-file", "only *.yaml is read; rename it"))
        if path.suffix != ".yaml":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(name, 1, "unreadable", str(error)))
            continue
        files[name] = read_text(name, text, problems)
    if not files:
        raise SpecificationError(f"{directory}: no YAML sources here")
    return Sources(files), problems


def read_text(name: str, text: str, problems: list[Problem]) -> SourceFile:
    """Read one YAML text, adding what is wrong with it to `problems`."""
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("Reading the YAML sources", "sources") from None
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or str(error)
        problems.append(Problem(name, line, "not-yaml", f"not YAML: {reason}"))
        return SourceFile(name, None, {"": 1})
    reader = _YamlReader(name, text, yaml, problems)
    value = reader.value(node, "") if node is not None else None
    return SourceFile(name, value, reader.lines or {"": 1})


class _YamlReader:
    """Turns the nodes of one file into values, keeping lines and noting problems."""

    def __init__(self, name: str, text: str, yaml: Any, problems: list[Problem]) -> None:
        self.name, self.yaml, self.problems = name, yaml, problems
        self.text = text.removeprefix("\ufeff")
        self.lines: dict[str, int] = {}
        self.seen: set[int] = set()

    def problem(self, node: Any, code: str, message: str) -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, code, message))

    def value(self, node: Any, pointer: str) -> Any:
        self.lines.setdefault(pointer, node.start_mark.line + 1)
        if not self.is_plain(node):
            return None
        if isinstance(node, self.yaml.MappingNode):
            return self.mapping(node, pointer)
        if isinstance(node, self.yaml.SequenceNode):
            return [self.value(item, f"{pointer}/{i}") for i, item in enumerate(node.value)]
        return self.scalar(node)

    def is_plain(self, node: Any) -> bool:
        """Return whether a node has no anchor, alias or tag; an alias repeats a node."""
        again = id(node) in self.seen
        self.seen.add(id(node))
        first = self.text[node.start_mark.index : node.start_mark.index + 1]
        if again or first == "&":
            self.problem(node, "anchor", "anchors and aliases are not used here; write it out")
        elif first == "!":
            self.problem(
                node, "tag", "tags are not used here; write the value as JSON would have it"
            )
        return not again

    def mapping(self, node: Any, pointer: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node)
            if key is None:
                continue
            below = f"{pointer}/{escape(key)}"
            if key in found:
                self.problem(key_node, "duplicate-key", f"duplicate key {key!r}")
                continue
            self.lines[below] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, below)
        return found

    def key(self, node: Any) -> str | int | None:
        """Return the key of a member; None for what no key may be."""
        if isinstance(node, self.yaml.ScalarNode) and self.is_plain(node):
            key = self.scalar(node)
            if isinstance(key, str | int) and not isinstance(key, bool):
                return key
        self.problem(node, "key", "a key must be a string or a whole number, written out")
        return None

    def scalar(self, node: Any) -> Any:
        text: str = node.value
        if node.style:
            return text
        kind = node.tag.rpartition(":")[2]
        if text in _PLAIN:
            return _PLAIN[text]
        if (number := _NUMBER.fullmatch(text)) and kind in ("int", "float"):
            value = float(text) if number[2] or number[3] else int(text[:_DIGITS])
            if len(text) <= _DIGITS and math.isfinite(value):
                return value
            self.problem(node, "out-of-range", "a number that JSON readers cannot hold")
        elif node.tag != _STRING or number or _ODD.fullmatch(text):
            as_what = "a number, a time or a bool" if node.tag == _STRING else kind
            self.problem(node, "ambiguous", f"YAML may read {text!r} as {as_what}; quote it")
        return text
