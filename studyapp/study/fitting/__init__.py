"""Fits the parameters of FSRS to what was reviewed, and says whether that is worth it."""
