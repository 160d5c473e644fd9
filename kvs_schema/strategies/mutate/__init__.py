"""Changes valid documents so that exactly one rule is broken."""
