"""Build hook: compiles `schemas/` and puts the compiled form into the wheel."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileSpecification(BuildHookInterface[Any]):
    """Lints and compiles the sources; a problem in them stops the build with its file and line."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `_compiled/` to a wheel; an editable install compiles from the checkout instead."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from kvs_schema.build.artefacts import write_compiled
        finally:
            sys.path.remove(str(root))
        self.folder = tempfile.TemporaryDirectory(prefix="kvs_schema_")  # goes with the hook
        write_compiled(root / "schemas", Path(self.folder.name))
        build_data["force_include"][self.folder.name] = "kvs_schema/_compiled"
