"""What other programs do to notes is taken in, and an empty file is believed only if it stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.vault.changes import read_again
from studyapp.core.vault.vault import Vault
from tests.helpers.vaults import make_vault, open_vault

TEXT = "#flashcards\n\none::1\n"
OTHER = "#flashcards\n\ntwo::2\n\nthree::3\n"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(make_vault(tmp_path / "vault", {"A.md": TEXT, "B.md": TEXT, "plain.md": "no card"}))


def empty(vault: Vault, path: str = "A.md") -> None:
    (vault.root / path).write_bytes(b"")


def cards(vault: Vault, path: str = "A.md") -> int | None:
    sheet = vault.sheet(path)
    return None if sheet is None else len(sheet.cards)


def test_a_note_that_stays_empty_is_empty_at_the_second_look(vault: Vault) -> None:
    empty(vault)
    first = read_again(vault, ["A.md", "B.md"])
    assert not first
    assert list(first.emptied) == ["A.md"]
    assert cards(vault) == 1
    second = read_again(vault, first.emptied, first.emptied)
    assert list(second.changed) == ["A.md"]
    assert not second.emptied
    assert cards(vault) == 0
    assert not read_again(vault, ["A.md"], first.emptied)


def test_a_note_that_is_emptied_once_more_gets_time_once_more(vault: Vault) -> None:
    empty(vault)
    first = read_again(vault, ["A.md"])
    (vault.root / "A.md").write_text(OTHER)
    assert read_again(vault, ["A.md"]).paths == {"A.md"}
    empty(vault)
    second = read_again(vault, ["A.md"], first.emptied)
    assert list(second.emptied) == ["A.md"]
    assert cards(vault) == 2
    assert read_again(vault, ["A.md"], second.emptied).paths == {"A.md"}
    assert cards(vault) == 0


def test_a_note_that_was_written_since_or_is_gone_is_what_it_is(vault: Vault) -> None:
    for path in ("A.md", "B.md"):
        empty(vault, path)
    first = read_again(vault, ["A.md", "B.md"])
    (vault.root / "A.md").write_text(OTHER)
    (vault.root / "B.md").unlink()
    later = read_again(vault, first.emptied, first.emptied)
    assert (list(later.changed), list(later.gone)) == (["A.md"], ["B.md"])
    assert (cards(vault), cards(vault, "B.md")) == (2, None)


def test_a_note_without_cards_has_none_to_lose(vault: Vault) -> None:
    empty(vault, "plain.md")
    assert read_again(vault, ["plain.md"]).paths == {"plain.md"}
