"""What merges, sync tools and the plugin's newer versions leave in a vault is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.study.doctor.findings import Finding
from tests.helpers.vaults import make_vault, open_vault
from tests.study.doctor.subjects import LATER, ONE, codes, examine


def kinds(findings: list[Finding]) -> list[str]:
    return [f"{one.code} {one.place}" for one in findings]


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
        ".obsidian/plugins/obsidian-spaced-repetition/data.json",
        "A.md:3",
        "B.md:4",
        "Spaced Repetition/schedule-data.sr.md",
    ]
    assert "2 schedules" in result[0].reason
    assert "2 block ids" in result[1].reason


def test_a_long_row_of_callouts_without_a_schedule_is_found_line_by_line(tmp_path: Path) -> None:
    note = (
        "#flashcards\n\na::b\n" + "> [!sr|card-metadata]\n" * 20_000 + "\nc::d\n> [!sr|card-metadata]\n> x\n> " + ONE
    )
    found = examine(open_vault(make_vault(tmp_path / "vault", {"A.md": note}, {})))
    assert sum(one.code == "foreign-schedules" for one in found) == 20_000
