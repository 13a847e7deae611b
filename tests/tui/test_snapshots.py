"""How the screens look: a picture of each, to be looked at when one changes (`pytest --snapshot-update`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.tui.app import StudyApp
from tests.tui.apps import (
    _no_worker,  # noqa: F401 - a fixture for every test here
    make_app,
    press,
    until,
)
from tests.vaults import SEED

Compare = Callable[..., bool]

CARD = """\
---
tags: [flashcards/peft]
---
# Low-rank updates

## What is trained

Which matrices does **LoRA** train, and how many numbers are that for $W \\in \\mathbb{R}^{d \\times k}$?
??
> [!tip] Two thin ones
> $A \\in \\mathbb{R}^{r \\times k}$ and $B \\in \\mathbb{R}^{d \\times r}$, so `r * (d + k)` numbers.
- for $d = k = 1024$ and rank 8 that is **16,384** instead of 1,048,576
- the frozen weight stays as it is; see [[LoRA]]
<!--SR:!2024-06-10,4,250-->
"""


@pytest.fixture(autouse=True)
def _no_demos(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that offers a demo comes when the catalog has been read, which is not at the same moment each time."""
    monkeypatch.setattr(StudyApp, "_read_demos", lambda _: None)


def after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, StudyApp)
        await until(pilot, lambda: app.vault_read and not app.reading)
        await press(pilot, *keys)
        await until(pilot, lambda: not app.reading)
        await pilot.pause()

    return run


NOTES: dict[str, str | bytes] = {
    "Seed.md": SEED.read_bytes(),
    "Low-rank updates.md": CARD,
    "Other.md": "#flashcards/x\n\na::b\n",
}
SIZES = [(80, 24), (160, 50)]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])
def test_decks(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    assert snap_compare(app, terminal_size=size, run_before=after("j"))


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])
def test_an_answer(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft")
    assert snap_compare(app, terminal_size=size, run_before=after("space"))


def test_the_light_theme(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft", settings={"theme": "light"})
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("space"))


def test_the_plain_theme(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft", settings={"theme": "plain"})
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("space"))


def test_the_keys(tmp_path: Path, snap_compare: Compare) -> None:
    assert snap_compare(make_app(tmp_path, NOTES), terminal_size=(80, 24), run_before=after("question_mark"))


def test_findings(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("f"))
