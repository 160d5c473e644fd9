"""Commands that produce samples, files and reports of the sources."""
