"""Exported cards: what the files hold, that they stay the same, and that nothing else is touched."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.errors import StudyError
from studyapp.core.log.actions import Move
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Algorithm
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.anki.anki_columns import EASE
from studyapp.study.exchange.exports import apkg
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.known.collect import collect
from studyapp.study.exchange.known.exported import ExportedNotes
from tests.helpers.rows import each_row
from tests.helpers.studied import PICTURE, studied
from tests.helpers.vaults import NOW, NOW_TEXT, make_vault, workspace


class Package:
    """What is in an Anki package."""

    def __init__(self, file: Path, folder: Path) -> None:
        with zipfile.ZipFile(file) as package:
            self.members = {name: package.read(name) for name in package.namelist()}
        database = folder / "collection"
        database.write_bytes(self.members["collection.anki21"])
        with closing(sqlite3.connect(database)) as connection:
            connection.row_factory = sqlite3.Row
            self.tables = {
                table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
                for table in ("col", "notes", "cards", "revlog", "graves")
            }

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table]


@pytest.fixture(params=list(Algorithm))
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    return studied(tmp_path, 24, request.param)


def packed(vault: Workspace, tmp_path: Path, **more: Any) -> Package:
    file = tmp_path / "out.apkg"
    export(vault, file, **more)
    return Package(file, tmp_path)


def test_a_package_holds_every_card_with_its_schedule_marks_and_history(vault: Workspace, tmp_path: Path) -> None:
    rows = list(vault.vault.rows())
    package = packed(vault, tmp_path)
    assert len(package["cards"]) == len(rows)
    assert len(package["revlog"]) == len(list(vault.history.reviews()))
    assert len({row["id"] for row in package["revlog"]}) == len(package["revlog"])
    states = dict(vault.history.states())
    assert sum(row["queue"] == -1 for row in package["cards"]) == sum(one.suspended for one in states.values())
    assert sum(row["flags"] == 3 for row in package["cards"]) == sum(one.flag == 3 for one in states.values())
    assert sum(row["type"] == 0 for row in package["cards"]) == sum(row.is_new for row in rows)
    assert json.loads(package.members["media"]) == {"0": "figure.png"}
    assert package.members["0"] == PICTURE
    assert {note["tags"] for note in package["notes"]} == {" topic::one "}
    decks = json.loads(package["col"][0]["decks"])
    assert sorted(deck["name"] for deck in decks.values()) == ["Default", "flashcards", "flashcards::all"]


def test_footnotes_from_elsewhere_in_the_note_are_hidden_while_a_card_is_asked(tmp_path: Path) -> None:
    text = "#flashcards\n\nOne[^a]::Two[^b]\n\nThree[^a] ==four==\n\n[^a]: About one.\n\n[^b]: About two.\n"
    package = packed(workspace(make_vault(tmp_path / "vault", {"n.md": text}), tmp_path / "home"), tmp_path)
    plain, cloze = (note["flds"].split("\x1f") for note in sorted(package["notes"], key=lambda one: one["mid"]))
    assert ("About one" in plain[0], "About two" in plain[1], "About one" in cloze[0]) == (True, True, True)
    models = json.loads(package["col"][0]["models"]).values()
    assert all('<div class="asked">' in one["qfmt"] for model in models for one in model["tmpls"])
    assert all(".asked .given { display: none; }" in model["css"] for model in models)


def test_a_second_export_names_the_same_notes_and_is_newer_only_where_text_changed(
    tmp_path: Path, vault: Workspace
) -> None:
    first = packed(vault, tmp_path)
    note = vault.vault.root / "All.md"
    note.write_text(note.read_text().replace("What is 0?", "What is nought?"))
    later = workspace(vault.vault.root, tmp_path / "home", NOW.replace(year=2025))
    second = packed(later, tmp_path)
    names = {row["guid"] for row in first["notes"]}
    assert len({row["guid"] for row in second["notes"]} - names) <= 1
    known = {row["guid"]: row["mod"] for row in first["notes"]}
    changed = [row for row in second["notes"] if known.get(row["guid"]) != row["mod"]]
    assert [row["flds"].split("\x1f")[0] for row in changed] == ["What is nought?"]
    assert {row["guid"]: row["id"] for row in first["notes"]}.items() & {
        row["guid"]: row["id"] for row in second["notes"]
    }.items()


def test_an_edited_card_is_known_again_where_the_log_follows_it(tmp_path: Path) -> None:
    """Its text changes between two exports, and the app sees it."""
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b ^one\n"})
    opened = workspace(root, tmp_path / "home")
    (row,) = opened.vault.rows()
    before = packed(opened, tmp_path)["notes"][0]
    (root / "a.md").write_text("#flashcards\n\nA::b ^one\n")
    opened.vault.scan()
    (now,) = opened.vault.rows()
    opened.journal.move(Move(str(row.id), str(now.id), NOW, of_note=False))
    after = packed(workspace(root, tmp_path / "home", NOW.replace(hour=23)), tmp_path)["notes"][0]
    assert (after["guid"], after["id"]) == (before["guid"], before["id"])
    assert after["mod"] > before["mod"]


def test_a_reversed_card_that_becomes_a_basic_one_stays_the_same_note(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na:::b\n"})
    note = packed(workspace(root, tmp_path / "home"), tmp_path)["notes"][0]
    assert note["flds"].split("\x1f")[:3] == ["a", "b", "y"]
    assert [card["ord"] for card in packed(workspace(root, tmp_path / "home"), tmp_path)["cards"]] == [0, 1]


def test_what_anki_could_not_ask_is_left_out_and_said(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\n%%x%%::b\n\nc::d\n"})
    report = export(workspace(root, tmp_path / "home"), tmp_path / "out.apkg")
    assert (report.notes, report.cards) == (1, 1)
    assert report.problems == ["a.md:3: Anki would have nothing to ask; left out"]


def test_media_outside_the_vault_stay_there(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\n![[x.png]] ![[../secret.png]]::b\n"})
    (root / "x.png").symlink_to(tmp_path / "secret.png")
    package = packed(workspace(root, tmp_path / "home"), tmp_path)
    assert b"secret" not in package.members.values()
    assert package.members["media"] == b"{}"


def test_json_holds_everything(vault: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    report = export(vault, file)
    told = json.loads(file.read_bytes())
    assert (told["format"], told["version"]) == ("studyapp", 1)
    cards = [card for question in told["questions"] for card in question["cards"]]
    assert report.cards == len(cards) == len(list(vault.vault.rows()))
    assert {card["id"] for card in cards} == {str(row.id) for row in vault.vault.rows()}
    assert sum(len(card["history"]) for card in cards) == len(list(vault.history.reviews()))
    assert all(
        set(one) == {"at", "kind", "grade", "seconds", "before", "after"} for card in cards for one in card["history"]
    )
    for question in told["questions"]:
        assert set(question) == {
            *("note", "lines", "type", "decks", "tags", "headings", "block_id", "text", "source", "comment"),
            *("sides", "cards"),
        }


def test_a_table_has_a_card_a_row_and_nothing_that_a_spreadsheet_runs(tmp_path: Path) -> None:
    root = make_vault(
        tmp_path / "vault", {"a.md": "#flashcards/x #t\n\n=1+1::b\n<!--SR:!2024-06-10,4,250-->\n\nc:::d\n"}
    )
    export(workspace(root, tmp_path / "home"), tmp_path / "out.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_bytes().decode(), newline="")))
    assert [row["front"] for row in rows] == ["'=1+1", "c", "d"]
    assert (rows[0]["deck"], rows[0]["tags"], rows[0]["due"], rows[0]["line"]) == (
        "flashcards/x",
        "#t",
        "2024-06-10",
        "3",
    )


def test_names_of_notes_and_decks_act_on_no_spreadsheet_and_no_terminal(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"=cmd|x.md": "#flashcards/x\x1b #t\x1b[2J\n\na\x1b[31m::b\x07\n"})
    vault = workspace(root, tmp_path / "home")
    for ending in ("csv", "txt"):
        export(vault, tmp_path / f"out.{ending}")
        assert not {"\x1b", "\x07"} & set((tmp_path / f"out.{ending}").read_text())
    (row,) = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text()))
    assert row["note"] == "'=cmd|x.md"
    assert row["id"].startswith("'=cmd|x.md:")


def test_text_for_anki_names_decks_from_the_top(tmp_path: Path) -> None:
    root = make_vault(
        tmp_path / "vault",
        {"a.md": "#flashcards/x/y\n\na::b\n", "b.md": "#flashcards/x\n\n#c\n?\n==d==\n\nthe ==e==\n"},
    )
    export(workspace(root, tmp_path / "home"), tmp_path / "out.tsv")
    lines = (tmp_path / "out.tsv").read_text().splitlines()
    assert lines[:2] == ["#separator:tab", "#html:true"]
    decks = [row[2] for row in csv.reader(lines[6:], delimiter="\t")]
    assert decks == sorted(decks, key=lambda deck: deck.split("::"))
    assert [row[1] for row in csv.reader(lines[6:], delimiter="\t")].count("Cloze") >= 1


def test_only_what_is_asked_for_goes(vault: Workspace, tmp_path: Path) -> None:
    wanted = [row.id for row in vault.vault.rows()][:3]
    assert export(vault, tmp_path / "out.json", wanted).cards == 3
    assert export(vault, tmp_path / "out.json", None, "flashcards/none").cards == 0


def test_a_file_that_cannot_be_written_leaves_what_was_there(vault: Workspace, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"end the name in \.apkg"):
        export(vault, tmp_path / "out.pdf")
    with pytest.raises(StudyError, match="can't write"):
        export(vault, tmp_path / "nowhere" / "out.apkg")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_invalid_bytes_in_names_of_decks_and_tags_are_replaced(tmp_path: Path) -> None:
    note = b"#flashcards #t\xffx\n\n#d\xff/e q::a\n"
    export(workspace(make_vault(tmp_path / "vault", {"A.md": note}), tmp_path / "home"), tmp_path / "out.apkg")
    package = Package(tmp_path / "out.apkg", tmp_path)
    assert package["notes"][0]["tags"] == " d?::e t?x "
    assert {deck["name"] for deck in json.loads(package["col"][0]["decks"]).values()} == {"Default", "d?", "d?::e"}


def test_no_room_for_temporary_files_is_reported(
    vault: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_values: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(apkg, "write_collection", full)
    with pytest.raises(StudyError, match=r"can't write .*out\.apkg \(database or disk is full in "):
        export(vault, tmp_path / "out.apkg")
    assert not (tmp_path / "out.apkg").exists()


def test_cards_go_out_of_a_vault_that_takes_no_files(vault: Workspace, tmp_path: Path) -> None:
    root = vault.vault.root
    (root / ".studyapp/anki.json").mkdir(parents=True)
    report = export(vault, tmp_path / "out.apkg")
    assert report.cards
    assert Package(tmp_path / "out.apkg", tmp_path)["cards"]
    assert any("anki.json can't be written" in problem for problem in report.problems)


def test_notes_and_logs_stay_as_they_are(vault: Workspace, tmp_path: Path) -> None:
    root = vault.vault.root
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for ending in ("apkg", "json", "csv", "txt"):
        export(vault, tmp_path / f"out.{ending}")
    after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert after.keys() - before.keys() == {root / ".studyapp/anki.json"}
    assert before.items() <= after.items()


def test_a_vault_whose_folder_leads_elsewhere_gets_no_file_there(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "elsewhere").mkdir()
    (root / ".studyapp").symlink_to(tmp_path / "elsewhere")
    export(workspace(root, tmp_path / "home"), tmp_path / "out.apkg")
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"notes": 3}', b'{"notes": {"x": 1}}', b"[" * 100_000])
def test_damaged_knowledge_of_earlier_exports_does_no_harm(tmp_path: Path, text: bytes) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n", ".studyapp/anki.json": text})
    assert export(workspace(root, tmp_path / "home"), tmp_path / "out.apkg").cards == 1


RECORD = {"note": 1, "mod": 1, "digest": "0" * 16, "card": "a.md:976f40618e5bc:1:1", "at": NOW_TEXT, "cloze": False}
"""What is recorded of an exported question."""


ODD: tuple[object, ...] = (None, [], "7", True, -1, 1 << 70, inf)


@each_row("name, odd", [row for row in product(RECORD, ODD) if row[0] != "cloze" and row != ("digest", "7")])
def test_a_record_of_an_earlier_export_that_cannot_be_is_none(name: str, odd: object) -> None:
    other = RECORD | {"note": 2, "card": "a.md:976f40618e5bc:2:1"}
    told = {"notes": {"good": RECORD, "bad": other | {name: odd}}}
    known = ExportedNotes(json.dumps(told).encode(), NOW, lambda card, _: card)
    assert [one.guid for _, one in known.all()] == ["good"]


def test_no_two_records_have_one_number_and_none_has_half_a_character(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n\nc::d\n\ne::f\n"})
    export(workspace(root, tmp_path / "home"), tmp_path / "out.apkg")
    file = root / ".studyapp/anki.json"
    told = json.loads(file.read_text())
    first, second, third = told["notes"]
    told["notes"][second]["note"] = told["notes"][first]["note"]
    told["notes"]["\ud800"] = told["notes"].pop(third)
    file.write_text(json.dumps(told))
    assert export(workspace(root, tmp_path / "home"), tmp_path / "out.apkg").cards == 3
    assert len({one["note"] for one in json.loads(file.read_text())["notes"].values()}) == 3


def unplugged(root: Path, at: int) -> Callable[[int, int], None]:
    """Another folder takes the vault's place after so many notes."""

    def tell(done: int, _of: int) -> None:
        if done == at:
            root.rename(root.with_name("drive"))
            root.mkdir()

    return tell


