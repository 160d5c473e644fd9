"""Validates many inputs: finds them, reads them, shares the work, reports."""
