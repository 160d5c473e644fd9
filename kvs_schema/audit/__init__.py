"""Audit an archive of callbacks: what was received, what is wrong with it, and what changed.

Files, URLs or batches of Arrow come in, an `Audit` comes out; two audits give a `Comparison`.
"""

from __future__ import annotations

from .drift import Change, Comparison, compare
from .running import audit, audit_batches
from .value import Audit, AuditError, Example

__all__ = [
    "Audit",
    "AuditError",
    "Change",
    "Comparison",
    "Example",
    "audit",
    "audit_batches",
    "compare",
]