@pytest.mark.parametrize("ending", ["apkg", "txt", "json", "csv"])
def test_of_a_vault_that_goes_away_meanwhile_no_part_replaces_an_earlier_export(tmp_path: Path, ending: str) -> None:
    root = make_vault(tmp_path / "vault", {f"{number}.md": "#flashcards\n\na::b\n" for number in range(3)})
    file = tmp_path / f"out.{ending}"
    file.write_bytes(b"earlier")
    with pytest.raises(StudyError, match="its drive may have been unplugged"):
        export(workspace(root, tmp_path / "home"), file, tell=unplugged(root, 1))
    assert file.read_bytes() == b"earlier"
    assert not [*root.iterdir()]


def test_a_vault_that_goes_away_once_all_is_read_is_exported_and_no_other_folder_written(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"n.md": "#flashcards\n\na::b\n"})
    file = tmp_path / "out.apkg"
    assert export(workspace(root, tmp_path / "home"), file, tell=unplugged(root, 1)).cards == 1
    assert not [*root.iterdir()]


@pytest.mark.slow
def test_many_questions_are_named_in_linear_time(tmp_path: Path) -> None:
    text = "#flashcards\n\n" + "".join(f"q{number}::a\n\n" for number in range(40_000))
    known = ExportedNotes(b"", NOW, lambda card, _: card)
    for one in collect(workspace(make_vault(tmp_path / "vault", {"n.md": text}), tmp_path / "home")):
        known.of(one, "", cloze=False)
    assert len({one.guid for _, one in known.all()}) == len({one.note for _, one in known.all()}) == 40_000


def test_grades_have_ankis_numbers() -> None:
    assert [EASE[grade] for grade in Grade] == [1, 2, 3, 4]


def test_pictures_that_are_not_in_the_vault_are_named(tmp_path: Path) -> None:
    (tmp_path / "outside.png").write_bytes(b"no")
    text = "#flashcards\n\na ![[gone.png]]::![[../outside.png]] ![x](here%20ä.png)\n\nThe ==sun== ![[n]] ![[x.pdf]]\n"
    root = make_vault(tmp_path / "vault", {"n.md": text})
    (root / "here ä.png").write_bytes(PICTURE)
    (root / "x.pdf").write_bytes(b"pdf")
    report = export(workspace(root, tmp_path / "home"), tmp_path / "out.apkg")
    assert report.media == 1
    why = "is no picture, sound or video in the vault; only its name is exported"
    lost = [(3, "gone.png"), (3, "../outside.png"), (5, "n"), (5, "x.pdf")]
    assert report.problems == [f"n.md:{line}: {name} {why}" for line, name in lost]
