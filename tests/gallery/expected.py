"""What the rows of a handler must contain, read through the typed views of `kvs_schema`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html import escape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import kvs_schema
from kvs_schema import Callback, TaskStatus
from kvs_schema.results.views import MetaInfo, SourceStream

from ..documents import untyped

STATES = {
    TaskStatus.PROCESSING: "running",
    TaskStatus.FAILED: "failed",
    TaskStatus.SUCCEEDED: "done",
}
RANKS = {status: rank for rank, status in enumerate(STATES)}
GIB = 1 << 30
ROOT = "/srv/media"
BASE = "https://media-out.ks3.example.com"


def metainfos(callback: Callback) -> Iterator[MetaInfo]:
    for output in callback.outputs:
        if output.metainfo is not None:
            yield output.metainfo


def streams(callback: Callback, *kinds: str) -> Iterator[SourceStream]:
    for metainfo in metainfos(callback):
        for stream in metainfo.streams:
            if not kinds or stream.codec_type in kinds:
                yield stream


def lengths(callback: Callback) -> Iterator[Decimal]:
    for output in callback.outputs:
        if output.media_info is not None and output.media_info.format.duration is not None:
            yield output.media_info.format.duration


def height(stream: SourceStream) -> int:
    ratio = stream.display_aspect_ratio
    if not ratio:
        return (stream.width or 0) * 9 // 16
    return (stream.width or 0) * ratio.denominator // ratio.numerator


def paths(callback: Callback) -> list[str]:
    return [output.path or "" for output in callback.outputs]


def is_video(metainfo: Mapping[str, Any]) -> bool:
    """Whether there is a video stream that is no cover picture; no view says which is one."""
    return any(
        stream.get("codec_type") == "video"
        and not (stream.get("disposition") or {}).get("attached_pic")
        for stream in metainfo["streams"]
    )


def probes(callback: Callback) -> Iterator[Mapping[str, Any]]:
    items = untyped(callback)["Details"]["items"]
    for output in [items] if isinstance(items, dict) else items:
        if output.get("metainfo"):
            yield output["metainfo"]


def pictures(callback: Callback) -> Iterator[tuple[int, int, SourceStream]]:
    for stream in streams(callback):
        if stream.width is not None and stream.height is not None:
            yield stream.width, stream.height, stream


def is_upright(width: int, height: int, rotate: int | None) -> bool:
    return width > height if (rotate or 0) % 180 == 90 else height > width


def play_lists(callback: Callback) -> Iterator[list[str]]:
    for output in callback.outputs:
        segments = sorted(output.segments or (), key=lambda segment: segment.index or 0)
        yield [segment.name or "" for segment in segments]


def percent(callback: Callback) -> int:
    taken = callback.tasks[0].snapshot_count
    return 100 * len(callback.outputs) // taken if taken else 0


COLUMNS: Mapping[str, Callable[[Callback], Any]] = {
    "state": lambda callback: STATES[callback.status],
    "progress": lambda callback: callback.tasks[0].progress if callback.tasks else None,
    "error": lambda callback: callback.error.code if callback.error else None,
    "reason": lambda callback: callback.error.title if callback.error else None,
    "message": lambda callback: (callback.tasks[0].errmsg or "").strip(),
    "files": lambda callback: [output.path for output in callback.outputs],
    "billed": lambda callback: len(callback.outputs),
    "seconds": lambda callback: sum(lengths(callback), Decimal(0)),
    "milliseconds": lambda callback: [int(length * 1000) for length in lengths(callback)],
    "orders": lambda callback: [task.order for task in callback.tasks],
    "streams": lambda callback: len(list(streams(callback))),
    "big": lambda callback: any((found.format.size or 0) > GIB for found in metainfos(callback)),
    "width": lambda callback: max((stream.width or 0 for stream in streams(callback)), default=0),
    "heights": lambda callback: [height(stream) for stream in streams(callback, "video")],
    "video": lambda callback: [
        (stream.width, stream.height, stream.bit_rate) for stream in streams(callback, "video")
    ],
    "audio": lambda callback: [stream.index or 0 for stream in streams(callback, "audio")],
    "started": lambda callback: [
        stream.start_time for stream in streams(callback) if stream.start_time is not None
    ],
    "stored": lambda callback: [f"{ROOT}/{path}" for path in paths(callback) if path],
    "page": lambda callback: "".join(
        f"<li>{escape(path, quote=False)}</li>" for path in paths(callback)
    ),
    "links": lambda callback: [f"{BASE}/{quote(path)}" for path in paths(callback)],
    "extensions": lambda callback: [
        PurePosixPath(path).suffix[1:] for path in paths(callback) if path
    ],
    "playable": lambda callback: [path.lower().endswith(".mp4") for path in paths(callback)],
    "is_video": lambda callback: [is_video(found) for found in probes(callback)],
    "sizes": lambda callback: [found.format.size for found in metainfos(callback)],
    "heights_by_width": lambda callback: [
        height / width if width else None for width, height, _ in pictures(callback)
    ],
    "upright": lambda callback: [
        is_upright(width, height, stream.rotate)
        for width, height, stream in pictures(callback)
        if width and height
    ],
    "play_lists": lambda callback: list(play_lists(callback)),
    "percent": percent,
    "line": lambda callback: f"{callback.task_id} failed: {callback.tasks[0].errmsg or ''}",
    "address": lambda callback: f"/tasks/{quote(callback.task_id, safe='')}",
    "types": lambda callback: [
        task.type for task in sorted(callback.tasks, key=lambda task: task.order or 0)
    ],
    "alarms": lambda callback: 1,
    "frame_rates": lambda callback: [
        stream.avg_frame_rate for stream in streams(callback) if stream.avg_frame_rate is not None
    ],
}


class Expected:
    """The callback that decides about each task: the first of the highest rank so far.

    Of progress it is the last, since none outranks another.
    """

    def __init__(self) -> None:
        self.callbacks: dict[str, Callback] = {}
        #: How long the outputs are together, for each success of a task.
        self.lengths: dict[str, list[Decimal]] = {}

    def add(self, body: bytes) -> None:
        callback = kvs_schema.validate_callback(body)
        known = self.callbacks.get(callback.task_id)
        rank = RANKS[callback.status]
        least = -1 if known is None else RANKS[known.status]
        if rank > least or (callback.status is TaskStatus.PROCESSING and rank == least):
            self.callbacks[callback.task_id] = callback
        if callback.status is TaskStatus.SUCCEEDED:
            length = sum(lengths(callback), Decimal(0))
            self.lengths.setdefault(callback.task_id, []).append(length)

    def column(self, task_id: str, name: str) -> Any:
        if name == "contradictions":
            first, *others = self.lengths[task_id]
            return sum(length != first for length in others)
        return COLUMNS[name](self.callbacks[task_id])
