"""`studyapp exam`: the exams to come, whether your pace is enough, and setting or removing one."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from math import inf
from typing import Any

from studyapp.cli.opening import open_vault, opened_alone
from studyapp.cli.output import print_json
from studyapp.core.errors import MisuseError
from studyapp.core.plural import count
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.exam import Exam, exams_of
from studyapp.core.settings.exam_values import read_exam
from studyapp.core.vault.decks import VAULT
from studyapp.core.workspace.set_settings import set_settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.limits import Room
from studyapp.study.exams.pace import Pace, paces
from studyapp.study.exams.setting import removal_of, settings_of
from studyapp.wording.exams import name_text, pace_lines, scope_text


def exam(options: argparse.Namespace) -> int:
    """Set or remove an exam if asked to, then show the exams; MisuseError if none can be meant."""
    changed = options.date or options.deck or options.query or options.last_days
    if options.remove or changed:
        if options.remove and changed:
            raise MisuseError("--remove takes the exam away; leave out what would change it")
        if options.exam is None:
            raise MisuseError("name the exam, as in `studyapp exam finals --date 2026-12-18 --deck flashcards`")
        with opened_alone(options) as workspace:
            _change(workspace, options)
    return _show(open_vault(options), options)


def _change(workspace: Workspace, options: argparse.Namespace) -> None:
    name, vault = options.exam, workspace.vault
    known = {exam.name: exam for exam in exams_of(vault.settings)}
    if options.remove:
        if name not in known:
            raise MisuseError(f"there is no exam {name!r}; `studyapp exam` lists them")
        changes, what = removal_of(name), f"the exam {name}"
    else:
        changes, what = settings_of(_asked(workspace, options, known.get(name))), f"the exam {name}"
    set_settings(workspace.journal, workspace.place, changes, what, workspace.clock())


def _asked(workspace: Workspace, options: argparse.Namespace, before: Exam | None) -> Exam:
    now, vault = workspace.clock(), workspace.vault
    deck, search = options.deck, options.query
    if deck is None and search is None and before is not None:
        deck, search = before.deck, before.search
    if deck is None and search is None:
        raise MisuseError("name the cards: --deck, or --query as in `studyapp search`")
    date: dt.date | None = options.date or (None if before is None else before.day)
    if date is None:
        raise MisuseError("say on which day it is: --date 2026-12-18")
    if date <= day_of(now, vault.settings.start_of_day):
        raise MisuseError(f"{date} is not after today; choose a later day")
    vault.check_deck(deck)
    if search is not None:
        [*workspace.find(search)]  # raises if it is invalid
    scope = {"deck": deck} if deck is not None else {"search": search}
    days = {"last_days": options.last_days} if options.last_days is not None else {}
    if before is not None and not days:
        days = {"last_days": before.last_days}
    try:
        values = read_exam({"date": date.isoformat(), **scope, **days})
    except ValueError as error:
        raise MisuseError(f"the exam {options.exam} {error}") from error
    return Exam(options.exam, date, values["last_days"], values.get("deck"), values.get("search"))


def _show(workspace: Workspace, options: argparse.Namespace) -> int:
    """Show how far away each exam is, and whether the pace is enough."""
    found = [*paces(workspace)]
    if options.exam is not None and not options.remove:
        found = [one for one in found if one.exam.name == options.exam]
        if not found:
            raise MisuseError(f"there is no upcoming exam {options.exam!r}; `studyapp exam` lists them")
    settings = workspace.vault.settings
    today = day_of(workspace.clock(), settings.start_of_day)
    over = [exam for exam in exams_of(settings) if exam.day <= today]
    if options.json:
        print_json({"vault": str(workspace.vault.root), "exams": [pace_json(one) for one in found]})
        return 0
    _print(found, over if options.exam is None else ())
    return 0


def _print(found: Sequence[Pace], over: Sequence[Exam]) -> None:
    for one in found:
        exam = one.exam
        print(f"{name_text(exam)}: {exam.day}, in {count(one.days, 'day')}; {scope_text(exam)}.")
        last = "the day before it" if exam.last_days == 1 else f"the last {exam.last_days} days before it"
        print(f"  {count(one.cards, 'card')}, each to be seen once more in {last}.")
        for line in pace_lines(one):
            print(f"  {line}")
        once = ", once those cards are moved before it" if one.late else ""
        print(f"  Your pace {f'is enough{once}' if one.suffices else 'is not enough'}.")
    for exam in over:
        print(f"{name_text(exam)}: {exam.day}; it is over and has no effect any more.")
    if not found and not over:
        print("No exam is set. `studyapp exam NAME --date DATE --deck DECK` sets one.")


def pace_json(one: Pace) -> dict[str, Any]:
    """An exam and its pace as an object."""
    exam = one.exam
    return {
        "name": exam.name,
        "date": exam.day.isoformat(),
        "deck": exam.deck,
        "search": exam.search,
        "first_of_last_days": exam.first.isoformat(),
        "days_left": one.days,
        "cards": one.cards,
        "new": one.new.cards,
        "new_a_day": one.new.a_day,
        "new_a_day_at_most": one.new.limit,
        "new_limited_by": _whose(one.new),
        "last_looks": one.looks.cards,
        "last_looks_a_day": one.looks.a_day,
        "reviews_a_day_at_most": one.looks.limit,
        "reviews_limited_by": _whose(one.looks),
        "due_only_after": one.late,
        "suffices": one.suffices,
        "words": [*pace_lines(one)],
    }


def _whose(room: Room) -> str | None:
    """The scope with the tightest limit."""
    if room.left == inf:
        return None
    return "vault" if room.deck == VAULT else room.deck
