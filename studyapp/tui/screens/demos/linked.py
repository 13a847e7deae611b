"""The screen that a link, a heading or a question opens."""

from __future__ import annotations

from textual.screen import Screen

from demos.catalog import Catalog
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.results import Results
from studyapp.study.reader.demo_links import COMPARE, DemoChoice
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.demo import CardMaker, DemoScreen


def linked_demo(
    choice: DemoChoice, runner: DemoRunner, results: Results, demos: Catalog, cards: CardMaker | None = None
) -> Screen[None]:
    """The demo, its walk, or the comparison of some methods."""
    if choice.name == COMPARE:
        chosen = [card for card in demos.demos if card.name in choice.methods or not choice.methods]
        return CompareScreen(runner, results, demos=Catalog(tuple(chosen)), job=str(choice.knobs.get("job", "")))
    return DemoScreen(choice.name, choice.knobs, runner, results, demos=demos, cards=cards, walk=choice.walk)
