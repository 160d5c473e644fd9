"""Renders parts of the specification as Markdown."""
