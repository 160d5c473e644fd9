"""Reads a body: JSON without loss, its variant, its embedded documents."""
