"""Notes without cards of this vault: in ignored folders, and copies by sync tools."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.core.notes.ignored import _glob, is_ignored, original_of
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from tests.helpers.rows import each_row


@each_row(
    "path, patterns, expected",
    [
        ("drawing.excalidraw.md", ("**/*.excalidraw.md",), True),
        ("a/b/drawing.excalidraw.md", ("**/*.excalidraw.md",), True),
        ("x.md", ("**/x.md",), True),
        ("x.md", ("*/x.md",), False),
        ("templates/x.md", ("templates",), True),
        ("a/templates/x.md", ("templates",), False),
        ("a/x.md", ("*/x.md",), True),
        ("a/b/x.md", ("*/x.md",), False),
        ("a/x1.md", ("a/x?.md",), True),
        ("a/x1.md", ("a/x[!0-9].md",), False),
        ("a/x.md", ("{a,b}/x.md",), True),
        ("a/x.md", ("[",), False),
        ("-", ("[?--]",), True),
        ("b", ("[a-c]",), True),
        ("[", ("[[&&~~]",), True),
        ("a/x.md", (), False),
    ],
)
def test_a_path_is_ignored_by_its_beginning_or_by_a_glob(
    path: str, patterns: tuple[str, ...], expected: bool
) -> None:
    assert is_ignored(path, patterns) is expected
    note = parse_note(path, b"#flashcards\n\na::b", Settings(note_folders_to_ignore=patterns))
    assert (note.questions == ()) is expected


@given(st.text("*?[]{},!/ab", max_size=8), st.text("ab/", max_size=6))
@example("**/b", "b")
def test_what_a_path_ends_with_decides_nothing_that_the_glob_would_not(pattern: str, path: str) -> None:
    whole = _glob(pattern).fullmatch(path) is not None
    assert is_ignored(path, (pattern,)) is (whole or path.startswith(pattern))


@pytest.mark.parametrize(
    "pattern", ["*a" * 200 + "b", "**/a" * 200, "**a" * 200 + "c", "**/*a*a*a*a*b", "**/*" * 200 + "b"]
)
@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000, ("a" * 200 + "/") * 20])
def test_stars_in_a_row_are_not_tried_in_all_combinations(pattern: str, path: str) -> None:
    assert not is_ignored(path + "x", (pattern,))


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("a/Note (Conflicted copy laptop 202401011200).md", "a/Note.md"),
        ("Note.sync-conflict-20240101-120000-ABCDEFG.md", "Note.md"),
        ("Note (Ann's conflicted copy 2024-01-01).md", "Note.md"),
        ("Note conflicted copy 2024-01-01.md", "Note.md"),
        ("Note.md", None),
        ("Conflicted copies.md", None),
        ("Note (copy).md", None),
    ],
)
def test_a_sync_conflict_copy_is_known_by_its_name(name: str, original: str | None) -> None:
    assert original_of(name) == original
