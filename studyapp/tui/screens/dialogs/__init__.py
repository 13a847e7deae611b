"""Small screens over any other: choose, type, confirm, copy."""
