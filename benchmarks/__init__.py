"""Measure how fast callbacks are validated, as ratios within one run of one process."""
