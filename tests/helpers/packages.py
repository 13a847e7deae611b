"""Anki packages with modified contents."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path


def changed(file: Path, to: Path, sql: str) -> Path:
    """A package in the old format with modified contents."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "collection.anki21":
                scratch = to.with_suffix(".db")
                scratch.write_bytes(data)
                with closing(sqlite3.connect(scratch)) as connection, connection:
                    connection.executescript(sql)
                data = scratch.read_bytes()
            target.writestr(name, data)
    return to
