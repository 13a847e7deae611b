"""From a card to its demos and back, and from a run to a new card."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from demos.catalog import catalog
from demos.frame import Frame, Summary
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.reader.demo_links import DemoChoice, demos_of
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.wording.cards import names_of
from tests.helpers.apps import (
    make_app,
    press,
    review_of,
    running,
    until,
    words,
)
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, ROOT, handles_of, locations, make_vault, open_vault

DEMO_NOTE = {"Soft.md": "#flashcards\n\n# Prefix Tuning\n\nWhat is trained?::A prefix.\n"}

TWO_LINKS = {
    "Ranks.md": "#flashcards\n\nWhich rank?::[one](studyapp://demo/lora?rank=1), [many](studyapp://demo/lora?rank=16)\n"
}


@pytest.mark.slow
async def test_of_several_links_in_a_card_one_is_chosen_and_its_knobs_are_turned(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_LINKS)
    async with running(app) as pilot:
        await until(pilot, lambda: app.demos.catalog is not None)
        await press(pilot, "space")
        assert "▶ d Watch LoRA learn" in words(pilot)
        await press(pilot, "d")
        await until(pilot, lambda: "▎ LoRA rank 1" in words(pilot) and " LoRA rank 16" in words(pilot))
        await press(pilot, "escape")
        assert isinstance(app.screen, ReviewScreen)
        await press(pilot, "d", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen) and app.screen._knobs["rank"] == 16)
        await press(pilot, "q")
        review = review_of(app)
        assert review.session is not None
        assert review.session.revealed
        await press(pilot, "3")
        assert (tmp_path / "vault/Ranks.md").read_text() != TWO_LINKS["Ranks.md"]


CAME = Summary("Prefix Tuning", "elicit", 0.0, 1.0, 10, 100, "a prefix", 8, 0.5, True, "cafe")


async def after_a_run(app: StudyApp, pilot: Pilot[None]) -> None:
    """Open the demo of the card in front, and make it look as if it had run."""
    await until(pilot, lambda: app.demos.catalog is not None)
    await press(pilot, "d")
    await until(pilot, lambda: type(app.screen).__name__ == "DemoScreen")
    assert isinstance(app.screen, DemoScreen)
    app.screen._run.take(Frame(1, 1, "", {}, summary=CAME))


@pytest.mark.slow
async def test_a_card_of_a_run_goes_to_the_end_of_the_note_of_the_card_in_review(tmp_path: Path) -> None:
    app = make_app(tmp_path, DEMO_NOTE | {"Another.md": "#flashcards\n\na::b\n"}, deck="flashcards")
    async with running(app) as pilot:
        await press(pilot, "s")
        await after_a_run(app, pilot)
        await press(pilot, "m", "enter")
        await until(pilot, lambda: "▎ Soft the note of the card in review" in words(pilot).replace("│", ""))
        await press(pilot, "enter")
        await until(pilot, lambda: "1 card added to the end of Soft.md" in words(pilot))
        raw = (tmp_path / "vault/Soft.md").read_text()
        assert raw.startswith(DEMO_NOTE["Soft.md"] + "\nPrefix Tuning on the toy model")
        assert [row.path for row in app.workspace.vault.rows()] == ["Another.md", "Soft.md", "Soft.md"]
        await press(pilot, "escape", "space", "3")
        assert "<!--SR:" in (tmp_path / "vault/Soft.md").read_text()
        await press(pilot, "u")
        assert (tmp_path / "vault/Soft.md").read_text() == raw


@pytest.mark.slow
async def test_three_cards_of_a_run_are_put_below_each_other_offer_the_run_and_are_undone_together(
    tmp_path: Path,
) -> None:
    note = {"Ödd, #näme [x] & 'q' 100%.md": "#flashcards\n\n# LoRA\n\nWhat is trained?::Two thin matrices.\n"}
    app = make_app(tmp_path, note)
    (path,) = (tmp_path / "vault").glob("*.md")
    before = path.read_text()
    async with running(app) as pilot:
        await after_a_run(app, pilot)
        await press(pilot, "m", "tab", "enter", "enter")
        await until(pilot, lambda: path.read_text() != before)
        assert path.read_text().startswith(before)
        assert path.read_text().count("(studyapp://demo/lora)") == 3
        await until(pilot, lambda: len([*app.workspace.vault.rows()]) == 4)
        await until(pilot, lambda: "3 cards added to the end of" in words(pilot))
    again = StudyApp(Workspace.open(tmp_path / "vault", locations(tmp_path / "home"), lambda: NOW), None, "review")
    async with running(again) as pilot:
        await until(pilot, lambda: again.demos.catalog is not None)
        for _ in range(4):
            await press(pilot, "space")
            assert "▶ d Watch LoRA learn" in words(pilot)
            await press(pilot, "s")
        await press(pilot, "u")
        await until(pilot, lambda: path.read_text() == before)


@pytest.mark.slow
async def test_another_note_is_found_by_typing_and_one_that_takes_no_card_says_why(tmp_path: Path) -> None:
    app = make_app(tmp_path, DEMO_NOTE | {"Plain.md": "prose\n", "Other.md": "#flashcards\n\n```\nopen\n"})
    async with running(app) as pilot:
        await after_a_run(app, pilot)
        await press(pilot, "m", "enter", *"plai", "enter")
        await until(pilot, lambda: "none of the tags #flashcards" in words(pilot))
        await press(pilot, "m", "enter", *"other", "enter")
        await until(pilot, lambda: "a code block that is not closed" in words(pilot))
        await press(pilot, "m", "enter", *"nowhere")
        await until(pilot, lambda: "no match" in words(pilot))
        await press(pilot, "enter", "escape")
        assert type(app.screen).__name__ == "DemoScreen"
    assert (tmp_path / "vault/Plain.md").read_text() == "prose\n"


@pytest.mark.slow
async def test_a_demo_that_a_link_opens_has_the_decks_behind_it(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", DEMO_NOTE)
    workspace = Workspace.open(root, locations(tmp_path / "home"), lambda: NOW)
    app = StudyApp(workspace, demo=DemoChoice("lora", "LoRA", {"rank": 2}))
    async with running(app) as pilot:
        assert type(app.screen).__name__ == "DemoScreen"
        await press(pilot, "escape")
        await until(pilot, lambda: type(app.screen).__name__ == "DecksScreen" and "1 new" in words(pilot))


@pytest.mark.slow
def test_every_demo_is_reached_from_a_card_of_the_bundled_vault() -> None:
    known, reached = catalog(), set()
    for handle in handles_of(open_vault(ROOT / "vault")):
        question, values = handle.question, handle.note.front_matter.values
        offer = demos_of(question.body, values, reversed(question.context), names_of(handle), known)
        assert offer.problems == ()
        reached |= {choice.name for choice in offer.nearest}
    assert reached == {demo.name for demo in known.demos}


@tiered(
    "link, says",
    [
        ("studyapp://demo/lorra", "did you mean lora"),
        ("studyapp://demo/lora?rnk=8", "there is no knob 'rnk'"),
        ("studyapp://demo/lora?rank=many", "rank takes"),
    ],
)
async def test_a_link_that_names_no_demo_knob_or_value_is_reported_on_its_card(
    tmp_path: Path, link: str, says: str
) -> None:
    app = make_app(tmp_path, {"A.md": f"#flashcards\n\nWhat?::[run]({link})\n"})
    async with running(app) as pilot:
        await until(pilot, lambda: says in words(pilot))
        await press(pilot, "space")
        assert "▶ d Watch" not in words(pilot)
