"""How commands print: aligned columns and findings for users, JSON for scripts."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from studyapp.core.errors import Problem
from studyapp.core.plural import count
from studyapp.core.vault.vault import INFERRED_NOTICE, Vault
from studyapp.core.visible import visible

_EQUAL = 5
"""If more problems share a remedy, only the first is shown."""


def print_json(value: Any) -> None:
    """Print a value as ASCII JSON."""
    print(json.dumps(value, ensure_ascii=True, indent=2))


def print_table(rows: Sequence[tuple[str, ...]], *, left: int = 1) -> None:
    """Print rows in columns; the first `left` ones are left-aligned, the others hold numbers."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems on standard error; of many equal ones only the first."""
    if problems:
        print(f"\n{count(len(problems), 'problem')}:", file=sys.stderr)
    equal = Counter((problem.code, problem.remedy) for problem in problems)
    told: set[tuple[str, str]] = set()
    for problem in problems:
        kind = problem.code, problem.remedy
        more = equal[kind] - 1
        if more >= _EQUAL:
            if kind in told:
                continue
            told.add(kind)
            said = f"{problem} And {more:,} more like this; `studyapp doctor` lists them."
        else:
            said = str(problem)
        print(f"  {problem.severity.noun}: {visible(said, newlines=False)}", file=sys.stderr)


def say_notices(vault: Vault) -> None:
    """Report on standard error that a setting was inferred from the notes."""
    if vault.inferred:
        print(INFERRED_NOTICE, file=sys.stderr)
