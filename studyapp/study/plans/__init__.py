"""Changes of many schedules at once: planned, previewed, then made as one action."""
