"""A folder with one note whose bytes are to be replaced."""

from __future__ import annotations

from pathlib import Path

OLD, NEW = b"old bytes\r\n", b"new bytes, and more of them\r\n"


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())
