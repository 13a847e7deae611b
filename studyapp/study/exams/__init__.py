"""Exams: the cards that belong to each, when these are due, and whether the pace is enough."""
