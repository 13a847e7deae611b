"""`studyapp facts`: what is known about a card, its history, its forgetting curve, the effect of each grade."""

from __future__ import annotations

import argparse
from typing import Any, Final

from studyapp.charts.cells import plain
from studyapp.charts.memory import curves
from studyapp.cli.opening import open_vault
from studyapp.cli.output import print_json, print_table
from studyapp.core.errors import StudyError
from studyapp.core.log.ledger_rows import Done
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule
from studyapp.core.schedule.fsrs import WEIGHTS, retrievability
from studyapp.core.schedule.objects import schedule_json
from studyapp.core.visible import visible
from studyapp.study.review.today import begin_with
from studyapp.wording.exams import exam_facts
from studyapp.wording.history import course_of, grade_facts, history_table, preset_facts
from studyapp.wording.reviews import card_facts

_WIDTH: Final = 72
_HEIGHT: Final = 12


def facts(options: argparse.Namespace) -> int:
    """Show what is known about a card."""
    workspace = open_vault(options)
    vault, now = workspace.vault, workspace.clock()
    handle = vault.find(CardId.parse(options.card))
    decks = handle.question.decks
    settings = vault.settings_for(handle.note.path, decks)
    around = vault.settings_of(handle.note.path)
    weights = settings.fsrs_parameters or WEIGHTS
    past = workspace.history.of(handle.id)
    previews: dict[Grade, Schedule] = {}
    why_not = ""
    session = begin_with(workspace, ())
    if session.take(handle.row) is None:
        try:
            previews = session.previews()
        except StudyError as error:
            why_not = str(error)
    schedule = handle.schedule
    exams = exam_facts(session, handle.id, decks, schedule, past, now)
    if options.json:
        print_json(
            {
                "id": str(handle.id),
                "decks": list(decks),
                "preset": around.preset_of(decks),
                "parameters": list(weights),
                "desired_retention": settings.fsrs_desired_retention,
                "exams": [text for _, text in exams],
                "schedule": schedule_json(schedule),
                "retrievability": retrievability(schedule, now, weights) if isinstance(schedule, Fsrs) else None,
                "grades": {grade: schedule_json(one) for grade, one in previews.items()},
                "history": [_done_json(one) for one in past],
            }
        )
        return 0
    rows = [
        *card_facts(handle, schedule, now, workspace.states.of(handle.id)),
        *preset_facts(settings, around, decks),
        *exams,
    ]
    print_table([(name, visible(value, newlines=False)) for name, value in rows], left=2)
    print("\nwhat each grade would do:")
    print_table(grade_facts(previews, now) or [("nothing", visible(why_not, newlines=False))], left=2)
    for title, draw in curves(schedule, course_of(past), now, weights):
        print(f"\n{title[0].lower()}{title[1:]}:")
        print("\n".join(map(plain, draw(_WIDTH, _HEIGHT))))
    if past:
        print("\nhistory:")
        print_table(history_table(reversed(past), weights), left=2)
    return 0


def _done_json(one: Done) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "grade": one.grade,
        "seconds": one.seconds,
        "before": one.before,
        "after": one.after,
    }
