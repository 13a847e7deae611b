"""A varied collection of Anki, made by Anki's own library, for tests and for the packages in `tests/data/anki`."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

anki = pytest.importorskip("anki.collection")

NOTES: tuple[tuple[str, list[str], str, list[str]], ...] = (
    ("Basic", ["What is 2+2?", "4"], "A::B", ["maths", "a::b"]),
    ("Basic", ["two<br>lines", "<ul><li>a</li><li>b</li></ul>"], "A::B", []),
    ("Basic (and reversed card)", ["dog", "der Hund"], "German", []),
    ("Basic (optional reversed card)", ["cat", "Katze", ""], "German", []),
    ("Basic (optional reversed card)", ["cow", "Kuh", "y"], "German", ["noun"]),
    ("Basic (type in the answer)", ["type", "typed"], "A::B", []),
    ("Cloze", ["The {{c1::sun}} is {{c2::hot::how}}", "extra <b>info</b>"], "A", []),
    ("Cloze", ["{{c2::b}} before {{c1::a}} and {{c1::a2}}", ""], "A", []),
    ("Cloze", ["only {{c3::gap}}", ""], "A", []),
    ("Cloze", ["{{c1::12}} and {{c2::as}}", ""], "A", []),
    ("Basic", [r"math \(a::b\)", r"\[x^2\]"], "A::B", []),
    ("Basic", ["code", "<pre>x = 1\n\ny</pre>"], "A::B", ["leech"]),
    ("Basic", ["std::vector == x", "#tag ? yes"], "A::B", ["marked"]),
    ("Basic", ['picture <img src="pic ä.png">', "[sound:no.mp3]"], "A::B", []),
    ("Basic", ["table", "<table><tr><td>a</td><td>b</td></tr></table>"], "A::B", []),
    ("Basic", ["?", "q"], "A::B", []),
    ("Basic", ["<div>one</div><div><br></div><div>two</div>", "> said"], "Default", []),
)
PICTURE = b"\x89PNG\r\n\x1a\n picture"


def collection(folder: Path, *, fsrs: bool, copies: int = 1, answers: int = 60) -> Any:
    """A collection with notes of every kind, some of them answered; the media are beside it."""
    made = anki.Collection(str(folder / "collection.anki2"))
    made.set_config("fsrs", fsrs)
    made.media.write_data("pic ä.png", PICTURE)
    for copy in range(copies):
        for kind, fields, deck, tags in NOTES:
            note = made.new_note(made.models.by_name(kind))
            for place, value in enumerate(fields):
                note.fields[place] = value + (f" {copy}" if copies > 1 and place == 0 else "")
            note.tags = tags
            made.add_note(note, made.decks.id(deck))
    for deck in made.decks.all_config():
        deck["new"]["perDay"] = 9999
        made.decks.update_config(deck)
    for name in ("A", "German"):
        answer(made, name, answers // 2)
    cards = list(made.find_cards(""))
    made.sched.set_due_date([cards[0]], "5")
    made.sched.suspend_cards([cards[5]])
    made.set_user_flag_for_cards(4, [cards[6]])
    return made


def answer(made: Any, deck: str, times: int) -> set[int]:
    """Answer the cards of a deck; returns the answered ones."""
    made.decks.select(made.decks.id(deck))
    answered = set()
    for rating in islice(cycle([3, 1, 2, 3, 4, 3]), times):
        queued = made.sched.get_queued_cards(fetch_limit=1)
        if not queued.cards:
            break
        card = made.get_card(queued.cards[0].card.id)
        card.start_timer()
        made.sched.answer_card(made.sched.build_answer(card=card, states=queued.cards[0].states, rating=rating - 1))
        answered.add(card.id)
    return answered


def pack(made: Any, file: Path, *, old: bool) -> None:
    """Export all of it."""
    options = anki.ExportAnkiPackageOptions(
        with_scheduling=True, with_media=True, with_deck_configs=False, legacy=old
    )
    made.export_anki_package(out_path=str(file), options=options, limit=None)
