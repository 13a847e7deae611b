"""Which decks belong to a deck: the same for reviews, lists, statistics and the first card."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest

from studyapp.core.vault.decks import those_in
from studyapp.core.vault.vault import Vault
from studyapp.study.review.queue import build_queue
from tests.helpers.vaults import make_vault

NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("decks", "deck", "expected"),
    [
        (("a", "b"), None, ("a", "b")),
        (("a", "a/b", "ab", "b/a"), "a", ("a", "a/b")),
        (("a",), "a/b", ()),
        (("a",), "", ()),
        ((normalize("NFD", "ü/x"), "u"), normalize("NFC", "ü"), (normalize("NFD", "ü/x"),)),
        ((normalize("NFC", "ü"),), normalize("NFD", "ü"), (normalize("NFC", "ü"),)),
    ],
)
def test_a_deck_holds_itself_and_what_is_below_it_in_any_form_of_its_letters(
    decks: tuple[str, ...], deck: str | None, expected: tuple[str, ...]
) -> None:
    assert those_in(decks, deck) == expected


def test_the_first_card_and_the_review_are_of_the_deck_that_is_meant(tmp_path: Path) -> None:
    below = normalize("NFD", "#flashcards/ü/x")
    notes = {"a.md": "#flashcards\n\nother::card\n", "b.md": f"{below}\n\nq::a\n"}
    vault = Vault(make_vault(tmp_path / "vault", notes))
    vault.scan()
    deck = normalize("NFC", "flashcards/ü")
    assert [row.path for row in vault.rows(deck)] == ["b.md"]
    assert [row.path for row in build_queue(vault, NOW, deck)] == ["b.md"]
    found = vault.first_due(NOW, deck)
    assert found is not None
    assert found.note.path == "b.md"
