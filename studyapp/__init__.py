"""Review the flashcards of an Obsidian vault in the terminal."""

__version__ = "0.11.0"
