"""What a schedule is, and what a grade does to it."""
