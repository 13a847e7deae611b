from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.errors import Severity
from studyapp.core.settings.load import LoadedSettings, Settings
from studyapp.study.doctor import examine as examining
from studyapp.study.doctor.examine import Examination, Progress, examine
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Patient
from tests.helpers.vaults import ROOT, make_vault, open_vault
from tests.study.doctor.subjects import LATER, ONE, codes


def found(tmp_path: Path, notes: dict[str, str | bytes], plugin: dict[str, Any] | None = None) -> list[Finding]:
    return examine(open_vault(make_vault(tmp_path / "vault", notes, plugin)))


def kinds(findings: list[Finding]) -> list[str]:
    return [f"{one.code} {one.place}" for one in findings]


# Fields


@pytest.mark.parametrize("folders", ["Sub/.obsidian/plugins/dataview", ".obsidian/plugins/dataview"])
def test_fields_are_no_cards_below_a_vault_that_has_the_dataview_plugin(tmp_path: Path, folders: str) -> None:
    root = make_vault(tmp_path / "vault", {"Sub/n.md": "author:: Somebody\n", "Sub/.obsidian/app.json": "{}"}, {})
    assert [one.code for one in examine(open_vault(root))] == ["unseen-card"]
    (root / folders).mkdir(parents=True)
    assert examine(open_vault(root)) == []


# Equal questions


def test_equal_questions_are_reported_with_the_place_of_the_other(tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {
        "A.md": "#flashcards\n\nsame::card\n\nother::card\n",
        "B.md": "#flashcards\n\nsame::card\n\nother::answer\n\nsame::card\n",
    }
    result = found(tmp_path, notes)
    assert kinds(result) == ["equal-questions B.md:3", "equal-questions B.md:5", "equal-questions B.md:7"]
    assert "A.md:3" in result[0].reason
    assert "with another answer" in result[1].reason
    assert "A.md:5" in result[1].reason
    assert all(one.severity is Severity.NOTE for one in result)


# Conflicts


def test_a_conflict_copy_is_reported_with_how_it_differs(tmp_path: Path) -> None:
    copy = "Note.sync-conflict-20240101-120000-ABCDEFG.md"
    text = f"#flashcards\n\na::b\n{ONE}\n"
    root = make_vault(tmp_path / "vault", {"Note.md": text, copy: text.replace(ONE, LATER)})
    (one,) = (one for one in examine(open_vault(root)) if one.code == "conflict-copy")
    assert one.path == copy
    assert "copy of Note.md: 1 line differs, all in schedule comments" in one.reason
    (root / copy).write_text(text)
    (one,) = (one for one in examine(open_vault(root)) if one.code == "conflict-copy")
    assert "both are the same" in one.reason
    (root / "Note.md").unlink()
    (one,) = (one for one in examine(open_vault(root)) if one.code == "conflict-copy")
    assert "which is not there" in one.reason


@pytest.mark.parametrize("head", ["#flashcards\n\n", "# no deck\n\n"])
def test_conflict_markers_are_reported_in_notes_with_and_without_cards(head: str) -> None:
    marked = "<<<<<<< HEAD\none\n=\n>>>>>>> theirs\n"
    assert codes(marked, head=head) == ["merge-conflict:3"]
    assert codes("<<<<<<< HEAD\nleft over\n", head=head) == ["merge-conflict:3"]
    assert codes("text <<<<<<< and >>>>>>>\n", head=head) == []
    assert codes(f"```\n{marked}```\n", head="# no deck\n\n") == []


# Settings


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"start_of_day": time(4)}, "04:00:00, which the plugin ignores"),
        ({"start_of_day": time(0, 30, 1)}, "which the plugin ignores"),
        ({"start_of_day": time(4, 30, 1)}, None),
        ({"start_of_day": time(0)}, None),
        ({"multiline_card_separator": "??"}, "like multiline_card_separator"),
        ({"single_line_reversed_card_separator": "::"}, "like single_line_card_separator"),
        ({"single_line_card_separator": "->"}, "in every schedule comment"),
        ({"multiline_card_separator": "? "}, "white space"),
        ({"multiline_card_end_marker": " +++"}, "white space"),
        ({"multiline_card_end_marker": "?"}, "a separator too"),
        ({"flashcard_tags": ()}, "no note is looked at"),
        ({"flashcard_tags_to_ignore": ("#flashcards",)}, "a deck tag too"),
        ({"fsrs_desired_retention": 0.99}, "almost every day"),
        ({"single_line_card_separator": ":: "}, None),
        ({}, None),
    ],
)
def test_a_setting_that_does_not_do_what_it_seems_to_say_is_reported(
    values: dict[str, Any], said: str | None
) -> None:
    from studyapp.core.settings.load import DEFAULT, NAMES  # noqa: PLC0415  # as above
    from studyapp.study.doctor.checks.options import surprising  # noqa: PLC0415  # beside its cases

    result = list(surprising(LoadedSettings(Settings(**values), dict.fromkeys(NAMES, DEFAULT))))
    assert len(result) == (said is not None)
    assert all(said in one.reason and one.code == "settings" for one in result if said)


