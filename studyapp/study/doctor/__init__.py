"""What is wrong or surprising in a vault, and what fixes it."""
