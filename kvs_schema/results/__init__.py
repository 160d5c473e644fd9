"""What validation returns: findings, reports, callbacks and their typed views."""