def test_surprising_settings_are_reported_with_the_file_that_says_them(tmp_path: Path) -> None:
    (one,) = found(tmp_path, {"A.md": "#flashcards\n\na::b\n"}, {"startOfDay": "04:00:00"})
    assert one.path.endswith("obsidian-spaced-repetition/data.json")
    assert one.reason.startswith("startOfDay is 04:00:00")
    assert "04:01:01" in one.remedy


# Formats


def test_the_newer_storage_formats_of_the_plugin_are_recognised(tmp_path: Path) -> None:
    root = make_vault(
        tmp_path / "vault",
        {
            "Spaced Repetition/schedule-data.sr.md": "| id | due |\n",
            "A.md": "#flashcards\n\na::b ^sr-id-1f2e\n\nc::d ^sr-id-77\n",
            "B.md": "#flashcards\n\ne::f\n> [!sr|card-metadata]\n> due: 2024-01-01\n\ng::h\n> [!sr|card-metadata] \n"
            f">  {ONE}\n\n```\na ^sr-id-1\n```\n",
        },
        {},
    )
    data = root / ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    data.write_text('{"settings": {}, "scheduleData": {"version": 1, "cards": {"a": {}, "b": {}}}}')
    result = examine(open_vault(root))
    assert {one.code for one in result} == {"foreign-schedules"}
    assert [one.place.removeprefix(f"{root}/") for one in result] == [
        ".obsidian/plugins/obsidian-spaced-repetition/data.json".replace(".obsidian", ".obsidian"),
        "A.md:3",
        "B.md:4",
        "Spaced Repetition/schedule-data.sr.md",
    ]
    assert "2 schedules" in result[0].reason
    assert "2 block ids" in result[1].reason


# The examination


def test_a_check_that_fails_on_a_note_stops_neither_the_other_checks_nor_the_other_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(one: Patient) -> list[Finding]:
        if one.path == "A.md":
            raise ValueError("no such thing")
        return []

    monkeypatch.setattr(examining, "NOTE_CHECKS", (broken, *examining.NOTE_CHECKS))
    notes: dict[str, str | bytes] = dict.fromkeys(("A.md", "B.md"), f"#flashcards\n\nx\n{ONE}\n")
    assert kinds(found(tmp_path, notes)) == ["unexamined A.md", "orphan-schedule A.md:4", "orphan-schedule B.md:4"]


def test_progress_is_told_and_an_examination_can_be_broken_off(tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {f"{n}.md": f"#flashcards\n\nx\n{ONE}\n" for n in range(250)}
    vault = open_vault(make_vault(tmp_path / "vault", notes))
    told: list[Progress] = []
    Examination(vault).run(tell=told.append)
    assert [one.done for one in told] == [0, 100, 200, 250]
    assert Examination(vault).run(going=lambda: False) == []


def test_the_bundled_vault_holds_the_orphan_and_the_bare_alias_that_its_first_note_came_with() -> None:
    assert kinds(examine(open_vault(ROOT / "vault"))) == [
        "orphan-schedule Parameter Efficient Fine-Tuning.md:53",
        "bare-alias Parameter Efficient Fine-Tuning.md:34",
    ]


def test_the_starter_vault_gives_no_finding() -> None:
    assert examine(open_vault(ROOT / "studyapp" / "starter")) == []


def test_what_is_bounded_while_a_note_is_read_is_found(tmp_path: Path) -> None:
    notes = {
        "Decks.md": "#flashcards" + "/a" * 900 + "\n\na::b\n",
        "Clozes.md": "#flashcards\n\n==999999999;;x==\n",
        "YAML.md": "---\na: &a [*a]\n---\n#flashcards\n\nc::d\n",
    }
    found = examine(open_vault(make_vault(tmp_path / "vault", notes, {})))
    assert {(one.path, one.code) for one in found} == {
        ("Decks.md", "too-many-decks"),
        ("Clozes.md", "no-cards"),
        ("YAML.md", "front-matter"),
    }


def test_a_long_row_of_callouts_without_a_schedule_is_found_line_by_line(tmp_path: Path) -> None:
    note = (
        "#flashcards\n\na::b\n" + "> [!sr|card-metadata]\n" * 20_000 + "\nc::d\n> [!sr|card-metadata]\n> x\n> " + ONE
    )
    found = examine(open_vault(make_vault(tmp_path / "vault", {"A.md": note}, {})))
    assert sum(one.code == "foreign-schedules" for one in found) == 20_000
