"""The notes as last read, and their cache."""
