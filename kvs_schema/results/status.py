"""The status of a task, and the phases of callbacks that report it."""

from __future__ import annotations

from enum import IntEnum


class TaskStatus(IntEnum):
    """How far a task is.

    KVS document: POST callback, body; Flow callback, Details.
    """

    PROCESSING = 2
    SUCCEEDED = 3
    FAILED = 4


STATUS_OF_PHASE = {
    "progress": TaskStatus.PROCESSING,
    "finished": TaskStatus.SUCCEEDED,
    "failed": TaskStatus.FAILED,
}
