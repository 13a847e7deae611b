"""Whole numbers as users type them."""

from __future__ import annotations


def is_whole_number(text: str) -> bool:
    """Whether that is a number of at most nine digits, all ASCII: `int` takes those of every script."""
    return text.isascii() and text.isdigit() and len(text) < 10
