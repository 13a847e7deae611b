"""Runs of demos: processes, frames, results and pictures."""
