"""Commands that post callbacks to a receiver."""
