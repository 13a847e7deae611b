"""The decks: their tree, today's work, the days ahead."""
