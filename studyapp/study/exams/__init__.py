"""Exams: the cards that each asks for, when these are due, and whether the pace suffices."""
