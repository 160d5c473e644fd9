"""Output of a real ffprobe is valid in avinfo callbacks: committed and fresh samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kvs_schema import Report, check_callback

from ..tools import required
from . import make

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))

#: Names of real output that are in no table and no example, wherever they stand.
UNLISTED = {"disposition", "tags", "side_data_list", "start_time", "filename", "nb_programs"}


def wrapped(probe: Any) -> Report:
    item = {"dstpath": "", "metainfo": json.dumps(probe)}
    details = {"errnum": 0, "errmsg": "", "bucket": "", "items": [item]}
    return check_callback({"TaskID": "t", "Status": 3, "Type": "avinfo", "Details": details})


def assert_holds(probe: Any) -> None:
    report = wrapped(probe)
    assert report.valid, report.summary()
    assert {str(where[-1][-1]) for where in report.unlisted} & UNLISTED
    assert report.callback is not None
    metainfo = report.callback.outputs[0].metainfo
    assert metainfo is not None
    assert len(metainfo.streams) == len(probe["streams"]) == metainfo.format.nb_streams


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_committed_samples_hold(path: Path) -> None:
    assert_holds(json.loads(path.read_text(encoding="utf-8")))


def test_samples_show_what_the_levels_are_made_for() -> None:
    probes = [json.loads(path.read_text(encoding="utf-8")) for path in SAMPLES]
    streams = [stream for probe in probes for stream in probe["streams"]]
    assert len(SAMPLES) >= 12
    assert {"video", "audio", "subtitle", "data", "attachment"} <= {
        s["codec_type"] for s in streams
    }
    assert any(str(stream.get("start_time", "")).startswith("-") for stream in streams)
    assert any(stream["codec_type"] == "video" and "bit_rate" not in stream for stream in streams)
    assert any(stream["r_frame_rate"] == "0/0" for stream in streams)
    deviations = {d.erratum for probe in probes for d in wrapped(probe).deviations}
    assert {"stream-field-omitted", "size-is-digits", "stream-extra-fields"} <= deviations


def test_fresh_probes_hold(tmp_path: Path) -> None:
    for command in ("ffmpeg", "ffprobe"):
        required("ffmpeg", command, install="install ffmpeg")
    probes = make.probe_all(tmp_path)
    assert len(probes) >= 12
    for probe in probes.values():
        assert_holds(probe)
