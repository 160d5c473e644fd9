"""Emulate KVS on this machine; extra `emulator`.

    >>> from kvs_schema.emulator import Emulator
    >>> with Emulator(seed=1) as kvs:
    ...     create_task(kvs.url, callback_url="http://127.0.0.1:8000/kvs/callback")
    ...     kvs.wait()

It answers CreateWaveTask as the KVS documentation shows, and posts the callbacks of each task:
progress and an end, repeated, late, out of order, and again until the receiver accepts them.
"""

from __future__ import annotations

from ..spec.exceptions import MissingExtraError

try:
    from .plans import PlannedPost
    from .server import Emulator
    from .settings import EmulatorSettings
    from .tasks import EmulatedTask, PostAttempt
except (ModuleNotFoundError, MissingExtraError) as error:
    raise MissingExtraError("kvs_schema.emulator", "emulator") from error

__all__ = ["EmulatedTask", "Emulator", "EmulatorSettings", "PlannedPost", "PostAttempt"]
