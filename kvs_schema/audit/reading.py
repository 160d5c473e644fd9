"""Find the inputs of an audit, cut them into splits, and read the bodies of a split.

Goes in: paths and URLs that fsspec opens. Comes out: splits that any process can read by itself,
in any order. A line belongs to the split in which it starts; a compressed file is one split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple, TypeAlias

from ..catalogue.reasons import reason
from ..catalogue.texts import Text
from ..reading.received import split_lines
from ..spec.exceptions import MissingExtraError
from .value import NO_DAY, AuditError

#: The most bytes of a split, if the file can be cut, and the most files of a task.
SPLIT, FILES = 32 * 1024 * 1024, 256
#: Rows of a table that are read at once.
_ROWS = 256

Form: TypeAlias = Literal["lines", "body", "parquet"]
_SUFFIXES: Mapping[str, Form] = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "body",
    ".parquet": "parquet",
}
_CODECS = {".gz": "gzip", ".zst": "zstd"}
#: What file systems say about a file that changes when the file does.
_STATE = ("size", "mtime", "ino", "ETag", "etag", "LastModified", "last_modified", "generation")
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?![0-9])")

#: A body as received, and its day where the archive names one.
Dated: TypeAlias = tuple[bytes, str | None]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How an archive is read.

    `column` and `day_column` are columns of tables; a folder such as `day=2026-11-30`, named after
    the day column, also gives a day. `endpoint` is the address of an S3 service. `split` is the
    size of a split and `longest` that of a line, in bytes.
    """

    column: str = "body"
    day_column: str = "day"
    endpoint: str | None = None
    split: int = SPLIT
    longest: int = 16 * 1024 * 1024


class Split(NamedTuple):
    """A part of an input that one process reads.

    `start` and `length` count the bytes of a file of lines or the row groups of a table; a length
    of 0 is all of it. `size` is in bytes, `state` is that of the file when it was found.
    """

    url: str
    start: int = 0
    length: int = 0
    form: Form = "lines"
    size: int = 0
    state: str = ""


class InputProblem(NamedTuple):
    """An input, and why it or a part of it cannot be read, or is slow to read."""

    source: str
    why: Text


class ReadingPlan(NamedTuple):
    """The splits to read, the inputs that cannot be read, and those that are slow to read."""

    splits: tuple[Split, ...]
    failures: tuple[InputProblem, ...]
    warnings: tuple[InputProblem, ...]


def plan(paths: Iterable[str], options: ReadOptions) -> ReadingPlan:
    """Find every input once and cut it into splits; search folders for known suffixes."""
    splits: dict[str, list[Split]] = {}
    failures: list[InputProblem] = []
    warnings: list[InputProblem] = []
    for path in paths:
        try:
            found = list(_files(path, options))
            if not found:
                about = {"suffixes": ", ".join(_SUFFIXES), "packed": ", ".join(_CODECS)}
                failures.append(InputProblem(path, Text("errors.no_bodies", about)))
            for url, info in found:
                if url not in splits:
                    splits[url] = list(_splits_of(url, info, options))
                    if _codec(url) and info["size"] > options.split:
                        warnings.append(InputProblem(url, Text("audit.one_split")))
        except MissingExtraError:
            raise
        except Exception as error:
            failures.append(InputProblem(path, why(error, path)))
    whole = (split for each in splits.values() for split in each)
    return ReadingPlan(tuple(whole), tuple(failures), tuple(warnings))


def tasks_of(splits: Iterable[Split], size: int) -> list[tuple[Split, ...]]:
    """Put small splits together to tasks, each of which is worth sending to a process."""
    tasks: list[list[Split]] = []
    room = 0
    for split in splits:
        if not tasks or split.size > room or len(tasks[-1]) >= FILES:
            tasks.append([])
            room = size
        tasks[-1].append(split)
        room -= split.size
    return [tuple(task) for task in tasks]


def why(error: Exception, url: str) -> Text:
    """Return why an input could not be read."""
    damaged = isinstance(error, OSError) and not error.errno and _codec(url)
    return reason(EOFError() if damaged else error)


def _file_system(url: str, options: ReadOptions) -> tuple[Any, str]:
    """Return the file system of a URL, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingExtraError("audit", "audit") from None
    s3 = url.startswith(("s3://", "s3a://"))
    try:
        more = {"endpoint_url": options.endpoint} if s3 and options.endpoint else {}
        found: tuple[Any, str] = url_to_fs(url, **more)
    except ImportError:
        if not s3:
            raise
        raise MissingExtraError("s3", "s3") from None
    return found


def _files(path: str, options: ReadOptions) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the files of a path, sorted by name, with what the file system says about them."""
    system, root = _file_system(path, options)
    system.invalidate_cache()
    local = "://" not in path and not Path(path).is_absolute()
    if re.search(r"[*?\[]", path) and not system.exists(root):
        matches = system.glob(root, detail=True)
    elif system.isdir(root):
        matches = {root: {"type": "directory"}}
    else:
        yield (_relative(root) if local else path), system.info(root)
        return
    for name, info in sorted(matches.items()):
        inside = {name: info}
        if info["type"] == "directory":
            inside = system.find(name, detail=True)
        for file, known in sorted(inside.items()):
            below = file.removeprefix(name)
            hidden = any(part.startswith(".") for part in PurePosixPath(below).parts[1:])
            if file == name or (not hidden and _suffix(file) in _SUFFIXES):
                yield (_relative(file) if local else _with_protocol(system, path, file)), known


