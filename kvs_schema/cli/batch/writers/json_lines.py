"""`--format json`: one object per body, one per line; `report.schema.json` is their schema."""

from __future__ import annotations

import json

from ..checks import CheckedBody
from ..reports import Tally, Writer, summary


class JsonWriter(Writer):
    """Writes the row that the validating process made, with its line number put in."""

    def body(self, body: CheckedBody, line: int | None) -> None:
        """Write one row."""
        beginning = json.dumps({"source": body.source, "line": line}, ensure_ascii=False)
        self.screen.raw_json(f"{beginning[:-1]}, {(body.row or '{}')[1:]}")

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Say on standard error how far an interrupted run came."""
        if interrupted:
            self.screen.error(summary(self.screen, tally, interrupted=True))
