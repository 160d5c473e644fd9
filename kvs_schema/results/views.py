"""Typed, read-only views of a callback.

Attributes are those that the sources map to fields (`attribute`, or the field's own name); values
are read by the `form` of the field: a number is a number however it was sent, a time is `Decimal`
seconds, a ratio a `Fraction` (None where the denominator is 0), and what is absent is None,
as every value of a partial callback may be. `document` keeps what was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from ..catalogue import store
from ..catalogue.error_codes import ErrorCode, error_codes
from .attributes import View, keys_of, objects_in
from .status import TaskStatus


class SourceStream(View):
    """A stream that avinfo found; durations in seconds.

    The KVS documentation gives no unit for its bit rates; the figures fit bit/s.

    KVS documentation: metainfo, streams.
    """

    __slots__ = ()
    schema = "metainfo.streams"

    index: int | None
    codec_name: str | None
    codec_long_name: str | None
    codec_type: str | None
    codec_time_base: Fraction | None
    codec_tag_string: str | None
    codec_tag: str | None
    time_base: Fraction | None
    start_time: Decimal | None
    duration: Decimal | None
    duration_ts: int | None
    bit_rate: int | None
    max_bit_rate: int | None
    nb_frames: int | None
    width: int | None
    height: int | None
    coded_width: int | None
    coded_height: int | None
    has_b_frames: int | None
    sample_aspect_ratio: Fraction | None
    display_aspect_ratio: Fraction | None
    pix_fmt: str | None
    profile: str | None
    level: int | None
    refs: int | None
    is_avc: bool | None
    rotate: int | None
    sample_fmt: str | None
    sample_rate: int | None
    channels: int | None
    channel_layout: str | None
    r_frame_rate: Fraction | None
    avg_frame_rate: Fraction | None
    start_pts: int | None
    chroma_location: str | None
    bits_per_raw_sample: int | None


class SourceFormat(View):
    """What avinfo found of the file as a whole; `size` in bytes, `bit_rate` in bit/s.

    KVS documentation: metainfo, format.
    """

    __slots__ = ()
    schema = "metainfo.format"

    nb_streams: int | None
    format_name: str | None
    format_long_name: str | None
    duration: Decimal | None
    size: int | None
    bit_rate: int | None
    probe_score: int | None


class MetaInfo(View):
    """The opened `metainfo` of an avinfo task.

    KVS documentation: metainfo.
    """

    __slots__ = ()
    schema = "metainfo"
    streams: tuple[SourceStream, ...]
    format: SourceFormat


class OutputStream(View):
    """A stream of a file that avtrans wrote; `bit_rate` in bit/s.

    KVS documentation: outMediainfo, streams.
    """

    __slots__ = ()
    schema = "outMediainfo.streams"

    index: int | None
    codec_type: str | None
    codec_name: str | None
    bit_rate: int | None
    width: int | None
    height: int | None
    r_frame_rate: Fraction | None
    channels: int | None
    sample_rate: int | None


class OutputFormat(View):
    """What avtrans says of the file as a whole; `size` in bytes, `bit_rate` in bit/s.

    KVS documentation: outMediainfo, format.
    """

    __slots__ = ()
    schema = "outMediainfo.format"

    duration: Decimal | None
    format_name: str | None
    size: int | None
    bit_rate: int | None


class OutputMetadata(View):
    """Metadata that avtrans wrote; no unit is documented for `rotate`, probers write degrees.

    KVS documentation: outMediainfo, metadata.
    """

    __slots__ = ()
    schema = "outMediainfo.metadata"

    rotate: int | None


class MediaInfo(View):
    """The opened `outMediainfo` of an avtrans task.

    KVS documentation: outMediainfo.
    """

    __slots__ = ()
    schema = "outMediainfo"
    metadata: OutputMetadata | None
    streams: tuple[OutputStream, ...]
    format: OutputFormat


class Segment(View):
    """A segment file; `duration` in seconds, `size` in bytes.

    KVS documentation: segmentsinfo.
    """

    __slots__ = ()
    schema = "segmentsinfo.segment"

    index: int | None
    name: str | None
    duration: Decimal | None
    size: int | None


class Thumbnail(View):
    """A sprite sheet; `size` in bytes.

    KVS documentation: thumnailsinfo.
    """

    __slots__ = ()
    schema = "thumnailsinfo.sprite"

    index: int | None
    path: str | None
    size: int | None


class Output(View):
    """One output of a task: where it lies, and what is known of it.

    KVS documentation: POST callback, items; Flow callback, OutInfo.
    """

    __slots__ = {"bucket": "Bucket of the task that wrote it."}
    schema = "output"

    bucket: str | None
    path: str | None
    segment_list_type: str | None
    metainfo: MetaInfo | None
    media_info: MediaInfo | None
    segments: tuple[Segment, ...]
    thumbnails: tuple[Thumbnail, ...]

    def __init__(self, data: Mapping[str, Any], bucket: str | None = None) -> None:
        super().__init__(data)
        self.bucket = bucket

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and isinstance(other, Output) and other.bucket == self.bucket

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._data, self.bucket)


class _FlowOutput(Output):
    __slots__ = ()
    schema = "outinfo"

    snapshot_count: int | None


class Task:
    """One task: that of the callback, or a sub-task of a flow.

    `order` is None outside a flow; `errnum` and `errmsg` are as sent; `error` is the entry of
    `errnum` when the task failed; `stage` and `progress` (percent) belong to running tasks;
    `snapshot_count` to snapshot tasks. `status` is None where a sub-task has no known one.

    KVS documentation: POST callback, Details; Flow callback, Details.
    """

    __slots__ = {
        "_removed": "The keys that were removed because they could not be used; None if complete.",
        "_view": "The object that the other attributes read.",
        "order": "Order of a sub-task; None outside a flow.",
        "status": "Its status; None if a sub-task has no known one.",
        "type": "Type of the task.",
    }

    order: int | None
    type: str | None
    status: TaskStatus | None

    def __init__(
        self,
        view: View,
        order: int | None,
        type_: str | None,
        status: TaskStatus | None,
        removed: Collection[str] | None = None,
    ) -> None:
        self._view = view
        self.order = order
        self.type = type_
        self.status = status
        self._removed = removed

    @property
    def complete(self) -> bool:
        """Whether nothing is missing or was removed: it is valid at the tolerant level."""
        return self._removed is None

    @property
    def errnum(self) -> int | None:
        """The error code as sent; 0 for success."""
        errnum: int | None = self._view.read("errnum")
        return errnum

    @property
    def errmsg(self) -> str | None:
        """What went wrong, in the words sent."""
        value = self._view.read("errmsg")
        return None if value is None else str(value)

    @property
    def error(self) -> ErrorCode | None:
        """The entry of `errnum` if the task failed; None for 0, which says success."""
        if self.status is not TaskStatus.FAILED or not self.errnum:
            return None
        return error_codes.lookup(self.errnum)

    @property
    def stage(self) -> str | None:
        """What a running task is doing."""
        return self._view.read("stage") or None

    @property
    def progress(self) -> int | None:
        """Percentage of the present stage; may fall when the stage changes."""
        progress: int | None = self._view.read("progress")
        return progress

    @property
    def snapshot_count(self) -> int | None:
        """Number of snapshots taken, in all outputs; None where one of several is not known."""
        counts = [self._view.read("snapshot_count")]
        if isinstance(self._view, _SubTask):
            if self._removed and not _counted().isdisjoint(self._removed):
                return None
            counts += [output.snapshot_count for output in map(_FlowOutput, self._outputs())]
        found = [count for count in counts if count is not None]
        return sum(found) if found else None

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the task wrote, in the order sent."""
        bucket = self._view.read("bucket")
        kind = _FlowOutput if isinstance(self._view, _SubTask) else Output
        return tuple(kind(item, bucket) for item in self._outputs())

    def _outputs(self) -> Iterator[dict[str, Any]]:
        return objects_in(self._view.read("outputs"))

    def as_dict(self) -> dict[str, Any]:
        """Return the typed values as a JSON object; times and ratios are strings."""
        return {
            "order": self.order,
            "type": self.type,
            "status": self.status,
            "errnum": self.errnum,
            "errmsg": self.errmsg,
            "error": self.error.title if self.error else None,
            "stage": self.stage,
            "progress": self.progress,
            "snapshot_count": self.snapshot_count,
            "complete": self.complete,
            "outputs": [output.as_dict() for output in self.outputs],
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Task) and other.__reduce__() == self.__reduce__()

    def __repr__(self) -> str:
        status = self.status and self.status.name
        return f"<Task type={self.type!r} status={status}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Task, (self._view, self.order, self.type, self.status, self._removed)


