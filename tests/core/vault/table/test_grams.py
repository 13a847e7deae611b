"""The texts of cards, and the trigrams that find longer words, always match the notes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.vault.table import grams
from studyapp.core.vault.vault import Vault
from tests.helpers.strategies import COMMENTS, examples, notes
from tests.helpers.vaults import make_vault


def is_in_step(vault: Vault) -> None:
    """Check that the trigrams are those of the texts, and the texts those of the cards."""
    vault.table.search(lambda read: read.execute("INSERT INTO gram (gram, rank) VALUES ('integrity-check', 1)"))
    stray = "SELECT count(*) FROM text WHERE id NOT IN (SELECT text FROM card)"
    assert vault.table.ask(lambda read: read.execute(stray).fetchone()) == (0,)


def texts(vault: Vault) -> list[tuple[int, str]]:
    return vault.table.ask(lambda read: read.execute("SELECT id, folded FROM text ORDER BY id").fetchall())


def having(vault: Vault, letters: str) -> list[str]:
    """The texts in which three letters stand."""
    asked = "SELECT folded FROM text WHERE id IN (SELECT rowid FROM gram WHERE gram MATCH ?) ORDER BY folded"
    return [text for (text,) in vault.table.ask(lambda read: read.execute(asked, (letters,)).fetchall())]


def test_making_them_can_be_stopped_and_continues_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grams, "_A_TURN", 10)
    vault = Vault(make_vault(tmp_path, {f"{n:02}.md": f"#flashcards\n\nquestion{n}::answer\n" for n in range(25)}))
    vault.scan()
    turns = iter([True, False])
    vault.table.make_grams(lambda: next(turns))
    assert not vault.table.ask(grams.are_made)
    assert len(having(vault, "que")) == 10
    for name in ("03.md", "20.md"):  # one has its texts already, the other not yet
        (tmp_path / name).write_text("#flashcards\n\nnews::text\n")
        vault.refresh(name)
    vault.table.make_grams(lambda: True)
    assert vault.table.ask(grams.are_made)
    assert having(vault, "new") == ["news\ntext"] * 2
    assert len(having(vault, "que")) == 23
    is_in_step(vault)


@examples(40)
@given(turns=st.lists(st.tuples(st.sampled_from("abc"), st.none() | notes(COMMENTS)), max_size=8), data=st.data())
def test_they_stay_in_step_with_the_notes(turns: list[tuple[str, bytes | None]], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        vault = Vault(make_vault(Path(folder) / "vault", {"a.md": "#flashcards\n\na note::of cards\n"}))
        vault.scan()
        vault.table.make_grams(lambda: True)
        for name, text in turns:
            file = vault.root / f"{name}.md"
            file.unlink(missing_ok=True) if text is None else file.write_bytes(text)
            vault.scan() if data.draw(st.booleans()) else vault.refresh(file.name)
        vault.scan()
        is_in_step(vault)
        truth = Vault(vault.root)
        truth.scan()
        assert sorted(text for _, text in texts(vault)) == sorted(text for _, text in texts(truth))


def test_no_text_stays_of_cards_that_said_the_same(tmp_path: Path) -> None:
    vault = Vault(make_vault(tmp_path, {"a.md": "#flashcards\n\na::b\n\na::b\n"}))
    vault.scan()
    vault.table.make_grams(lambda: True)
    for text in ("#flashcards\n\na::b\n\na::b\n\nc::d\n", "#flashcards\n\na::b\n", "#flashcards\n"):
        (tmp_path / "a.md").write_text(text)
        vault.refresh("a.md")
        is_in_step(vault)
    assert texts(vault) == []


def test_a_text_that_stays_is_not_taken_in_again(tmp_path: Path) -> None:
    vault = Vault(make_vault(tmp_path, {"a.md": "#flashcards\n\na::b\n<!--SR:!2024-06-15,4,250-->\n\nc::d\n"}))
    vault.scan()
    before = texts(vault)
    (tmp_path / "a.md").write_text("#flashcards\n\na::b\n<!--SR:!2024-06-19,9,250-->\n\nc::e\n")
    vault.refresh("a.md")
    (first, _), (second, _) = before
    assert texts(vault) == [(first, "a\nb"), (second + 2, "c\ne")]  # the number of its card, the fourth
