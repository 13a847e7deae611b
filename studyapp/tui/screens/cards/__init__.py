"""All cards: found, marked, and planned many at a time."""
