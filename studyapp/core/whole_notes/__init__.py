"""Notes that are reviewed whole: which are due, what a grade does to them, and the three values that it writes."""
