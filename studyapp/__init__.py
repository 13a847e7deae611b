"""Review the flashcards of an Obsidian vault in the terminal."""

__version__ = "0.10.0"
