"""Notes: the tree of them, and one laid out for reading."""
