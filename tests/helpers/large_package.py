"""A large Anki package: thousands of notes with a history, as another program could have made it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from studyapp.study.exchange.anki.collection import CollectionRows, Decks, write_collection
from tests.helpers.vaults import NOW

BASIC = 1_342_697_561_419


def large_package(file: Path, cards: int, reviews: int = 5) -> None:
    """Write a package with that many cards, each with that many reviews."""
    rows, decks, day = CollectionRows(), Decks(), (NOW - timedelta(days=300)).date()
    model = {
        "id": BASIC, "name": "Basic", "type": 0,
        "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
    }  # fmt: skip
    for number in range(cards):
        fields = f"What is <b>{number}</b>?\x1fThe number {number}, \\(x_{{{number}}}\\)<br>and more of it"
        rows.notes.append((number + 1, f"guid{number}", BASIC, 1, -1, " a::b ", fields, "", 0, 0, ""))
        deck = decks.number(f"Large/{number % 4}")
        scheduled = (2, 2, 300 + number % 50, 30, 2500, reviews, 0, 0, 0, 0, 0, "")
        rows.cards.append((number + 1, number + 1, deck, 0, 1, -1, *scheduled))
        for turn in range(reviews):
            at = int((NOW - timedelta(days=290 - 40 * turn)).timestamp() * 1000) + number
            rows.reviews.append((at, number + 1, -1, 3, 10 * turn + 1, 1, 2500, 4000, 1))
    scratch = file.with_suffix(".collection")
    write_collection(scratch, NOW, day, decks.numbers, rows)
    with closing(sqlite3.connect(scratch)) as connection, connection:
        connection.execute("UPDATE col SET models = ?", (json.dumps({BASIC: model}),))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.write(scratch, "collection.anki2")
        package.writestr("media", json.dumps({}))
    scratch.unlink()
