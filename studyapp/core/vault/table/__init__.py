"""The cards of the notes as last read, in one SQLite file."""
