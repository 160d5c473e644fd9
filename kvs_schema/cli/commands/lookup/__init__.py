"""Commands that print what the specification knows."""