class _Details(View):
    __slots__ = ()
    schema = "details"


class _SubTask(View):
    __slots__ = ()
    schema = "subtask"

    order: int | None
    type: str | None
    status: int | None


def tasks_of(
    details: Any,
    variant: str,
    task_type: str | None,
    status: TaskStatus,
    gaps: Mapping[int, Collection[str]] | None,
) -> tuple[Task, ...]:
    """Return the sub-tasks of a flow in the order sent; one for a single task.

    `gaps` are the keys removed from each incomplete sub-task; None of a complete callback.
    """
    if variant.partition(".")[0] not in _flow_dialects():
        view = _Details(details if isinstance(details, dict) else {})
        removed = None if gaps is None else gaps.get(0, ())
        return (Task(view, None, task_type, status, removed),)
    return tuple(
        Task(view, view.order, view.type, _status(view.status), (gaps or {}).get(index))
        for index, view in enumerate(map(_SubTask, objects_in(details)))
    )


def _status(value: int | None) -> TaskStatus | None:
    return None if value is None else TaskStatus(value)


@cache
def _flow_dialects() -> frozenset[str]:
    dialects = store.program()["classifier"]["dialects"]
    return frozenset(name for name, dialect in dialects.items() if dialect["flow"])


@cache
def _counted() -> frozenset[str]:
    """Return the keys whose removal makes the sum of the snapshots of a sub-task unknown."""
    return keys_of(_FlowOutput.schema, "snapshot_count") | keys_of(_SubTask.schema, "outputs")
