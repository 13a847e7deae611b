"""The files that questions can be imported from, by extension."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from studyapp.core.disk.files import read_file
from studyapp.core.errors import MisuseError, StudyError
from studyapp.study.exchange.anki.package import opened_package
from studyapp.study.exchange.reading.incoming import AnkiSource, ImportSource
from studyapp.study.exchange.reading.incoming_blocks import BlockSource
from studyapp.study.exchange.reading.incoming_json import JsonSource
from studyapp.study.exchange.reading.incoming_plain import TableSource

_LARGEST: Final = 200_000_000
_TABLES: Final = (".csv", ".tsv", ".txt")


@contextmanager
def opened_source(file: Path, deck: str | None = None) -> Iterator[ImportSource]:
    """Open a file; `deck` is for rows that name none.

    Raises:
        MisuseError: if it is of no form that is known.
        StudyError: if it cannot be read.
    """
    ending = file.suffix.lower()
    if ending in (".apkg", ".colpkg"):
        with opened_package(file) as package:
            yield AnkiSource(package)
        return
    if ending not in (*_TABLES, ".json", ".md"):
        raise MisuseError(f"{file.name}: an import's name ends in .apkg, .colpkg, .json, .csv, .tsv, .txt or .md")
    try:
        data = read_file(file, _LARGEST)
    except OSError as error:
        raise StudyError(f"can't read {file} ({error.strerror or error})") from error
    match ending:
        case ".json":
            yield JsonSource(file.name, data)
        case ".md":
            yield BlockSource(file, data, deck)
        case _:
            yield TableSource(file, data, deck)
