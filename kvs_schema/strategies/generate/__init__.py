"""Generates valid values."""
