"""What the rows of a handler must contain, read through the typed views of `kvs_schema`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import kvs_schema
from kvs_schema import Callback, TaskStatus
from kvs_schema.results.views import MetaInfo, SourceStream

STATES = {
    TaskStatus.PROCESSING: "running",
    TaskStatus.FAILED: "failed",
    TaskStatus.SUCCEEDED: "done",
}
RANKS = {status: rank for rank, status in enumerate(STATES)}
GIB = 1 << 30


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
