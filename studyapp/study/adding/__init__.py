"""New cards, put into notes where they belong."""
