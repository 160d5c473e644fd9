"""`--format sarif`: one SARIF 2.1.0 log, which code scanning and editors show."""

from __future__ import annotations

import json
import os
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from .... import __version__
from ....catalogue import store
from ....results.messages import site
from ....spec.vocabulary import said
from ...terminal.exit_codes import INTERRUPTED
from ...terminal.screen import Screen
from ..checks import CheckedBody, Note
from ..reports import Tally, Writer, row_of
from .text import plain

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


class SarifWriter(Writer):
    """Writes results as they come; the rules that they name and the end of the run follow."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._rules: dict[str, dict[str, Any]] = {}
        self._input_errors: list[dict[str, Any]] = []
        self._begun = False

    def _begin(self) -> None:
        if not self._begun:
            head = json.dumps({"$schema": _SCHEMA, "version": "2.1.0"})[:-1]
            self.screen.raw_json(
                head + ', "runs": [{"columnKind": "unicodeCodePoints", "results": ['
            )
        self._begun = True

    def body(self, body: CheckedBody, line: int | None) -> None:
        """Write the findings of a body."""
        for note in body.notes:
            comma = "," if self._begun else ""
            self._begin()
            result = self._result(body, line, note)
            self.screen.raw_json(comma + json.dumps(result, ensure_ascii=False))

    def input_error(self, source: str, reason: str) -> None:
        """Keep for the end that an input could not be read."""
        location = {"physicalLocation": {"artifactLocation": {"uri": _uri(source)}}}
        self._input_errors.append(
            {"level": "error", "message": {"text": reason}, "locations": [location]}
        )

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Write the rules, and whether all of the input was validated."""
        self._begin()
        address = site(self.screen.lang)
        driver = {
            "name": "kvs-schema",
            "version": __version__,
            **({"informationUri": address} if address else {}),
            "rules": list(self._rules.values()),
        }
        invocation = {
            "executionSuccessful": not (tally.unread or interrupted),
            "exitCode": INTERRUPTED if interrupted else tally.code,
            "toolExecutionNotifications": self._input_errors,
        }
        tail = {"tool": {"driver": driver}, "invocations": [invocation]}
        self.screen.raw_json("], " + json.dumps(tail, ensure_ascii=False)[1:] + "]}")

    def _result(self, body: CheckedBody, line: int | None, note: Note) -> dict[str, Any]:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(body.source)}}
        row = row_of(line, note.line)
        if row is not None:
            column = {"startColumn": note.column} if note.column else {}
            physical["region"] = {"startLine": row, **column}
        location: dict[str, Any] = {"physicalLocation": physical}
        if note.pointer:
            location["logicalLocations"] = [{"fullyQualifiedName": note.pointer}]
        known = {"keyword": note.keyword, "erratum": note.erratum, "outcome": body.outcome}
        return {
            "ruleId": self._rule(note),
            "level": "error" if note.kind == "error" else "note",
            "message": {"text": plain(note, self.screen.lang)},
            "locations": [location],
            "properties": {key: value for key, value in known.items() if value},
        }

    def _rule(self, note: Note) -> str:
        """Return the rule of a note; describe it when it is first met."""
        identifier = note.rule or note.keyword or note.kind
        if identifier not in self._rules:
            rule: dict[str, Any] = {"id": identifier}
            finding = store.specification()["messages"]["findings"].get(note.keyword)
            if finding:
                lang = self.screen.lang
                rule["shortDescription"] = {"text": said(finding, "title", lang)}
                rule["fullDescription"] = {"text": said(finding, "description", lang)}
            if note.url:
                rule["helpUri"] = note.url
            self._rules[identifier] = rule
        return identifier


def _uri(source: str) -> str:
    """Return a relative reference, as code scanning expects, or an absolute `file:` URI."""
    path = PurePath(source)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
