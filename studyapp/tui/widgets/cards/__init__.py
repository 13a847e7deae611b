"""Cards: as text, in a table, while they are reviewed."""
