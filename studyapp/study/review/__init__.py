"""What is due today, in which order, and the review of it."""
