"""Views: typed values whatever was sent, and attributes that the sources decide."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_type_hints

import pytest

import kvs_schema
from kvs_schema import Callback, TaskStatus, encode_callback, validate_callback
from kvs_schema.catalogue import store
from kvs_schema.results import views
from kvs_schema.results.attributes import View

from ..documents import untyped

EXAMPLES: dict[str, dict[str, Any]] = store.specification()["examples"]


def callback(name: str, **changes: Any) -> Callback:
    return validate_callback({**encode_callback(EXAMPLES[name]["body"]), **changes})


def test_avinfo_is_read_with_types() -> None:
    found = callback("avinfo")
    assert (found.variant, found.status, found.type) == (
        "task.finished",
        TaskStatus.SUCCEEDED,
        "avinfo",
    )
    (output,) = found.outputs
    assert (output.bucket, output.path, output.media_info) == ("", "", None)
    assert output.metainfo is not None
    audio, video = output.metainfo.streams
    assert audio.index is None
    assert audio.sample_rate == 48000
    assert audio.r_frame_rate is None
    assert video.avg_frame_rate == Fraction(7787500, 642153)
    assert video.sample_aspect_ratio == Fraction(0)
    assert video.duration == Decimal("1284.306000")
    assert (video.width, video.is_avc, video.bit_rate) == (500, True, 781679)
    assert output.metainfo.format.size == 133778683
    assert output.metainfo.format.nb_streams == 2


@pytest.mark.parametrize(
    "kind", [Callback, *(found for found in vars(views).values() if isinstance(found, type))]
)
def test_help_describes_every_attribute(kind: type) -> None:
    if not issubclass(kind, Callback | views.Task | View):
        return
    names = [name for name in dir(kind) if not name.startswith("_") and name != "schema"]
    assert [name for name in names if not inspect.getdoc(getattr(kind, name))] == []


def test_numbers_are_numbers_however_they_were_sent() -> None:
    streams = callback("finished-avtrans").outputs[0].media_info
    assert streams is not None
    assert [stream.bit_rate for stream in streams.streams] == [500000, 64000]
    assert streams.streams[0].r_frame_rate == Fraction(301, 10)
    assert streams.metadata is not None
    assert streams.metadata.rotate == 10
    assert streams.format.size == 198
    assert streams.format.bit_rate is None


def test_every_phase_has_a_status_of_its_own() -> None:
    phases = store.specification()["classifier"]["phases"]
    assert len(phases) == len(TaskStatus)
    for phase, source in phases.items():
        assert {c.status for c in map(read, callbacks_of([phase]))} == {source["status"][0]}


def callbacks_of(phases: Iterable[str]) -> list[dict[str, Any]]:
    return [e for e in EXAMPLES.values() if e["schema"].rpartition(".")[2] in phases]


def read(example: dict[str, Any]) -> Callback:
    return validate_callback(encode_callback(example["body"]))


def test_flows_give_a_task_each() -> None:
    found = callback("flow-failed")
    assert [task.order for task in found.tasks] == [0, 1]
    assert [task.status for task in found.tasks] == [TaskStatus.SUCCEEDED, TaskStatus.FAILED]
    assert found.error is not None
    assert found.error is not found.tasks[0].error
    assert (found.error.code, found.error.known) == (2043, True)
    assert found.type is None
    assert len(found.outputs) == 1


def test_progress_has_a_stage() -> None:
    (task,) = callback("uploading-progress").tasks
    assert task.stage == "uploading"
    assert isinstance(task.progress, int)
    assert task.outputs == ()
    assert task.error is None
    assert callback("legacy-progress").status is TaskStatus.PROCESSING
    assert callback("progress-status-zero").status is TaskStatus.PROCESSING


def test_failed_tasks_explain_their_code() -> None:
    found = callback("failed")
    assert found.error is not None
    assert found.error.code == 2032
    assert found.error.message == "HTTP download file fail"
    assert found.tasks[0].errmsg is not None
    unknown = callback("failed-unknown-code")
    assert unknown.error is not None
    assert unknown.error.known is False


def test_a_failed_task_with_code_0_has_no_error() -> None:
    """The table calls 0 Success, which would be the wrong thing to say."""
    found = callback("failed", Details={"errnum": 0, "errmsg": ""})
    assert (found.status, found.tasks[0].errnum) == (TaskStatus.FAILED, 0)
    assert (found.tasks[0].error, found.error) == (None, None)
    flow = callback("flow-failed")
    last = untyped(flow)["Details"][1]
    zero = {**last, "Order": 0, "Errnum": 0}
    found = callback("flow-failed", Details=[zero, last])
    assert [task.error is None for task in found.tasks] == [True, False]
    assert found.error is None


def test_segments_sprites_and_snapshots() -> None:
    found = callback("segment").outputs[0]
    assert found.segment_list_type == "m3u8"
    assert [segment.index for segment in found.segments] == [0, 1, 2, 3]
    assert found.segments[1].duration == Decimal("11.0000")
    assert found.segments[1].name == "segmentfile-001.mp4"
    sprites = [
        thumbnail for output in callback("sprite").outputs for thumbnail in output.thumbnails
    ]
    assert sprites[0].path
    assert callback("avsample").tasks[0].snapshot_count


def test_either_spelling_fills_the_list_type() -> None:
    body = encode_callback(EXAMPLES["segment"]["body"])
    body["Details"]["items"][0]["segmentlisttype"] = "other"
    assert validate_callback(body).outputs[0].segment_list_type == "other"


@pytest.mark.parametrize("name", ["items-object", "flow-one-subtask", "flow-several-outputs"])
def test_object_or_array_makes_no_difference(name: str) -> None:
    assert callback(name).outputs


VIEWS = [
    view
    for view in vars(views).values()
    if isinstance(view, type) and issubclass(view, View) and hasattr(view, "schema")
]


def fields_of(schema: str) -> dict[str, str]:
    properties = store.specification()["schemas"][schema]["properties"]
    return {name: sub.get("attribute", name) for name, sub in properties.items()}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_public_attributes_are_those_of_the_sources(view: type[View]) -> None:
    mapped = set(fields_of(view.schema).values())
    declared = {
        name
        for base in view.__mro__
        if base not in (object, View)
        for name in (*vars(base).get("__annotations__", {}), *vars(base))
        if not name.startswith("_") and name != "schema"
    }
    if view.__name__.startswith("_"):
        mapped = {name for name in mapped if name in declared}
    assert declared - {"bucket"} == mapped - {"bucket"}
    assert get_type_hints(view) is not None


def test_views_know_no_other_attributes() -> None:
    with pytest.raises(AttributeError, match="no attribute 'widht'"):
        _ = callback("segment").outputs[0].widht  # type: ignore[attr-defined]


def test_equal_documents_give_equal_callbacks() -> None:
    assert callback("segment") == callback("segment")
    assert callback("segment") != callback("segment", TaskID="other")
    assert callback("segment").outputs == callback("segment").outputs


def test_kvs_names_stand_in_python_only_in_the_views() -> None:
    import re
    from pathlib import Path

    schemas = store.specification()["schemas"].values()
    fields = {
        name for s in schemas if isinstance(s.get("properties"), dict) for name in s["properties"]
    }
    spelt = {name for name in fields if re.search(r"[A-Z_]", name) or name.endswith(("num", "msg"))}
    spelt -= {"query", "headers", "body", "Type"}  # the last is a heading, too
    package = Path(kvs_schema.__file__).parent
    found = {
        (path.name, name)
        for path in package.rglob("*.py")
        if path.name != "views.py"
        for name in re.findall(r"[\"']([A-Za-z_-]+)[\"']", path.read_text(encoding="utf-8"))
        if name in spelt - {"task_id", "errnum", "errmsg"}  # attributes of the views
    }
    assert found == set()


class TestEquality:
    def test_views_of_equal_documents_are_equal(self) -> None:
        first, second = callback("flow-several-outputs"), callback("flow-several-outputs")
        assert first.tasks == second.tasks
        assert first.outputs == second.outputs

    def test_outputs_in_other_buckets_differ(self) -> None:
        first, second = callback("finished-avtrans"), callback("finished-avtrans")
        untyped(second)["Details"]["bucket"] += "-2"
        assert first.outputs != second.outputs
        assert first.tasks != second.tasks
