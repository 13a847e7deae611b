"""`studyapp cache`: what is kept where, whether it is right, and its deletion."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from studyapp.cli import cache
from tests.helpers.commands import Run
from tests.helpers.vaults import NOW_TEXT, locations_of, make_vault

NOTES: dict[str, str | bytes] = {"A.md": "#flashcards\n\na::b\n", "B.md": "#flashcards\n\nc::d\n"}


@pytest.fixture
def vault(tmp_path: Path, run: Run) -> Path:
    """A vault that was open and searched, so that all its caches are there."""
    made = make_vault(tmp_path / "a\x1bvault", NOTES)
    run("search", "--vault", made, "a")
    return made


@pytest.fixture
def caches(at_home: dict[str, str]) -> Path:
    """The folder of caches."""
    return locations_of(at_home).cache


def test_each_cache_is_shown_with_its_purpose_its_vault_and_its_size(vault: Path, caches: Path, run: Run) -> None:
    shown = run("cache")
    assert "\x1b" not in shown.stdout
    assert "vault" in shown.stdout
    said = json.loads(run("cache", "--json").stdout)
    assert said["folder"] == str(caches)
    assert {one["file"] for one in said["caches"]} == {path.name for path in caches.glob("*.sqlite")}
    assert {one["vault"] for one in said["caches"]} == {str(vault)}
    assert "cards" in {one["for"] for one in said["caches"]}
    assert all(one["bytes"] > 0 for one in said["caches"])


def test_of_a_named_vault_only_its_own_are_shown_and_deleted(
    vault: Path, caches: Path, tmp_path: Path, run: Run
) -> None:
    other = make_vault(tmp_path / "other", NOTES)
    run("due", other)
    before = {path.name for path in caches.iterdir()}
    named = {one["file"] for one in json.loads(run("cache", "--json", "--vault", other).stdout)["caches"]}
    assert named < before
    run("cache", "--clear", "--vault", other)
    left = {path.name for path in caches.glob("*.sqlite")}
    assert left == {one for one in before if one.endswith(".sqlite")} - named


def test_after_clearing_commands_say_what_they_said_before(vault: Path, caches: Path, run: Run) -> None:
    before = run("due", vault, "--json", "--now", NOW_TEXT).stdout
    done = run("cache", "--clear")
    assert "deleted" in done.stdout
    assert not list(caches.glob("*.sqlite*"))
    assert run("cache").stdout.startswith("There are no caches in ")
    assert run("due", vault, "--json", "--now", NOW_TEXT).stdout == before


def test_a_check_finds_all_as_it_should_be(vault: Path, run: Run) -> None:
    (vault / "A.md").write_text("#flashcards\n\nwhat was changed::since\n")
    done = run("cache", "--check")
    assert done.stderr == ""
    assert "all are intact" in done.stdout


def test_a_check_names_a_damaged_cache(vault: Path, caches: Path, run: Run) -> None:
    index = locations_of_cards(caches, run)
    raw = bytearray(index.read_bytes())
    raw[100:300] = b"\xff" * 200
    index.write_bytes(raw)
    done = run("cache", "--check", code=1)
    assert f"{index.name} is damaged or out of date" in done.stderr
    said = json.loads(run("cache", "--check", "--json", code=1).stdout)
    assert [bool(one["fault"]) for one in said["caches"] if one["file"] == index.name] == [True]


def test_a_check_names_a_note_that_a_cache_disagrees_with(
    vault: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "differing", lambda *_: ["A.md", "B.md"])
    done = run("cache", "--check", code=1)
    assert "it disagrees with 2 notes, such as A.md" in done.stderr


def test_what_is_not_ours_is_named_without_its_control_characters_and_stays(
    vault: Path, caches: Path, run: Run
) -> None:
    odd = caches / "\x1b[2Jevil\u202e.sqlite"
    odd.write_text("mine")
    (caches / os.fsdecode(b"\xff")).write_text("mine")
    shown = run("cache", "--clear")
    assert "2 other files there, left alone" in shown.stdout
    assert not {"\x1b", "\u202e"} & set(shown.stdout)
    assert json.loads(run("cache", "--json").stdout)["others"] == sorted([odd.name, "\udcff"])
    assert odd.read_text() == "mine"


def test_where_the_folder_is_a_link_nothing_is_shown_or_deleted(
    vault: Path, caches: Path, tmp_path: Path, run: Run
) -> None:
    real = caches.rename(tmp_path / "real")
    caches.symlink_to(real)
    before = {path.name for path in real.iterdir()}
    done = run("cache", "--clear", code=1)
    assert "is a link; nothing in it was touched. Make it a folder that is yours" in done.stderr
    assert {path.name for path in real.iterdir()} == before
    assert json.loads(run("cache", "--json").stdout)["caches"] == []


def test_the_caches_of_a_vault_that_is_gone_can_be_deleted(vault: Path, caches: Path, run: Run) -> None:
    vault.rename(vault.with_name("moved"))
    assert "unknown" in run("cache").stdout
    run("cache", "--check")
    run("cache", "--clear")
    assert not list(caches.glob("*.sqlite"))


def locations_of_cards(caches: Path, run: Run) -> Path:
    said = json.loads(run("cache", "--json").stdout)
    (name,) = (one["file"] for one in said["caches"] if one["for"] == "cards")
    path = caches / str(name)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path
