"""A note's bytes and a wish, turned into edits; pure."""
