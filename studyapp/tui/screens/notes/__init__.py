"""The notes: read, followed by their links, and added to."""
