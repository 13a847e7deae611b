from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Sm2
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault.scan import fingerprint as module
from studyapp.core.vault.scan.fingerprint import fingerprint
from studyapp.core.vault.table.rows import rows_of


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Take the parser's fingerprint again."""
    fingerprint.cache_clear()
    module._program.cache_clear()
    yield
    fingerprint.cache_clear()
    module._program.cache_clear()


def parser_in(folder: Path) -> Path:
    """Copy the files that the fingerprint covers, as another installation has them."""
    core = Path(module.__file__).parents[2]
    for package in module._PARSER:
        copytree(core / package, folder / package)
    return folder / "vault" / "scan" / "fingerprint.py"


def test_equal_installs_agree_whenever_their_files_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(Settings())
    monkeypatch.setattr(module, "__file__", str(parser_in(tmp_path)))
    fingerprint.cache_clear()
    module._program.cache_clear()
    assert fingerprint(Settings()) == before


@pytest.mark.parametrize("file", ["notes/blocks.py", "vault/table/rows.py"])
def test_another_parser_has_another_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    before = fingerprint(Settings())
    monkeypatch.setattr(module, "__file__", str(parser_in(tmp_path)))
    assert (tmp_path / file).exists()
    (tmp_path / file).write_text("# another")
    fingerprint.cache_clear()
    module._program.cache_clear()
    assert fingerprint(Settings()) != before


def test_the_fingerprint_covers_every_package_that_gives_a_note_its_meaning() -> None:
    rooms = {one.__module__.split(".")[2] for one in (NoteText, Settings, Sm2, parse_note, rows_of)}
    assert rooms <= set(module._PARSER)
    core = Path(module.__file__).parents[2]
    assert all(list((core / room).glob("*.py")) for room in module._PARSER)
