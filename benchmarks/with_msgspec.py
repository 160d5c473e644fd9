"""The tolerant rules as hand-written msgspec structs.

Annotations are evaluated at their definition, so that structs may be made twice: with msgspec's own
decoder for what is embedded, as people write them, and with another parser.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError

from .with_pydantic import parsed

Name = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Digits = Annotated[str, Meta(pattern=r"^[0-9]{1,40}\Z")]
SignedDigits = Annotated[str, Meta(pattern=r"^-?[0-9]{1,40}\Z")]
Number = Count | Digits
Seconds = Annotated[str, Meta(pattern=r"^-?[0-9]{1,40}(\.[0-9]{1,40})?\Z")]
Fraction = Annotated[str, Meta(pattern=r"^[0-9]{1,40}/[0-9]{1,40}\Z")]
AspectRatio = Annotated[str, Meta(pattern=r"^[0-9]{1,40}:[0-9]{1,40}\Z")]
FrameRate = Annotated[str, Meta(pattern=r"^[0-9]{1,40}(\.[0-9]{1,40}|/[0-9]{1,40})?\Z")]


class Stream(Struct):
    codec_type: str
    index: Count | None = None
    codec_name: str | None = None
    codec_long_name: str | None = None
    codec_time_base: Fraction | None = None
    codec_tag_string: str | None = None
    codec_tag: str | None = None
    time_base: Fraction | None = None
    start_time: Seconds | None = None
    duration: Seconds | None = None
    duration_ts: int | None = None
    bit_rate: Number | None = None
    max_bit_rate: Number | None = None
    nb_frames: Digits | None = None
    width: Count | None = None
    height: Count | None = None
    coded_width: Count | None = None
    coded_height: Count | None = None
    has_b_frames: Count | None = None
    sample_aspect_ratio: AspectRatio | None = None
    display_aspect_ratio: AspectRatio | None = None
    pix_fmt: str | None = None
    profile: str | None = None
    level: int | None = None
    refs: Count | None = None
    is_avc: Literal["1", "0", "true", "false"] | None = None
    rotate: SignedDigits | None = None
    sample_fmt: str | None = None
    sample_rate: Number | None = None
    channels: Count | None = None
    channel_layout: str | None = None
    r_frame_rate: Fraction | None = None
    avg_frame_rate: Fraction | None = None
    start_pts: int | None = None
    chroma_location: str | None = None
    bits_per_raw_sample: Digits | None = None

    def __post_init__(self) -> None:
        if self.codec_type == "audio" and self.sample_rate is None:
            raise ValueError("an audio stream without sample_rate")


class SourceFormat(Struct):
    format_name: str
    size: Number
    nb_streams: Count | None = None
    format_long_name: str | None = None
    duration: Seconds | None = None
    bit_rate: Number | None = None
    probe_score: int | None = None


class MetaInfo(Struct):
    streams: list[Stream]
    format: SourceFormat


class OutputMetadata(Struct):
    rotate: SignedDigits | None = None


class OutputStream(Struct):
    index: Count | None = None
    codec_type: str | None = None
    codec_name: str | None = None
    bit_rate: Number | None = None
    width: Count | None = None
    height: Count | None = None
    r_frame_rate: FrameRate | None = None
    channels: Count | None = None
    sample_rate: Number | None = None


class OutputFormat(Struct):
    duration: Seconds | None = None
    format_name: str | None = None
    size: Number | None = None
    bit_rate: Number | None = None


class OutMediaInfo(Struct):
    streams: list[OutputStream]
    format: OutputFormat
    metadata: OutputMetadata | None = None


class Segment(Struct):
    fileindex: Count
    filename: str
    duration: Seconds
    filesize: Count


class Sprite(Struct):
    fileindex: Count
    thumbnailpath: str
    filesize: Count


#: Reads a text as a value of a type.
Reader = Callable[[str], Any]


def models(embedded: Callable[[Any], Reader]) -> tuple[type[Struct], ...]:
    """Return the structs of a callback, to be tried in turn; `embedded` returns a reader."""
    metainfo, media_info = embedded(MetaInfo), embedded(OutMediaInfo)
    segments, sprites = embedded(list[Segment]), embedded(list[Sprite])

    class Output(Struct):
        dstpath: str | None = None
        metainfo: str | None = None
        outMediainfo: str | None = None  # noqa: N815
        segmentlisttype: str | None = None
        segmenglisttype: str | None = None
        segmentsinfo: str | None = None
        thumnailsinfo: str | None = None

        def __post_init__(self) -> None:
            if self.metainfo:
                self.metainfo = metainfo(self.metainfo)
            if self.outMediainfo:
                self.outMediainfo = media_info(self.outMediainfo)
            if self.segmentsinfo:
                self.segmentsinfo = segments(self.segmentsinfo)
            if self.thumnailsinfo:
                self.thumnailsinfo = sprites(self.thumnailsinfo)

    class FlowOutput(Output):
        snapshotNum: Count | None = None  # noqa: N815

    class TaskDetails(Struct):
        errnum: int | None = None
        errmsg: str | None = None
        bucket: str | None = None
        snapshotNum: Count | None = None  # noqa: N815
        status: str | None = None
        progress: Percent | None = None
        items: list[Output] | Output | None = None

    class SubTask(Struct):
        Order: Count
        Type: Name
        Status: Literal[2, 3, 4]
        Errnum: int | None = None
        Errmsg: str | None = None
        Bucket: str | None = None
        OutInfo: list[FlowOutput] | FlowOutput | None = None

        def __post_init__(self) -> None:
            if self.Status == 3:
                _require_paths(self.OutInfo)

    class Task(Struct):
        TaskID: Name
        Status: Literal[3, 4, 2, 0]
        Type: Name
        Details: TaskDetails
        itmes: list[dict[str, Any]] | None = None
        taskid: Any | UnsetType = UNSET
        status: Any | UnsetType = UNSET
        type: Any | UnsetType = UNSET
        details: Any | UnsetType = UNSET

        def __post_init__(self) -> None:
            _refuse(self.taskid, self.status, self.type, self.details)
            _check_phase(self.Status, self.Details)

    class Flow(Struct):
        TaskID: Name
        Status: Literal[3, 4, 2, 0]
        Details: list[SubTask] | SubTask
        Type: Name | None = None
        taskid: Any | UnsetType = UNSET
        status: Any | UnsetType = UNSET
        type: Any | UnsetType = UNSET
        details: Any | UnsetType = UNSET

        def __post_init__(self) -> None:
            _refuse(self.taskid, self.status, self.type, self.details)

    class LegacyTask(Struct):
        taskid: Name
        status: Literal[3, 4, 2, 0]
        type: Name
        details: TaskDetails
        itmes: list[dict[str, Any]] | None = None
        TaskID: Any | UnsetType = UNSET
        Status: Any | UnsetType = UNSET
        Type: Any | UnsetType = UNSET
        Details: Any | UnsetType = UNSET

        def __post_init__(self) -> None:
            _refuse(self.TaskID, self.Status, self.Type, self.Details)
            _check_phase(self.status, self.details)

    class LegacyFlow(Struct):
        taskid: Name
        status: Literal[3, 4, 2, 0]
        details: list[SubTask] | SubTask
        type: Name | None = None
        TaskID: Any | UnsetType = UNSET
        Status: Any | UnsetType = UNSET
        Type: Any | UnsetType = UNSET
        Details: Any | UnsetType = UNSET

        def __post_init__(self) -> None:
            _refuse(self.TaskID, self.Status, self.Type, self.Details)

    return Task, Flow, LegacyTask, LegacyFlow


def _refuse(*others: Any) -> None:
    for value in others:
        if value is not UNSET:
            raise ValueError("names of both casings in one body")


def _check_phase(status: int, details: Any) -> None:
    if status in (3, 4) and details.errnum is None:
        raise ValueError("errnum is missing")
    if status == 3:
        _require_paths(details.items)


def _require_paths(outputs: Any) -> None:
    if outputs is None:
        raise ValueError("the outputs are missing")
    for output in outputs if isinstance(outputs, list) else [outputs]:
        if output.dstpath is None:
            raise ValueError("dstpath is missing")


def _first(readers: Sequence[Callable[[Any], Any]], body: Any) -> Any:
    *some, last = readers
    for read in some:
        try:
            return read(body)
        except ValidationError:
            continue
    return last(body)


def as_written() -> Callable[[bytes], Any]:
    structs = models(lambda kind: msgspec.json.Decoder(kind).decode)
    readers = [msgspec.json.Decoder(kind).decode for kind in structs]
    return lambda body: _first(readers, body)


def with_guarantees() -> Callable[[bytes], Any]:
    structs = models(lambda kind: lambda text: msgspec.convert(parsed(text.encode()), kind))
    readers = [partial(msgspec.convert, type=kind) for kind in structs]
    return lambda body: _first(readers, parsed(body))
