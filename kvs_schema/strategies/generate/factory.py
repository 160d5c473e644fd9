"""What arrays and objects need of the factory that makes their members."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from ...spec.graph import Applied
from ...spec.vocabulary import within
from .choices import Value
from .nodes import Flattener, Level
from .samples import Samples


class Factory(ABC):
    """The facts that all values of one specification at one level are made from."""

    def __init__(self, specification: dict[str, Any], level: Level) -> None:
        # Hypothesis makes its table of characters when a text is first looked at; on a new machine
        # that takes a second, and in the middle of a draw it would count as a slow strategy.
        st.text().validate()
        self.specification = specification
        self.level = level
        self.flattener = Flattener(specification)
        self.samples = Samples(specification)
        self._values: dict[Any, Value] = {}
        kinds = specification["classifier"]["types"]
        #: The members of an output that each known task type fills.
        self.carried = {kind: frozenset(spec.get("carries", ())) for kind, spec in kinds.items()}
        #: Arrays that some property counts; they are made before it.
        schemas = specification["schemas"].values()
        found = (below for schema in schemas for _, below in within(schema))
        self.counted = frozenset(below["counts"] for below in found if "counts" in below)
        #: Keys by which variants are identified, so that nothing else is called so.
        classifier = specification["classifier"]
        self.telling = frozenset(
            name for roles in classifier["names"].values() for name in roles.values()
        ) | frozenset(classifier["flow_details"]["object_with"])

    def carries(self, kind: str | None, member: str) -> bool | None:
        """Whether a known task type fills a member of an output; None where nothing is known."""
        if kind not in self.carried or not any(member in names for names in self.carried.values()):
            return None
        return member in self.carried[kind]

    @abstractmethod
    def value(self, asked: list[Applied], places: Iterable[str]) -> Value:
        """Plan the values that are valid by all schemas asked, at places such as `task#TaskID`."""
