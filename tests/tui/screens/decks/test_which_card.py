"""If it is unclear which card an edited one is, the decks ask."""

from __future__ import annotations

from pathlib import Path

from studyapp.core.schedule.entries import Grade
from studyapp.study.review.today import begin
from tests.helpers.apps import make_app, press, running, until, words
from tests.helpers.vaults import handles_of, make_vault, workspace


async def test_the_user_says_which_card_it_is(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"n.md": "#flashcards\n\nfirst::1\n"})
    opened = workspace(root, tmp_path / "home")
    session = begin(opened)
    saved = opened.store.save(session.grade(Grade.GOOD))
    entry = saved.action.after
    (root / "n.md").write_text(f"#flashcards\n\none::1\n<!--SR:!{entry}-->\n\nother::2\n<!--SR:!{entry}-->\n")
    app = make_app(tmp_path, {}, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: "1 edited card could now be any of several" in words(pilot))
        await press(pilot, "I")
        assert "none of these" in words(pilot)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: "edited card" not in words(pilot))
        (other,) = [handle for handle in handles_of(app.workspace.vault) if handle.card.front == "other"]
        assert [action.grade for action in app.workspace.history.of(other.id)] == [Grade.GOOD]
