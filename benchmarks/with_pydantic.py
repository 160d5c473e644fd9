"""The tolerant rules as hand-written pydantic models.

Annotations are evaluated at their definition, so that models may be made twice: with `Json[...]`,
as people write them, and with a parse of our choice for what is embedded.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import jiter
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    Json,
    StrictInt,
    TypeAdapter,
    model_validator,
)

Model = BaseModel

Name = Annotated[str, Field(min_length=1)]
Count = Annotated[StrictInt, Field(ge=0)]
Digits = Annotated[str, Field(pattern=r"^[0-9]{1,40}$")]
SignedDigits = Annotated[str, Field(pattern=r"^-?[0-9]{1,40}$")]
Number = Annotated[Count | Digits, Field(union_mode="left_to_right")]
Seconds = Annotated[str, Field(pattern=r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$")]
Fraction = Annotated[str, Field(pattern=r"^[0-9]{1,40}/[0-9]{1,40}$")]
AspectRatio = Annotated[str, Field(pattern=r"^[0-9]{1,40}:[0-9]{1,40}$")]
FrameRate = Annotated[str, Field(pattern=r"^[0-9]{1,40}(\.[0-9]{1,40}|/[0-9]{1,40})?$")]


def _refuse(value: Any) -> Any:
    raise ValueError("names of both casings in one body")


Never = Annotated[Any, AfterValidator(_refuse)]


class Stream(Model):
    index: Count | None = None
    codec_name: str | None = None
    codec_long_name: str | None = None
    codec_type: str
    codec_time_base: Fraction | None = None
    codec_tag_string: str | None = None
    codec_tag: str | None = None
    time_base: Fraction | None = None
    start_time: Seconds | None = None
    duration: Seconds | None = None
    duration_ts: StrictInt | None = None
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
    level: StrictInt | None = None
    refs: Count | None = None
    is_avc: Literal["1", "0", "true", "false"] | None = None
    rotate: SignedDigits | None = None
    sample_fmt: str | None = None
    sample_rate: Number | None = None
    channels: Count | None = None
    channel_layout: str | None = None
    r_frame_rate: Fraction | None = None
    avg_frame_rate: Fraction | None = None
    start_pts: StrictInt | None = None
    chroma_location: str | None = None
    bits_per_raw_sample: Digits | None = None

    @model_validator(mode="after")
    def audio_has_a_rate(self) -> "Stream":
        if self.codec_type == "audio" and self.sample_rate is None:
            raise ValueError("an audio stream without sample_rate")
        return self


class SourceFormat(Model):
    nb_streams: Count | None = None
    format_name: str
    format_long_name: str | None = None
    duration: Seconds | None = None
    size: Number
    bit_rate: Number | None = None
    probe_score: StrictInt | None = None


class MetaInfo(Model):
    streams: list[Stream]
    format: SourceFormat


class OutputMetadata(Model):
    rotate: SignedDigits | None = None


class OutputStream(Model):
    index: Count | None = None
    codec_type: str | None = None
    codec_name: str | None = None
    bit_rate: Number | None = None
    width: Count | None = None
    height: Count | None = None
    r_frame_rate: FrameRate | None = None
    channels: Count | None = None
    sample_rate: Number | None = None


class OutputFormat(Model):
    duration: Seconds | None = None
    format_name: str | None = None
    size: Number | None = None
    bit_rate: Number | None = None


class OutMediaInfo(Model):
    metadata: OutputMetadata | None = None
    streams: list[OutputStream]
    format: OutputFormat


class Segment(Model):
    fileindex: Count
    filename: str
    duration: Seconds
    filesize: Count


class Sprite(Model):
    fileindex: Count
    thumbnailpath: str
    filesize: Count


def adapter(embedded: Callable[[Any], Any]) -> TypeAdapter[Any]:
    """Return an adapter for callbacks; `embedded` gives the type of a string that contains JSON."""

    def content(kind: Any) -> Any:
        either = embedded(kind) | Literal[""] | None
        return Annotated[either, Field(union_mode="left_to_right")]

    class Output(Model):
        dstpath: str | None = None
        metainfo: content(MetaInfo) = None  # type: ignore[valid-type]
        outMediainfo: content(OutMediaInfo) = None  # type: ignore[valid-type]  # noqa: N815
        segmentlisttype: str | None = None
        segmenglisttype: str | None = None
        segmentsinfo: content(list[Segment]) = None  # type: ignore[valid-type]
        thumnailsinfo: content(list[Sprite]) = None  # type: ignore[valid-type]

    class FlowOutput(Output):
        snapshotNum: Count | None = None  # noqa: N815

    class TaskDetails(Model):
        errnum: StrictInt | None = None
        errmsg: str | None = None
        bucket: str | None = None
        snapshotNum: Count | None = None  # noqa: N815
        status: str | None = None
        progress: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
        items: list[Output] | Output | None = None

    class SubTask(Model):
        Order: Count
        Type: Name
        Status: Literal[2, 3, 4]
        Errnum: StrictInt | None = None
        Errmsg: str | None = None
        Bucket: str | None = None
        OutInfo: list[FlowOutput] | FlowOutput | None = None

        @model_validator(mode="after")
        def finished_has_output(self) -> "SubTask":
            if self.Status == 3:
                _require_paths(self.OutInfo)
            return self

    class Task(Model):
        TaskID: Name
        Status: Literal[3, 4, 2, 0]
        Type: Name
        Details: TaskDetails
        itmes: list[dict[str, Any]] | None = None
        taskid: Never = None
        status: Never = None
        type: Never = None
        details: Never = None

        @model_validator(mode="after")
        def phase(self) -> "Task":
            _check_phase(self.Status, self.Details)
            return self

    class Flow(Model):
        TaskID: Name
        Status: Literal[3, 4, 2, 0]
        Type: Name | None = None
        Details: list[SubTask] | SubTask
        taskid: Never = None
        status: Never = None
        type: Never = None
        details: Never = None

    class LegacyTask(Model):
        taskid: Name
        status: Literal[3, 4, 2, 0]
        type: Name
        details: TaskDetails
        itmes: list[dict[str, Any]] | None = None
        TaskID: Never = None
        Status: Never = None
        Type: Never = None
        Details: Never = None

        @model_validator(mode="after")
        def phase(self) -> "LegacyTask":
            _check_phase(self.status, self.details)
            return self

    class LegacyFlow(Model):
        taskid: Name
        status: Literal[3, 4, 2, 0]
        type: Name | None = None
        details: list[SubTask] | SubTask
        TaskID: Never = None
        Status: Never = None
        Type: Never = None
        Details: Never = None

    either = Task | Flow | LegacyTask | LegacyFlow
    return TypeAdapter(Annotated[either, Field(union_mode="left_to_right")])


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


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("no text")
    return parsed(value.encode()) if value else value


def parsed(text: bytes) -> Any:
    """Parse a text; raise `ValueError` for a duplicate key."""
    return jiter.from_json(text, catch_duplicate_keys=True, allow_inf_nan=False)


def as_written() -> Callable[[bytes], Any]:
    return adapter(lambda kind: Json[kind]).validate_json  # type: ignore[valid-type,misc]


def with_guarantees() -> Callable[[bytes], Any]:
    validate = adapter(lambda kind: Annotated[kind, BeforeValidator(_parsed)]).validate_python
    return lambda body: validate(parsed(body))
