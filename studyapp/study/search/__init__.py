"""The query language of the card table, and the table it searches."""
