"""Commands that read callbacks."""
