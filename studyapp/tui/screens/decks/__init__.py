"""The decks: today's work, and where to begin."""