def _relative(file: str) -> str:
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return file


def _with_protocol(system: Any, path: str, file: str) -> str:
    return str(system.unstrip_protocol(file)) if "://" in path else file


def _suffix(url: str) -> str:
    path = PurePosixPath(url.lower())
    return (path.with_suffix("") if path.suffix in _CODECS else path).suffix


def _codec(url: str) -> str | None:
    return _CODECS.get(PurePosixPath(url.lower()).suffix)


def _splits_of(url: str, info: Mapping[str, Any], options: ReadOptions) -> Iterator[Split]:
    form: Form = _SUFFIXES.get(_suffix(url), "lines")
    size, state = info["size"], _state(info)
    whole = Split(url, 0, 0, form, size, state)
    if size <= options.split or form == "body" or _codec(url):
        yield whole
    elif form == "lines":
        for start in range(0, size, options.split):
            length = min(options.split, size - start)
            yield whole._replace(start=start, length=length, size=length)
    else:
        with _opened(url, options) as file:
            groups = _table(file).num_row_groups
        together = max(1, groups * options.split // size)
        for start in range(0, groups, together):
            length = min(together, groups - start)
            yield whole._replace(start=start, length=length, size=size * length // groups)


def _state(info: Mapping[str, Any]) -> str:
    return ",".join(str(info[name]) for name in _STATE if name in info)


@contextmanager
def _opened(url: str, options: ReadOptions) -> Iterator[Any]:
    """Open a file, decompressed; pyarrow raises if a compressed one was cut off."""
    system, path = _file_system(url, options)
    with system.open(path, "rb") as file:
        codec = _codec(url)
        if codec is None:
            yield file
        else:
            import pyarrow

            yield pyarrow.CompressedInputStream(pyarrow.PythonFile(file, mode="r"), codec)


def read_split(split: Split, options: ReadOptions) -> Iterator[Dated]:
    """Yield the bodies of a split.

    Raises whatever the file system raises, and `AuditError` after the last body if the file has
    changed since it was found.
    """
    day = _day_of_folder(split.url, options.day_column)
    with _opened(split.url, options) as file:
        if split.form == "parquet":
            groups = list(range(split.start, split.start + split.length)) or None
            for batch in _batches(_table(file), groups, options):
                for body, named in bodies_of(batch, options):
                    yield body, named or day
        elif split.form == "body":
            yield file.read(options.longest + 1), day
        else:
            for line in split_lines(file, options.longest, split.start, split.length):
                if line and not line.isspace():
                    yield line, day
    system, path = _file_system(split.url, options)
    system.invalidate_cache()
    if _state(system.info(path)) != split.state:
        raise AuditError(Text("audit.replaced"))


def _table(file: Any) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("audit", "audit") from None
    return parquet.ParquetFile(file)


def _batches(table: Any, groups: list[int] | None, options: ReadOptions) -> Iterator[Any]:
    names = table.schema_arrow.names
    _check_column(options.column, names)
    columns = [name for name in (options.column, options.day_column) if name in names]
    yield from table.iter_batches(batch_size=_ROWS, row_groups=groups, columns=columns)


def bodies_of(batch: Any, options: ReadOptions) -> Iterator[Dated]:
    """Yield the bodies in a batch of Arrow; raises `AuditError` without the column."""
    names = batch.schema.names
    _check_column(options.column, names)
    bodies = batch.column(options.column).to_pylist()
    days: Iterable[Any] = [None] * len(bodies)
    if options.day_column in names:
        days = batch.column(options.day_column).to_pylist()
    for value, day in zip(bodies, days, strict=True):
        body = value.encode() if isinstance(value, str) else value
        if body is not None and not isinstance(body, bytes):
            raise AuditError(Text("audit.no_text", {"column": options.column}))
        if body and not body.isspace():
            yield body, None if day is None else iso_date(str(day))


def _check_column(column: str, names: list[str]) -> None:
    if column not in names:
        raise AuditError(Text("audit.no_column", {"column": column, "names": ", ".join(names)}))


@lru_cache(maxsize=4096)
def iso_date(text: str) -> str:
    """Return the date at the beginning of a text in ISO form; empty if there is none."""
    match = _DATE.match(text)
    try:
        return date(*map(int, match.groups())).isoformat() if match else NO_DAY
    except ValueError:
        return NO_DAY


def _day_of_folder(url: str, name: str) -> str | None:
    """Return the day in a folder of a URL such as `day=2026-11-30`."""
    found = re.search(rf"(?:^|/){re.escape(name)}=([^/]+)/", url)
    return iso_date(found[1]) or None if found else None
