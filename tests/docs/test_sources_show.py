"""A change of one line of the sources shows on the pages, with nothing else changed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, run

CHANGES = [
    (
        "embedded/metainfo.yaml",
        "      description: Number of frames.\n",
        "      description: Number of frames, counted twice.\n",
        "embedded/metainfo.md",
        "Number of frames, counted twice.",
    ),
    (
        "embedded/metainfo.yaml",
        "    nb_frames:\n",
        "    nb_slices: {source: avinfo example, description: Slices., description_zh: 片数。, "
        "type: integer}\n    nb_frames:\n",
        "embedded/metainfo.md",
        '<a id="metainfo.streams.nb_slices"></a>`nb_slices` | integer |',
    ),
    (
        "errors/callback.yaml",
        "    message: HTTP download file fail\n",
        "    message: HTTP download file fails at times\n",
        "errors/callback.md",
        "HTTP download file fails at times",
    ),
    (
        "errata.yaml",
        "    title: File size sent as a string of digits\n",
        "    title: File size sent as words\n",
        "errata/metainfo.md",
        "File size sent as words",
    ),
    (
        "notices.yaml",
        "    title: the number differs from that of the streams that are listed\n",
        "    title: the number is another than that of the streams\n",
        "embedded/metainfo.md",
        "<br>Notice `stream-count`: the number is another than that of the streams.",
    ),
    (
        "callbacks/variants.yaml",
        "    title: Transcoding\n",
        "    title: Turning into something else\n",
        "variants/index.md",
        "Turning into something else",
    ),
]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference, written from sources with all of the changes."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    for file, old, new, _, _ in CHANGES:
        path = folder / "schemas" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    script = f"from kvs_schema import docs; docs.write({str(folder / 'out')!r})"
    written = run(sys.executable, "-c", script, KVS_SCHEMA_SOURCES=str(folder / "schemas"))
    assert written.returncode == 0, written.stderr
    return folder / "out"


@pytest.mark.parametrize(("page", "shown"), [(change[3], change[4]) for change in CHANGES])
def test_a_changed_line_shows(changed: Path, page: str, shown: str) -> None:
    assert shown in (changed / page).read_text(encoding="utf-8")
