"""Files of other programs, read as questions."""
