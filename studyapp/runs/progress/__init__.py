"""A run, from the guess before it to the likely reasons for its failure."""
