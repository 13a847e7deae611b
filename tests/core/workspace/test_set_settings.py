"""Settings that an action changes come back byte for byte, also after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.core.errors import NoteError, SettingsError
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.set_settings import NewSetting, set_settings, value_in
from studyapp.core.workspace.workspace import Workspace
from tests.helpers.strategies import examples
from tests.helpers.vaults import NOW, make_vault, workspace

OWN = "# mine\nfsrs_desired_retention = 0.85  # enough\n[deck_presets]\nother = 'none'\n"
CHANGES = [
    NewSetting(("fsrs_desired_retention",), 0.9),
    NewSetting(("presets", "fr", "fsrs_parameters"), [0.5, 1.25]),
    NewSetting(("deck_presets", "flashcards/fr"), "fr"),
]


def opened(tmp_path: Path, own: str | None = OWN) -> Workspace:
    root = make_vault(tmp_path / "v", {"n.md": "#flashcards\n\na::b\n"}, {})
    if own is not None and not (root / VAULT_FILE).exists():
        (root / VAULT_FILE).parent.mkdir()
        (root / VAULT_FILE).write_text(own)
    return workspace(root, tmp_path / "h")


def change(desk: Workspace, changes: list[NewSetting] = CHANGES) -> None:
    set_settings(desk.journal, desk.place, changes, "a try", NOW)


def values(tmp_path: Path) -> list[object]:
    raw = (tmp_path / "v" / VAULT_FILE).read_bytes()
    return [value_in(raw, one.key) for one in CHANGES]


def text(tmp_path: Path) -> str:
    return (tmp_path / "v" / VAULT_FILE).read_text()


def test_they_are_written_and_undone_and_redone_after_a_restart(tmp_path: Path) -> None:
    change(opened(tmp_path))
    written = text(tmp_path)
    assert values(tmp_path) == [one.value for one in CHANGES]
    desk = opened(tmp_path)
    action = desk.journal.last_applied()
    assert action is not None
    assert action.what == "a try"
    desk.store.undo(action, NOW)
    assert text(tmp_path) == OWN
    desk = opened(tmp_path)
    again = desk.journal.last_undone()
    assert again is not None
    desk.store.redo(again, NOW)
    assert values(tmp_path) == [one.value for one in CHANGES]
    assert text(tmp_path) == written


def test_a_setting_that_was_changed_since_stays(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    change(desk)
    after = text(tmp_path).replace("0.9 ", "0.95 ")
    (tmp_path / "v" / VAULT_FILE).write_text(after)
    action = desk.journal.last_applied()
    assert action is not None
    with pytest.raises(NoteError, match="the setting was changed since then"):
        desk.store.undo(action, NOW)
    assert text(tmp_path) == after
    assert desk.journal.last_applied() is None


def test_what_another_machine_logged_is_not_followed(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    change(desk)
    log = desk.journal.path
    log.write_text(log.read_text().replace("0.85", "0.5"))
    desk = opened(tmp_path)
    action = desk.journal.last_applied()
    assert action is not None
    before = text(tmp_path)
    with pytest.raises(NoteError, match="this machine did not write that line"):
        desk.store.undo(action, NOW)
    assert text(tmp_path) == before


@pytest.mark.parametrize("own", ["fsrs_desired_retention = \n", "deck_presets = 3\n"])
def test_a_file_with_errors_stays_as_it_is_and_nothing_is_logged_as_done(tmp_path: Path, own: str) -> None:
    desk = opened(tmp_path, own)
    with pytest.raises(SettingsError):
        change(desk)
    assert text(tmp_path) == own
    assert desk.journal.last_applied() is None


def test_a_file_that_was_made_for_them_goes_again(tmp_path: Path) -> None:
    desk = opened(tmp_path, None)
    change(desk)
    action = desk.journal.last_applied()
    assert action is not None
    desk.store.undo(action, NOW)
    assert not (tmp_path / "v" / VAULT_FILE).exists()


def test_beside_what_was_changed_since_only_these_values_come_back(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    change(desk)
    (tmp_path / "v" / VAULT_FILE).write_text("leech_lapses = 3\n" + text(tmp_path))
    action = desk.journal.last_applied()
    assert action is not None
    desk.store.undo(action, NOW)
    assert values(tmp_path) == [0.85, None, None]
    assert text(tmp_path).startswith("leech_lapses = 3\n# mine\nfsrs_desired_retention = 0.85  # enough\n")


ENDS = st.sampled_from(["", "\n", "\n\n"])
LINES = st.lists(
    st.sampled_from(
        [
            *("# mine", "", "new_cards_per_day = 5", "new_cards_per_day=5 # x", "theme = 'dark'", "[keys]"),
            *("[presets.a]", "[presets]", "a = {fsrs_desired_retention = 0.9}", "presets.b.x = 1"),
            *("fsrs_parameters = [1.0, # one\n 2.0]", "[deck_limits]", '"d" = {new = 3}', "d.new = 4", "[[list]]"),
            *('[exams."x y"]', "date = 2024-01-01", "at = 07:32:00", "x = '''a\nb'''", "\t# é\u2028"),
        ]
    ),
    max_size=7,
)
WANTED: list[NewSetting] = [
    *CHANGES,
    NewSetting(("new_cards_per_day",), 7),
    NewSetting(("deck_limits", "d"), {"new": 9}),
    NewSetting(("exams", "x y"), {"date": "2030-01-01", "deck": "d"}),
]


@pytest.mark.slow
@examples(180)
@given(
    file=st.builds(
        lambda bom, lines, end: bom + "\n".join(lines) + end, st.sampled_from(["", "\ufeff"]), LINES, ENDS
    ),
    newline=st.sampled_from(["\n", "\r\n"]),
    changes=st.lists(st.sampled_from(WANTED), min_size=1, max_size=3, unique_by=lambda one: one.key),
    removes=st.booleans(),
)
@example(file="[exams.'x y']\ndate = 2024-01-01\n", newline="\n", changes=[WANTED[-1]], removes=True)
def test_any_file_comes_back_byte_for_byte_and_is_changed_again_or_never_was(
    tmp_path_factory: pytest.TempPathFactory, file: str, newline: str, changes: list[NewSetting], *, removes: bool
) -> None:
    tmp_path = tmp_path_factory.mktemp("settings")
    raw = file.replace("\n", newline)
    desk = opened(tmp_path, None)
    path = desk.vault.root / VAULT_FILE
    path.parent.mkdir()
    path.write_bytes(raw.encode())
    try:
        change(desk, [NewSetting(one.key, None) for one in changes] if removes else changes)
    except SettingsError:
        assert path.read_bytes() == raw.encode()
        return
    written = path.read_bytes()
    assert removes or [value_in(written, one.key) for one in changes] == [one.value for one in changes]
    desk = opened(tmp_path, None)
    action = desk.journal.last_applied()
    assert action is not None
    desk.store.undo(action, NOW)
    assert path.read_bytes() == raw.encode()
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert path.read_bytes() == written


@pytest.mark.parametrize("own", [OWN, None])
def test_what_is_not_undone_without_the_drive_can_be_undone_once_it_is_back(tmp_path: Path, own: str | None) -> None:
    desk, root, drive = opened(tmp_path, own), tmp_path / "v", tmp_path / "drive"
    change(desk)
    action = desk.journal.last_applied()
    assert action is not None
    root.rename(drive)
    root.mkdir()
    with pytest.raises(NoteError, match="its drive may have been unplugged"):
        desk.store.undo(action, NOW)
    assert not [*root.iterdir()]
    root.rmdir()
    drive.rename(root)
    desk = opened(tmp_path, own)
    assert desk.journal.last_applied() == action
    desk.store.undo(action, NOW)
    assert (text(tmp_path) if own else (root / VAULT_FILE).exists()) == (own or False)
