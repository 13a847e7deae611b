"""The files of an import: media read one by one; all or nothing where there is no room."""

from __future__ import annotations

import errno
import shutil
import tracemalloc
import zipfile
from json import dumps
from pathlib import Path
from types import SimpleNamespace

import pytest

from studyapp.core.errors import StudyError
from studyapp.study.exchange.imports.import_plan import plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from tests.faults.failing import Failing
from tests.helpers.packages import changed
from tests.helpers.vaults import NOW, ROOT, make_vault, workspace

SIZE = 1_000_000
MANY = 60


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """One with many pictures of a megabyte each."""
    shown = "".join(f'<img src="{number}.png">' for number in range(MANY))
    sql = f"UPDATE notes SET flds = 'dog' || x'1f' || '{shown}' WHERE flds LIKE 'dog%'"
    file = changed(ROOT / "tests/data/anki/old.apkg", tmp_path / "some.apkg", sql)
    with zipfile.ZipFile(file) as some, zipfile.ZipFile(tmp_path / "media.apkg", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("collection.anki21", some.read("collection.anki21"))
        target.writestr("media", dumps({str(number): f"{number}.png" for number in range(MANY)}))
        for number in range(MANY):
            target.writestr(str(number), bytes(SIZE))
    return tmp_path / "media.apkg"


@pytest.mark.slow
def test_many_media_take_no_memory_together(tmp_path: Path, package: Path) -> None:
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home", NOW.replace(year=2027))
    told: list[tuple[int, int]] = []
    with opened_source(package) as source:
        planned = plan_import(vault, source, "In")
        tracemalloc.start()
        bring_in(vault, source, planned, lambda done, of: told.append((done, of)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert len(list((tmp_path / "vault/In/media").iterdir())) == MANY
    assert peak < MANY * SIZE / 3
    assert told == [(done, MANY) for done in range(1, MANY + 1)]


@pytest.mark.slow
def test_media_that_would_fill_the_disk_are_refused(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home", NOW.replace(year=2027))
    with opened_source(package) as source:
        planned = plan_import(vault, source, "In")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50_000_000 + 10 * SIZE))
        with pytest.raises(StudyError, match="room"):
            bring_in(vault, source, planned)
    assert not (tmp_path / "vault/In").exists()
    assert not list(vault.history.reviews())


def test_an_import_that_cannot_add_to_a_note_leaves_no_new_one_either(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"In/x.md": "#flashcards/x\n\na::b\n"})
    vault, file = workspace(root, tmp_path / "home"), tmp_path / "table.csv"
    file.write_text("front,back,deck\nc,d,x\ne,f,y\n")
    with opened_source(file) as source:
        planned = plan_import(vault, source, "In")
        assert [*planned.new] == ["x.md", "y.md"]
        with (
            Failing(1, errno.ENOSPC, only="exchange"),
            pytest.raises(StudyError, match="nothing of the import stays"),
        ):
            bring_in(vault, source, planned)
        assert [path.name for path in root.rglob("*.md")] == ["x.md"]
        assert "c::d" not in (root / "In/x.md").read_text()
        bring_in(vault, source, plan_import(vault, source, "In"))
    assert "c::d" in (root / "In/x.md").read_text()
    assert "e::f" in (root / "In/y.md").read_text()
