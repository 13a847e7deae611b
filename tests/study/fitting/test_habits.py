"""What a simulation takes from a vault: the reviewed cards, and the limits that apply to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.log.marks import Mark
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.fitting.habits import outset_of
from studyapp.study.fitting.scope import scope_of
from studyapp.study.review.bulk import marked
from tests.helpers.vaults import handles_of, make_vault, workspace

SR = "<!--SR:!fsrs,2024-06-20T09:00:00.000Z,10,10,5,2,4,0,0,2024-06-10T09:00:00.000Z-->"
NOTES = {f"{deck}.md": f"#flashcards/{deck}\n\n{deck} new::a\n\n{deck} known::a\n{SR}\n" for deck in "abc"}


def opened(folder: Path, settings: str) -> Workspace:
    root = make_vault(folder / "v", NOTES, {"algorithm": "FSRS"})
    (root / VAULT_FILE).parent.mkdir()
    (root / VAULT_FILE).write_text(settings)
    return workspace(root, folder / "h")


LIMITS = """
new_cards_per_day = 9
[deck_limits]
"flashcards/a" = {new = 5, reviews = 30}
"flashcards/b" = {reviews = 0}
[presets.mine]
new_cards_per_day = 2
reviews_per_day = 40
[presets.idle]
[deck_presets]
"flashcards/a" = "mine"
"flashcards/c" = "mine"
"""


@pytest.mark.parametrize(
    ("deck", "preset", "new", "reviews"),
    [
        (None, None, 9, None),
        ("flashcards/a", None, 5, 30),
        ("flashcards/b", None, 9, 0),
        ("flashcards/c", None, 2, 40),
        ("flashcards", None, 9, None),
        (None, "mine", 7, 70),
        (None, "idle", 9, None),
    ],
)
def test_the_limits_of_decks_presets_and_the_vault_hold(
    tmp_path: Path, deck: str | None, preset: str | None, new: int, reviews: int | None
) -> None:
    desk = opened(tmp_path, LIMITS)
    asked = outset_of(desk, scope_of(desk, deck, preset), 30)
    assert asked.reviews_a_day == reviews
    if asked.new:
        assert asked.new_a_day == new


def test_suspended_cards_are_not_simulated(tmp_path: Path) -> None:
    desk = opened(tmp_path, "")
    hidden = [one for one in handles_of(desk.vault) if one.card.front.startswith("a ")]
    desk.store.save(marked(desk, hidden, Mark.SUSPENDED, "1"))
    asked = outset_of(desk, scope_of(desk), 30)
    assert (len(asked.cards), asked.new) == (2, 2)


def test_the_preset_of_a_deck_takes_no_name_that_another_one_has(tmp_path: Path) -> None:
    desk = opened(tmp_path, '[presets.a]\n[presets."flashcards/a"]\n[deck_presets]\n"flashcards/b" = "a"\n')
    assert scope_of(desk, "flashcards/a").key == ("presets", "flashcards/a 2", "fsrs_parameters")
    assert scope_of(desk, "flashcards/b").key == ("presets", "a", "fsrs_parameters")
    assert scope_of(desk, "flashcards/c").key == ("presets", "c", "fsrs_parameters")
