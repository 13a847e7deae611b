from __future__ import annotations

from pathlib import Path

from studyapp.core.vault.agreement import differing
from studyapp.core.vault.vault import Vault
from tests.helpers.vaults import make_vault, open_vault

SAME: dict[str, str | bytes] = {"A.md": "#flashcards\n\na::b\n", "None.md": "no card\n"}
COMMENT = "<!--SR:!2024-01-04,3,250-->"


def of(folder: Path, **notes: str) -> Vault:
    more: dict[str, str | bytes] = {f"{name}.md": f"#flashcards\n\n{text}\n" for name, text in notes.items()}
    return open_vault(make_vault(folder, SAME | more))


def test_two_readings_of_the_same_notes_agree(tmp_path: Path) -> None:
    assert differing(of(tmp_path / "one", B="c::d"), of(tmp_path / "other", B="c::d")) == []


def test_notes_that_differ_in_a_card_a_schedule_or_a_deck_are_named(tmp_path: Path) -> None:
    one = of(tmp_path / "one", B="c::d", C="e::f", D="g::h", E="i::j")
    other = of(tmp_path / "other", B=f"c::d\n{COMMENT}", C="e::g", D="#flashcards/x g::h", F="i::j")
    assert differing(one, other) == ["B.md", "C.md", "D.md", "E.md", "F.md"]
