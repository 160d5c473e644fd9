"""Rules about the other files of the sources."""
