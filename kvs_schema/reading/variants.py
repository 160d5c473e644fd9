"""Tells a callback's variant, before anything else is judged, so that nobody reads the errors of
a `oneOf`. The marks come from `callbacks/variants.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

from .faults import TextError
from .json_text import read

#: Names that are looked at where a body is of no variant; a callback or a wrapper has no more.
FEW = 64


class Verdict(NamedTuple):
    """What a body was taken for.

    `problem` says why it is of no dialect: no_object, mixed_casing, unrecognised (`names` are
    those that `likely` would need), wrapped (`names` is the member that contains a callback, be
    it in a string, `likely` its dialect) or other_casing (`names` are spelt in a casing of their
    own). Where only the status is unusable the dialect is known.
    """

    dialect: str | None
    phase: str | None = None
    variant: str | None = None
    problem: str | None = None
    names: tuple[str, ...] = ()
    likely: str | None = None


class Classifier:
    """The discriminators of the sources, ready to be asked."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.names: dict[str, dict[str, str]] = source["names"]
        self.enough: int = source["recognised_by"]["names"]
        self.needed: list[str] = source["recognised_by"]["one_of"]
        self.flow_members = frozenset(source["flow_details"]["object_with"])
        self.dialects = {(d["names"], d["flow"]): name for name, d in source["dialects"].items()}
        self.casing_of = {name: d["names"] for name, d in source["dialects"].items()}
        phases = source["phases"].items()
        self.phases = {status: phase for phase, spec in phases for status in spec["status"]}
        self._casings = [(casing, frozenset(keys.values())) for casing, keys in self.names.items()]
        self._verdicts = {
            dialect: {
                status: Verdict(dialect, phase, f"{dialect}.{phase}")
                for status, phase in self.phases.items()
            }
            for dialect in source["dialects"]
        }

    def first_level(self, dialect: str) -> dict[str, str]:
        """Return the keys of a dialect for the task id, the status, the type and the details."""
        return self.names[self.casing_of[dialect]]

    def classify(self, body: Any) -> Verdict:
        """Return the variant of a body, or the reason why it has none."""
        verdict = self._classify(body)
        return self._nearly(body, verdict) if verdict.problem == "unrecognised" else verdict

    def _nearly(self, body: Mapping[str, Any], verdict: Verdict) -> Verdict:
        """Return what an unrecognised body would be without its wrapping or in another casing."""
        known = [name for _, names in reversed(self._casings) for name in names]
        spelling = {name.casefold(): name for name in known}  # the first casing wins
        first = [name for name in islice(body, FEW) if type(name) is str]
        spelt = {name: spelling.get(name.casefold(), name) for name in first}
        for name in first:
            if spelt[name] == name and name not in known:
                dialect = self._classify(_parsed(body[name])).dialect
                if dialect is not None:
                    return Verdict(None, problem="wrapped", names=(name,), likely=dialect)
        names = tuple(name for name in spelt if name not in known and spelt[name] in known)
        if not names:
            return verdict
        likely = self._classify({spelt[name]: body[name] for name in spelt}).dialect
        return Verdict(None, problem="other_casing", names=names, likely=likely or verdict.likely)

    def _classify(self, body: Any) -> Verdict:
        if type(body) is not dict:
            return Verdict(None, problem="no_object")
        present = [(casing, keys & body.keys()) for casing, keys in self._casings]
        found = [(casing, names) for casing, names in present if names]
        if len(found) > 1:
            mixed = tuple(name for name in body if any(name in names for _, names in found))
            return Verdict(None, problem="mixed_casing", names=mixed)
        casing, names = found[0] if found else present[0]
        roles = self.names[casing]
        details = body.get(roles["details"])
        flow = self._is_flow(details)
        dialect = self.dialects[casing, flow]
        if len(names) < self.enough or not any(roles[role] in names for role in self.needed):
            wanted = [name for role, name in roles.items() if not (flow and role == "type")]
            missing = tuple(name for name in wanted if name not in names)
            return Verdict(None, problem="unrecognised", names=missing, likely=dialect)
        status = body.get(roles["status"])
        if type(status) is int or type(status) is float:
            verdict = self._verdicts[dialect].get(status)
            if verdict is not None:
                return verdict
        return Verdict(dialect)

    def _is_flow(self, details: Any) -> bool:
        if isinstance(details, dict):
            return not self.flow_members.isdisjoint(details)
        return isinstance(details, list)


def _parsed(value: Any) -> Any:
    """Return the document in a string that contains one; other values as they are."""
    if type(value) is str and value.lstrip()[:1] == "{":
        try:
            return read(value, len(value))
        except TextError:
            pass
    return value
