"""Fits the FSRS parameters to past reviews, and says whether that is worth it."""
