"""Compiles the YAML sources into the files that a wheel contains."""
