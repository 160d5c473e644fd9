"""Talks to the person at the terminal: language, screen, errors of arguments, exit codes."""
