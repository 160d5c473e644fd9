"""Hypothesis draws our public types, and nobody else loads Hypothesis or the strategies."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kvs_schema as kvs
from kvs_schema.testing.hypothesis_plugin import register

ROOT = Path(kvs.__file__).parent.parent
TYPES = [
    kvs.Callback,
    kvs.Erratum,
    kvs.ErrorCode,
    kvs.ErrorTable,
    kvs.Limits,
    kvs.MediaInfo,
    kvs.MetaInfo,
    kvs.Output,
    kvs.OutputFormat,
    kvs.OutputMetadata,
    kvs.OutputStream,
    kvs.Report,
    kvs.Segment,
    kvs.SourceFormat,
    kvs.SourceStream,
    kvs.Task,
    kvs.TaskStatus,
    kvs.Thumbnail,
    kvs.Variant,
    kvs.Violation,
]

register()


@pytest.mark.parametrize("public", TYPES, ids=lambda public: public.__name__)
@settings(max_examples=8, database=None, deadline=None)
@given(data=st.data())
def test_public_types_are_drawn(public: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(public))
    assert isinstance(value, public)
    for attribute in set(dir(value)) - set(dir(object)):
        if not attribute.startswith("_"):
            getattr(value, attribute)


def run(script: str, *path: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env={"PYTHONPATH": ":".join(map(str, (ROOT, *path)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def with_entry_point(path: Path) -> None:
    """Put the entry point of this package, as if it was installed, into a folder."""
    info = path / "trial-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trial\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[hypothesis]\ntrial = kvs_schema.testing.hypothesis_plugin:register\n"
    )


def test_hypothesis_calls_the_entry_point(tmp_path: Path) -> None:
    with_entry_point(tmp_path)
    script = """
        import sys
        from hypothesis import strategies as st
        assert "kvs_schema" in sys.modules
        assert "kvs_schema.strategies" not in sys.modules
        import kvs_schema
        st.from_type(kvs_schema.Callback).validate()
        assert "kvs_schema.strategies" in sys.modules
        """
    run(script, tmp_path)


def test_the_package_does_not_load_hypothesis() -> None:
    run("import sys, kvs_schema; assert 'hypothesis' not in sys.modules")


def test_a_missing_extra_is_told() -> None:
    script = """
        import sys
        sys.modules["hypothesis"] = None
        try:
            import kvs_schema.strategies
        except ImportError as error:
            print(type(error).__name__, error)
        """
    said = run(script)
    assert "MissingExtraError" in said
    assert "kvs-schema[testing]" in said


def test_other_types_are_drawn_as_without_this_package() -> None:
    """Hypothesis asks the strategies of all types for what is asked of a base class."""
    script = """
        import warnings
        from collections.abc import Callable, Mapping
        from dataclasses import dataclass
        from typing import Protocol, runtime_checkable

        from hypothesis import HealthCheck, given, settings, strategies as st

        import kvs_schema
        from kvs_schema.strategies import Negative, Rule
        from kvs_schema.results.attributes import View

        @dataclass
        class Holder:
            value: object

        @runtime_checkable
        class Shown(Protocol):
            def __str__(self) -> str: ...

        errors = kvs_schema.UnknownNameError, kvs_schema.UnknownErratumError
        mappings = dict[str, object], Mapping[str, int], Mapping
        others = object, list[object], Callable[[], object], Holder, Shown
        for type_ in (*others, *mappings, *errors):
            @settings(max_examples=20, database=None, suppress_health_check=list(HealthCheck))
            @given(st.from_type(type_))
            def drawn(value):
                assert type(value).__module__ != View.__module__, value
                assert not isinstance(value, (kvs_schema.ErrorTable, Negative, Rule))

            drawn()
        """
    run(script)


def test_the_plugin_is_imported_before_hypothesis(tmp_path: Path) -> None:
    """Hypothesis then calls the entry point while the plugin is being imported."""
    with_entry_point(tmp_path)
    run("import kvs_schema.testing.hypothesis_plugin", tmp_path)
