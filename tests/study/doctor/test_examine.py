"""An examination: every note is examined, whatever is wrong with any of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studyapp.study.doctor import looks
from studyapp.study.doctor import subject as subject_module
from studyapp.study.doctor.comments import Comment, comments_of
from studyapp.study.doctor.examine import Examination, Progress
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject
from tests.helpers.vaults import ROOT, make_vault, open_vault
from tests.study.doctor.subjects import ONE, examine, findings, found, subject


def kinds(findings: list[Finding]) -> list[str]:
    return [f"{one.code} {one.place}" for one in findings]


@pytest.mark.parametrize("folders", ["Sub/.obsidian/plugins/dataview", ".obsidian/plugins/dataview"])
def test_fields_are_no_cards_below_a_vault_that_has_the_dataview_plugin(tmp_path: Path, folders: str) -> None:
    root = make_vault(tmp_path / "vault", {"Sub/n.md": "author:: Somebody\n", "Sub/.obsidian/app.json": "{}"}, {})
    assert [one.code for one in examine(open_vault(root))] == ["unseen-card"]
    (root / folders).mkdir(parents=True)
    assert examine(open_vault(root)) == []


def test_a_check_that_fails_on_a_note_stops_neither_the_other_checks_nor_the_other_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(one: Subject) -> list[Finding]:
        if one.path == "A.md":
            raise ValueError("no such thing")
        return []

    monkeypatch.setattr(looks, "NOTE_CHECKS", (broken, *looks.NOTE_CHECKS))
    notes: dict[str, str | bytes] = dict.fromkeys(("A.md", "B.md"), f"#flashcards\n\nx\n{ONE}\n")
    assert kinds(found(tmp_path, notes)) == ["unexamined A.md", "orphan-schedule A.md:4", "orphan-schedule B.md:4"]


class Counted(list[Comment]):
    """Comments that count how often one of them is taken."""

    taken = 0

    def __iter__(self) -> Iterator[Comment]:
        for one in super().__iter__():
            Counted.taken += 1
            yield one

    def __getitem__(self, place: Any) -> Any:
        Counted.taken += 1
        return super().__getitem__(place)


@pytest.mark.parametrize("card", ["text", "a::b"])
def test_a_note_of_many_comments_takes_time_in_proportion(card: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_module, "comments_of", lambda *given: Counted(comments_of(*given)))
    taken = []
    for number in (50, 100):
        Counted.taken = 0
        findings(subject(f"{card}\n{ONE}\n\n" * number))
        taken.append(Counted.taken)
    assert taken[1] < 3 * taken[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        ONE * 30_000,
        f"{ONE}\n" * 30_000,
        f"{ONE}\n\n" * 30_000,
        f"? {ONE * 30_000}",
        f"text {ONE}{'1,' * 200_000}<-->",
        f"text {ONE}{' ' * 200_000}<-->",
    ],
    ids=["in a line", "below each other", "apart", "beside a separator", "numbers", "blanks"],
)
def test_comments_with_nothing_between_them_take_no_more_than_linear_time(text: str) -> None:
    found = findings(subject(f"{text}\n\na::b\n"))
    assert {one.code for one in found} <= {"orphan-schedule", "misplaced-schedule", "damaged-schedule"}
    assert found


def test_progress_is_reported_and_an_examination_can_be_broken_off(tmp_path: Path) -> None:
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
