"""Questions as plain text: JSON for scripts and backups, tab-separated text for Anki, CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, BinaryIO, Final

from studyapp.core.log.ledger_rows import Record
from studyapp.core.schedule.entries import Fsrs, Schedule
from studyapp.core.schedule.objects import schedule_json
from studyapp.core.visible import visible
from studyapp.study.exchange.known.collect import Outgoing, OutgoingCard

VERSION: Final = 1
"""The version of the JSON; it rises when a name changes its meaning or is removed, not when one is added."""
_COLUMNS: Final = ("front", "back", "deck", "tags", "note", "line", "id", "due", "interval", "ease")


def write_json(file: BinaryIO, questions: Iterable[Outgoing], vault: str, at: str) -> int:
    """Write everything: an object with one question a line; returns the number of cards."""
    cards = 0
    head = json.dumps({"format": "studyapp", "version": VERSION, "vault": vault, "at": at})
    file.write(f'{head[:-1]}, "questions": ['.encode())
    for number, question in enumerate(questions):
        file.write(b",\n" if number else b"\n")
        file.write(json.dumps(question_object(question)).encode())
        cards += len(question.cards)
    file.write(b"\n]}\n")
    return cards


def question_object(outgoing: Outgoing) -> dict[str, Any]:
    """A question as the JSON has it; lines count from 1, the last one included."""
    question = outgoing.question
    return {
        "note": outgoing.path,
        "lines": [question.sources[0] + 1, question.sources[-1] + 1],
        "type": str(question.kind),
        "decks": list(question.decks),
        "tags": list(outgoing.tags),
        "headings": list(question.context),
        "block_id": question.block_id,
        "text": question.text,
        "source": outgoing.source,
        "comment": [entry.raw for entry in question.entries],
        "sides": len(question.cards),
        "cards": [_card_object(card) for card in outgoing.cards],
    }


def _card_object(card: OutgoingCard) -> dict[str, Any]:
    state = card.state
    return {
        "id": str(card.id),
        "side": card.card.side + 1,
        "front": card.card.front,
        "back": card.card.back,
        "schedule": schedule_json(card.card.schedule),
        "suspended": state.suspended,
        "buried_until": None if state.buried_until is None else state.buried_until.isoformat(),
        "flag": state.flag,
        "leech": state.leech,
        "history": [_record_object(record) for record in card.history],
    }


def _record_object(record: Record) -> dict[str, Any]:
    return {
        "at": record.at.isoformat(),
        "kind": str(record.kind),
        "grade": record.grade,
        "seconds": record.seconds,
        "before": record.before,
        "after": record.after,
    }


def write_anki_text(file: BinaryIO, rows: Iterable[tuple[str, ...]]) -> None:
    """Write rows of identity, note type, deck, tags, front and back as text that Anki imports; no schedules.

    A deck precedes its subdecks: Anki would make a second one otherwise.
    """
    with _Text(file) as text:
        text.write("#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:4\n")
        writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in sorted(rows, key=lambda row: row[2].split("::")):
            identity, kind, deck, tags, *sides = row
            writer.writerow((identity, kind, visible(deck), visible(tags), *sides))


def write_csv(file: BinaryIO, questions: Iterable[Outgoing]) -> int:
    """Write a card a row for spreadsheets, in the notes' text; returns their number."""
    cards = 0
    with _Text(file) as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        for question in questions:
            for card in question.cards:
                writer.writerow(_row(question, card))
                cards += 1
    return cards


def _row(question: Outgoing, card: OutgoingCard) -> Iterator[object]:
    schedule = card.card.schedule
    decks, tags = "; ".join(question.question.decks), " ".join(question.tags)
    yield from map(_harmless, (card.card.front, card.card.back, decks, tags, question.path))
    yield from (question.question.first_line + 1, _harmless(str(card.id)), *_numbers(schedule))


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and that acts on no terminal."""
    return visible(f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text)


def _numbers(schedule: Schedule | None) -> Sequence[object]:
    if schedule is None or schedule.due is None:
        return ("", "", "")
    if isinstance(schedule, Fsrs):
        return schedule.due.date().isoformat(), schedule.interval, ""
    return schedule.due.isoformat(), schedule.interval, schedule.ease


class _Text(TextIOWrapper):
    """UTF-8 text on a file that stays open."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, encoding="utf-8", errors="replace", newline="")

    def __exit__(self, *_: object) -> None:
        self.detach()
