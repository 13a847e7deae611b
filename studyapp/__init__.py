"""Review the flashcards of an Obsidian vault in the terminal."""
