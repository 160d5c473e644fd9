"""Audits an archive of callbacks: what was received, what is wrong with it, and what changed."""

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
