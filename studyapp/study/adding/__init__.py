"""New cards, added to the right notes."""
