"""Reading Anki's packages, old and new; and packages made to harm."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from studyapp.core.errors import StudyError
from studyapp.study.exchange.anki import package as reading
from studyapp.study.exchange.anki.package import is_plain, opened_package
from studyapp.study.exchange.anki.protobuf import fields
from tests.helpers.vaults import ROOT

DATA = ROOT / "tests/data/anki"
PACKAGES = ["oldest.apkg", "old.apkg", "new.apkg"]


@pytest.mark.parametrize("name", PACKAGES)
def test_each_format_is_read_the_same_way(name: str) -> None:
    if name == "new.apkg":
        pytest.importorskip("backports.zstd")
    with opened_package(DATA / name) as package:
        contents = package.contents
        assert len(contents.notes) == 17
        assert sum(map(len, contents.cards.values())) == 22
        assert sum(one.grade > 0 and one.type < 4 for several in contents.reviews.values() for one in several) == 47
        assert {"A::B", "German", "Default"} <= set(contents.decks.values())
        kinds = {one.name: one for one in contents.types.values()}
        assert kinds["Cloze"].is_cloze
        assert not kinds["Basic"].is_cloze
        assert kinds["Basic"].fields == ("Front", "Back")
        assert kinds["Basic"].templates[0].front == "{{Front}}"
        assert package.media("pic ä.png").startswith(b"\x89PNG")


def test_without_zstandard_the_error_says_how_to_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "backports.zstd", None)
    monkeypatch.setitem(__import__("sys").modules, "compression.zstd", None)
    with pytest.raises(StudyError, match="Support older Anki versions"), opened_package(DATA / "new.apkg"):
        pass


def packed(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return file


def database(change: Callable[[sqlite3.Connection], object], tmp_path: Path) -> bytes:
    with zipfile.ZipFile(DATA / "old.apkg") as package:
        (tmp_path / "db").write_bytes(package.read("collection.anki21"))
    with closing(sqlite3.connect(tmp_path / "db")) as connection, connection:
        change(connection)
    return (tmp_path / "db").read_bytes()


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"collection.anki21": b""},
        {"collection.anki21": b"SQLite format 3\x00" + b"\xff" * 5000},
        {"collection.anki21": b"not a database" * 100},
        {"collection.anki21b": b"not packed", "meta": b"\x08\x03"},
        {"media": b"{}"},
        {"../../collection.anki21": b""},
    ],
)
def test_a_file_that_is_not_a_package_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    with (
        pytest.raises(StudyError, match="not a readable Anki package"),
        opened_package(packed(tmp_path / "x.apkg", members)),
    ):
        pass
    (tmp_path / "y.apkg").write_bytes(b"PK nothing")
    with pytest.raises(StudyError, match="not a readable Anki package"), opened_package(tmp_path / "y.apkg"):
        pass


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST", 3_000_000)
    bomb = packed(tmp_path / "x.apkg", {"collection.anki21": bytes(50_000_000)})
    with pytest.raises(StudyError, match="free disk space"), opened_package(bomb):
        pass


def test_media_that_are_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST_MEDIA", 1000)
    members = {
        "collection.anki21": database(lambda _: None, tmp_path),
        "media": json.dumps({"0": "a.png"}).encode(),
        "0": bytes(100_000),
    }
    with (
        opened_package(packed(tmp_path / "x.apkg", members)) as package,
        pytest.raises(StudyError, match="1,000 bytes"),
    ):
        package.media("a.png")


@pytest.mark.parametrize(
    "name", ["../x.png", "/etc/passwd", "a/b.png", "..", ".hidden", "a\x00b", "a\nb", "C:x", "", "x" * 300, "a\\b"]
)
def test_names_of_media_that_lead_elsewhere_are_none(tmp_path: Path, name: str) -> None:
    members = {
        "collection.anki21": database(lambda _: None, tmp_path),
        "media": json.dumps({"0": name, "1": "fine.png"}).encode(),
        "0": b"x",
        "1": b"y",
    }
    assert not is_plain(name)
    with opened_package(packed(tmp_path / "x.apkg", members)) as package:
        assert package.contents.media == {"fine.png": "1"}


def test_a_database_that_misses_tables_or_holds_odd_values_is_refused_or_read(tmp_path: Path) -> None:
    broken = database(lambda connection: connection.execute("DROP TABLE notes"), tmp_path)
    with (
        pytest.raises(StudyError, match="no such table"),
        opened_package(packed(tmp_path / "x.apkg", {"collection.anki21": broken})),
    ):
        pass
    odd = database(
        lambda connection: connection.execute("UPDATE cards SET due = 'x', ivl = 2.5, data = x'ff'"), tmp_path
    )
    with opened_package(packed(tmp_path / "x.apkg", {"collection.anki21": odd})) as package:
        assert {card.interval for several in package.contents.cards.values() for card in several} == {2}


@pytest.mark.parametrize("data", [b"\x0a", b"\x0a\x05ab", b"\xff" * 20, b"\x0b"])
def test_a_message_that_is_cut_off_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"ends|kind|no end"):
        list(fields(data))


def test_the_fields_of_a_message_are_read() -> None:
    assert list(fields(b"\x08\x96\x01\x12\x03abc\x1d\x01\x00\x00\x00")) == [
        (1, 150),
        (2, b"abc"),
        (3, b"\x01\x00\x00\x00"),
    ]
