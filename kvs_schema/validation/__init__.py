"""Validates documents: the fast path, the engines, and the findings."""
