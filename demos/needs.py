"""What the demos need beside Python, and how to add it; looked for without importing it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HOW_TO_ADD = "the demos need torch; add it with: studyapp demo --setup"


def how_to_add_torch() -> str | None:
    """How to add torch, in a line; None if it is there."""
    try:
        found = importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):
        found = False
    return None if found else HOW_TO_ADD


def check_alone() -> None:
    """End the program with that line if a demo is run alone, as `python -m demos.lora`, and something is missing."""
    words = sys.orig_argv
    module = words[words.index("-m") + 1] if "-m" in words[:-1] else ""
    package, _, name = module.partition(".")
    path = Path(__file__).with_name(f"{name}.py")
    if package == "demos" and name.isidentifier() and path.is_file() and "\ndef run(" in path.read_text("utf-8"):
        why = how_to_add_torch()
        if why is not None:
            raise SystemExit(why)
