"""Curves, bars, blocks and names as rows of characters."""
