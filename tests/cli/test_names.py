"""Names in another Unicode form than the files': commands find the notes all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from studyapp.core.text.names import composed
from tests.helpers.commands import Run
from tests.helpers.vaults import make_vault

Form = Literal["NFC", "NFD"]
FORMS = [("NFC", "NFD"), ("NFD", "NFC")]


def vault_of(tmp_path: Path, form: Form) -> Path:
    notes = {
        "Über/Prüfung.md": "---\ntags: [review, flashcards/Prüfung]\n---\n\nQ::A\n",
        "Andere.md": "#flashcards\n\nB::C [[Prüfung]] ![[Bild ü.png]]\n",
    }
    made = {normalize(form, name): normalize(form, text) for name, text in notes.items()}
    vault = make_vault(tmp_path / normalize(form, "Möbel"), made)
    (vault / normalize(form, "Bild ü.png")).write_bytes(b"x")
    return vault


@pytest.mark.parametrize(("here", "asked"), FORMS)
def test_every_command_finds_what_is_named(tmp_path: Path, run: Run, here: Form, asked: Form) -> None:
    vault = vault_of(tmp_path, here)
    named = Path(normalize(asked, str(vault)))
    note, deck = normalize(asked, "Über/Prüfung.md"), normalize(asked, "flashcards/Prüfung")
    listed = json.loads(run("cards", "--vault", named, note, "--json").stdout)
    (question,) = listed["questions"]
    card = normalize(asked, question["cards"][0]["id"])
    assert json.loads(run("due", named, "--deck", deck, "--json").stdout)["new"] == 1
    assert "flashcards" in run("stats", named, "--deck", deck).stdout
    assert json.loads(run("cards", named / note, "--json").stdout)["questions"] == listed["questions"]
    assert "Card 1 of 1" in run("review", named, "--plain", "--deck", deck).stdout
    assert "Card 1 of 1" in run("review", named, "--plain", "--note", note, "--cram").stdout
    run("grade", "--vault", named, card, "--grade", "good")
    run("grade-note", "--vault", named, note, "--grade", "good")
    day = json.loads(run("restore", "--vault", named, "--json").stdout)["days"][0]["day"]
    run("restore", "--vault", named, day, note, "--json")
    assert "!" in (vault / normalize(here, "Über/Prüfung.md")).read_text()
    assert {composed(one.name) for one in vault.iterdir()} >= {composed("Über"), "Andere.md"}
    assert len(list(vault.glob("*.md"))) == 1


@pytest.mark.parametrize(("here", "asked"), FORMS)
def test_the_doctor_follows_links_in_both_forms(tmp_path: Path, run: Run, here: Form, asked: Form) -> None:
    vault = vault_of(tmp_path, here)
    other = vault / "Andere.md"
    other.write_text(normalize(asked, other.read_text()))
    codes = {one["code"] for one in json.loads(run("doctor", vault, "--json").stdout or "{}").get("findings", [])}
    assert not codes & {"dead-link", "missing-image", "ambiguous-link"}
