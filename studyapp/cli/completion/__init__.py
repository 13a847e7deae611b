"""Completion of commands, options, decks and cards in the shell."""
