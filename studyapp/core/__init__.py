"""The domain: notes, cards, schedules, sessions, and the few files that touch the disk."""
