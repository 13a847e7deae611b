"""Draw the three figures that the study note embeds, under the file names that it embeds them by."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from demos.figures import block, pseudocode, tradeoff
from demos.figures.style import FigureError
from demos.shipped import PATH, shipped

VAULT = Path(__file__).parents[2] / "vault"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the figures; 0 when they are there, 1 when they could not be drawn."""
    parser = argparse.ArgumentParser(prog="python -m demos.figures", description="Draw the study note's figures.")
    parser.add_argument(
        "--out",
        type=Path,
        default=VAULT / "attachments",
        help="folder to draw into (default: the vault's attachments)",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=PATH,
        help="the runs, as `python -m tests.bench.demos --write` writes them",
    )
    asked = parser.parse_args(arguments)
    try:
        for figure in (block, pseudocode):
            figure.draw(asked.out / figure.NAME)
        tradeoff.draw(asked.out / tradeoff.NAME, shipped(asked.results))
    except (FigureError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for figure in (tradeoff, block, pseudocode):
        print(asked.out / figure.NAME)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
