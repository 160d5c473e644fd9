"""The status of a task, and the outcome of a body: two enumerations.

Apart from views and reports, so that the fast path loads neither.
"""

from __future__ import annotations

from enum import Enum, IntEnum


class TaskStatus(IntEnum):
    """How far a task is.

    KVS documentation: POST callback, body; Flow callback, Details.
    """

    PROCESSING = 2
    SUCCEEDED = 3
    FAILED = 4


STATUS_OF_PHASE = {
    "progress": TaskStatus.PROCESSING,
    "finished": TaskStatus.SUCCEEDED,
    "failed": TaskStatus.FAILED,
}


class Outcome(Enum):
    """What a receiver can do with a body.

    `VALID`: process it. `PARTIAL`: process what is left of it (`report.partial`), keep the bytes.
    `UNCLEAR`: probably a callback, but of no known task or status; keep the bytes, answer 2xx,
    alert, and validate again after an upgrade. `FOREIGN`: not a callback; answer 400.
    """

    VALID = "valid"
    PARTIAL = "partial"
    UNCLEAR = "unclear"
    FOREIGN = "foreign"
