"""Changes of many schedules at once: planned, looked at, then made as one action."""
