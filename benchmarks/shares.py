"""Count how often media information has a feature: as it is drawn, and as a prober prints it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import hypothesis
from hypothesis import Phase, given, settings

from kvs_schema import Callback, validate_callback
from kvs_schema.strategies import callbacks

#: Real output of a prober, committed.
SAMPLES = Path(__file__).parents[1] / "tests" / "probes" / "samples"

Probe: TypeAlias = dict[str, Any]


def streams(probe: Probe, *kinds: str) -> list[Probe]:
    """Return the streams of a file, or those of some kinds."""
    return [each for each in probe["streams"] if not kinds or each.get("codec_type") in kinds]


def _has_cover(probe: Probe) -> bool:
    return any((each.get("disposition") or {}).get("attached_pic") for each in streams(probe))


FEATURES: dict[str, Callable[[Probe], bool]] = {
    "a single stream": lambda probe: len(streams(probe)) == 1,
    "no video": lambda probe: not streams(probe, "video"),
    "no audio": lambda probe: not streams(probe, "audio"),
    "other streams": lambda probe: any(
        each.get("codec_type") not in (None, "video", "audio") for each in streams(probe)
    ),
    "tags in a stream": lambda probe: any("tags" in each for each in streams(probe)),
    "a cover picture": _has_cover,
    "a video without bit rate": lambda probe: any(
        "bit_rate" not in each for each in streams(probe, "video")
    ),
    "a negative level": lambda probe: any(
        (each.get("level") or 0) < 0 for each in streams(probe, "video")
    ),
    "a stream of no kind": lambda probe: any("codec_type" not in each for each in streams(probe)),
    "audio with a width": lambda probe: any("width" in each for each in streams(probe, "audio")),
    "2 kB and more": lambda probe: len(json.dumps(probe)) > 2000,
}


def real() -> list[Probe]:
    """Return what a prober printed."""
    return [json.loads(path.read_text("utf-8")) for path in SAMPLES.glob("*.json")]


def drawn(count: int) -> list[Probe]:
    """Return the media information of so many callbacks that are drawn."""
    found: list[Callback] = []

    @hypothesis.seed(1)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate])
    @given(callbacks("task.finished", types="avinfo"))
    def keep(body: dict[str, Any]) -> None:
        found.append(validate_callback(body))

    keep()
    return list(inside(found))


def inside(found: Iterable[Callback]) -> Iterable[Probe]:
    """Yield the media information of callbacks."""
    for callback in found:
        document: Any = callback.document
        items = document["Details"]["items"]
        for output in [items] if isinstance(items, dict) else items:
            if output.get("metainfo"):
                yield output["metainfo"]


def percent(feature: str, probes: list[Probe]) -> float:
    """Return the share of files with a feature."""
    return 100 * sum(map(FEATURES[feature], probes)) / len(probes)


def lines(count: int) -> list[list[str]]:
    """Return the table of both shares."""
    groups = drawn(count), real()
    head = ["feature of media information", *(f"{len(group)} files" for group in groups)]
    head[1:] = [f"drawn, {head[1]}", f"printed by a prober, {head[2]}"]
    return [head, *([f, *(f"{percent(f, group):.1f} %" for group in groups)] for f in FEATURES)]
