"""A callback, valid or in part.

Goes in: a variant and an opened document. Comes out: what every receiver reads; the typed views of
tasks and outputs are loaded when they are first used, so that a verdict stays fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from .status import STATUS_OF_PHASE, TaskStatus

if TYPE_CHECKING:
    from ..catalogue.error_codes import ErrorCode
    from .documents import Callback as Document
    from .views import Output, Task


#: By index, the sub-tasks of a callback that are incomplete, and the keys removed from each.
Gaps: TypeAlias = dict[int, set[str]]

#: What a callback may be given as: the body as received, or what a JSON parser made of it.
Body: TypeAlias = bytes | bytearray | memoryview | str | Mapping[str, Any]


class Callback:
    """A callback: its variant, its document with everything opened, and typed views of it.

    To a type checker `document` is a union of `TypedDict`s: a key of the first level tells the
    dialect, the status the variant. Of a callback that is not `complete`, keys that the types
    require may be missing.

    KVS documentation: POST callback, body; Flow callback, body.
    """

    __slots__ = {
        "_names": "The keys of the first level by their roles.",
        "document": "What was sent, with embedded documents opened.",
        "variant": "Name of the variant, such as `task.finished`.",
    }

    variant: str
    document: Document
    #: What an incomplete callback lacks; None if it is complete.
    _gaps: Gaps | None = None

    def __init__(self, variant: str, document: Any, names: Mapping[str, str]) -> None:
        self.variant = variant
        self.document = document
        self._names = names

    def _member(self, role: str) -> Any:
        document: Any = self.document
        return document.get(self._names[role])

    @property
    def task_id(self) -> str:
        """Identifier of the task or flow, as given when it was created."""
        return str(self._member("task_id"))

    @property
    def status(self) -> TaskStatus:
        """How far the task or the flow is."""
        return STATUS_OF_PHASE[self.variant.rpartition(".")[2]]

    @property
    def type(self) -> str | None:
        """Type of the task; None for a flow that names none."""
        value = self._member("type")
        return None if value is None else str(value)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing or was removed: it is valid at the tolerant level."""
        return self._gaps is None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The sub-tasks of a flow in the order sent; one for a single task."""
        from .views import tasks_of

        details = self._member("details")
        return tasks_of(details, self.variant, self.type, self.status, self._gaps)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs of all tasks, in order."""
        return tuple(output for task in self.tasks for output in task.outputs)

    @property
    def error(self) -> ErrorCode | None:
        """The error of the first task that failed; None if its code is 0 or is not known."""
        failed = (task for task in self.tasks if task.status is TaskStatus.FAILED)
        return next((task.error for task in failed), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the typed values as a JSON object.

        Times and ratios are strings, so that they lose nothing; `document` is left out.
        """
        return {
            "variant": self.variant,
            "task_id": self.task_id,
            "status": self.status.value,
            "type": self.type,
            "complete": self.complete,
            "tasks": [task.as_dict() for task in self.tasks],
        }

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Callback)
            and other.variant == self.variant
            and other.document == self.document
            and other.complete == self.complete
        )

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Callback {self.variant}{'' if self.complete else ', incomplete'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Callback, (self.variant, self.document, self._names)


class PartialCallback(Callback):
    """A callback without what could not be used of it; its views read the rest."""

    __slots__ = ("_gaps",)

    def __init__(self, variant: str, document: Any, names: Mapping[str, str], gaps: Gaps) -> None:
        super().__init__(variant, document, names)
        self._gaps = gaps

    def __reduce__(self) -> tuple[Any, ...]:
        return PartialCallback, (self.variant, self.document, self._names, self._gaps)
