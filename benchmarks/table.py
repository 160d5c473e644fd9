"""Write the result as a table: measurement, goal and value."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "kvs-schema",
    "orjson",
    "jsonschema-rs",
    "jsonschema",
    "fastjsonschema",
    "pydantic",
    "msgspec",
    "jiter",
    "hypothesis",
    "mkdocs",
)


@dataclass(frozen=True)
class Row:
    """One measurement. `met` is None where there is no goal, or nothing to compare with."""

    measure: str
    result: str
    goal: str = ""
    met: bool | None = None
    detail: str = ""

    @property
    def mark(self) -> str:
        return {True: "met", False: "MISSED", None: ""}[self.met]


def at_most(measure: str, ratio: float, goal: float, detail: str) -> Row:
    return Row(measure, f"{ratio:.2f}", f"at most {goal:g}", ratio <= goal, detail)


def at_least(measure: str, ratio: float, goal: float, detail: str) -> Row:
    return Row(measure, f"{ratio:.3g}", f"at least {goal:g}", ratio >= goal, detail)


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def machine() -> dict[str, Any]:
    """Return the machine and the versions of the figures."""
    return {
        "machine": f"{_processor()}, {_cores()} cores, {platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def text(rows: Sequence[Row], bodies: Sequence[dict[str, Any]]) -> str:
    """Return both tables: the measurements, and each body by each contender."""
    return "\n\n".join([_columns(_measures(rows)), _columns(_contenders(bodies))])


def _measures(rows: Sequence[Row]) -> list[list[str]]:
    head = ["measure", "result", "goal", "", "absolute"]
    return [head, *([r.measure, r.result, r.goal, r.mark, r.detail] for r in rows)]


def _contenders(bodies: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the rows with multiples of the floor."""
    names = list(bodies[0]["ratios"])
    head = ["multiples of the floor", "bytes", "floor", *names]
    return [
        head,
        *(
            [
                body["name"],
                str(body["bytes"]),
                microseconds(body["floor"]),
                *(f"{body['ratios'][name]:.2f}" for name in names),
            ]
            for body in bodies
        ),
    ]


def markdown(
    rows: Sequence[Row], bodies: Sequence[dict[str, Any]], shares: list[list[str]], command: str
) -> str:
    """Return all tables as a page in Markdown, with the machine and the versions."""
    about = machine()
    versions = ", ".join(f"{name} {version}" for name, version in about["packages"].items())
    return f"""# Benchmark

Written by `{command} --markdown FILE`. Ratios compare with what one would use instead,
measured in the same run; absolute times depend on the machine.

{about["machine"]}; {about["python"]}; {versions}.

## Measurements

{_pipes(_measures(rows))}

## Each body by each library

The floor is the bare parse of the body and its embedded documents; the other columns are multiples
of it.

{_pipes(_contenders(bodies))}

## What the strategies draw

Shares of files with a feature; the samples of a prober are few, made for this purpose.

{_pipes(shares)}
"""


def _pipes(lines: list[list[str]]) -> str:
    rule = ["---"] * len(lines[0])
    escaped = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in [escaped[0], rule, *escaped[1:]])


def _columns(lines: list[list[str]]) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [lines[0], rule, *lines[1:]]
    )


def as_dict(rows: Sequence[Row], bodies: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {**machine(), "rows": [asdict(row) for row in rows], "bodies": list(bodies)}
