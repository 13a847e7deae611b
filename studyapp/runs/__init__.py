"""A run of a demo: its process, frames, results and pictures."""
