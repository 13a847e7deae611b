"""Answers the plugin's recorded cases with the product's own functions: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from studyapp.core.edits.identity import Seen, Uncertain, locate
from studyapp.core.edits.rewrite import Rewrite, ways, with_entry
from studyapp.core.edits.standing import Standing, standing
from studyapp.core.notes import sides
from studyapp.core.notes.clozes import Cloze
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.schedule.entries import (
    Fsrs,
    Grade,
    Schedule,
    Sm2,
    comment_text,
    entry_text,
    js_time,
    read_entries,
    read_entry,
)
from studyapp.core.schedule.fsrs import FsrsError
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.core.text.note_text import NoteText, apply
from tests.helpers.settings import from_plugin

UTC_ZONE = ZoneInfo("UTC")
SPECIAL = re.compile(r"\$([$&`'])")
cut_at_once = sides._plain_at_once


def replace_as_javascript(text: str, old: str, new: str) -> str:
    """What the plugin does by chance and the app does not: `$$`, `$&`, `` $` `` and `$'` in an answer are special."""
    place = text.find(old)
    if place < 0:
        return text
    before, after = text[:place], text[place + len(old) :]
    special = {"$": "$", "&": old, "`": before, "'": after}
    return before + SPECIAL.sub(lambda found: special[found[1]], new) + after


def cut_unless_special(text: str, clozes: Sequence[Cloze], notation: sides.Notation) -> list[tuple[str, str]]:
    return [] if any("$" in one.raw for one in clozes) else cut_at_once(text, clozes, notation)


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def schedule_json(schedule: Schedule | None) -> dict[str, Any] | None:
    if schedule is None:
        return None
    if isinstance(schedule, Fsrs):
        return {
            "algorithm": "fsrs",
            "due": schedule.due and js_time(schedule.due),
            "interval": schedule.interval,
            "stability": schedule.stability,
            "difficulty": schedule.difficulty,
            "state": schedule.state,
            "reps": schedule.reps,
            "lapses": schedule.lapses,
            "learning_steps": schedule.learning_steps,
            "last_review": schedule.last_review and js_time(schedule.last_review),
        }
    numbers = {"interval": schedule.interval, "ease": schedule.ease}
    return {
        "due": schedule.due and schedule.due.isoformat(),
        **{name: None if isnan(value) else value for name, value in numbers.items()},
    }


def parse(case: dict[str, Any]) -> dict[str, Any]:
    note = parse_note(case["path"], bytes_of(case["text"]), from_plugin(case["settings"]))
    return {
        "questions": [
            {
                "type": question.kind,
                "first_line": question.first_line,
                "last_line": question.last_line,
                "text_without_schedule": question.text,
                "hash": question.hash,
                "decks": question.decks,
                "block_id": question.block_id,
                "context": question.context,
                "cards": [
                    {"front": card.front, "back": card.back, "schedule": schedule_json(card.schedule)}
                    for card in question.cards
                ],
            }
            for question in note.questions
        ]
    }


def graded(grading: Grading, schedule: Schedule | None, response: str, **how: Any) -> Schedule:
    if response == "reset":
        return grading.reset(now=how["now"])
    return grading.after(schedule, Grade(response), **how)


def saved_as(raw: bytes, seen: Seen, entry: str, settings: Settings, written: Collection[str]) -> bytes | None:
    """The note with an entry; None if it is not saved.

    The plugin writes some comments where it does not find them again itself, such as behind `~~~`. The product writes
    them elsewhere, or not at all; the data set takes only the plugin's place. Everywhere else this is what the
    product writes.
    """
    done = with_entry(raw, seen, entry, settings, written)
    note = parse_note(seen.id.path, raw, settings)
    found = locate(note, seen)
    if note.conflicted or isinstance(found, Uncertain):
        assert isinstance(done, Uncertain)
        return None
    question, card = found
    place = next(number for number, one in enumerate(note.questions) if one is question)

    def but_for_it(note: Note) -> list[Standing]:
        return [
            one._replace(entries=None) if number == place else one
            for number, one in enumerate(standing(note.questions))
        ]

    wanted = but_for_it(note)
    first = None
    for edits, entries in ways(NoteText(raw), question, card.side, entry, settings, written):
        theirs = apply(raw, edits)
        first = first or theirs
        after = parse_note(seen.id.path, theirs, settings)
        if but_for_it(after) == wanted:
            is_found = standing(after.questions)[place].entries == entries
            assert (isinstance(done, Rewrite) and done.raw == theirs) or not is_found
            return theirs
    return done.raw if isinstance(done, Rewrite) else first


def review(case: dict[str, Any]) -> dict[str, Any]:
    settings = from_plugin(case["settings"])
    grading = Grading(settings)
    now = datetime.fromisoformat(case["now"]).astimezone(ZoneInfo(case.get("tz", "UTC")))
    histogram = {int(days): count for days, count in case.get("histogram", {}).items()}
    note = parse_note(case["path"], bytes_of(case["text"]), settings)
    on_disk = bytes_of(case.get("text_on_disk", case["text"]))
    in_memory: dict[tuple[int, int], Schedule | None] = {}
    written: set[str] = set()
    schedules: list[Schedule | None] = []
    saved = True
    for answer in [{"card": case["card"], "response": case["response"]}, *case.get("more", [])]:
        place = (answer["card"]["question_index"], answer["card"]["card_index"])
        question = note.questions[place[0]]
        card = question.cards[place[1]]
        before = in_memory.get(place, card.schedule)
        if answer["response"] == "reset" and before is None:
            schedules.append(None)
            continue
        after = graded(
            grading,
            before,
            answer["response"],
            now=now,
            histogram=histogram,
            initial_ease=grading.initial_ease(note.front_matter.values, note.schedules),
            from_comment=place not in in_memory,
        )
        in_memory[place] = after
        schedules.append(after)
        entry = entry_text(after, settings.base_ease)
        done = saved_as(on_disk, Seen.of(note, question, card), entry, settings, written)
        written.add(entry)
        if done is None:
            saved = False
        else:
            on_disk = done
        if "more" in case:
            note = parse_note(case["path"], on_disk, settings)
    return {
        "text": on_disk.decode("utf-8", "surrogatepass"),
        "schedule": schedule_json(schedules[0]),
        "saved": saved,
        "more_schedules": [schedule_json(schedule) for schedule in schedules[1:]],
    }


def sm2(case: dict[str, Any]) -> list[dict[str, Any]]:
    settings = from_plugin(case["settings"])
    grading = Grading(settings)
    start = case["start"]
    schedule: Schedule | None = start and Sm2(date.fromisoformat(start["due"]), start["interval"], start["ease"])
    day = date.fromisoformat(start["due"] if start else case["start_date"])
    results: list[dict[str, Any]] = []
    for step in case["steps"]:
        if schedule is not None and (case["reload"] or not results):
            schedule = read_entry(entry_text(schedule, settings.base_ease)).schedule
        if isinstance(schedule, Sm2) and schedule.due:
            day = schedule.due
        day += timedelta(days=step["delay_days"])
        schedule = graded(
            grading,
            schedule,
            step["response"],
            now=datetime(day.year, day.month, day.day, tzinfo=UTC_ZONE),
            histogram={int(days): count for days, count in step.get("histogram", {}).items()},
            initial_ease=case.get("note_ease", grading.initial_ease({}, ())),
            from_comment=case["reload"] or not results,
        )
        assert isinstance(schedule, Sm2)
        results.append({"date": day.isoformat(), **(schedule_json(schedule) or {})})
    return results


def fsrs(case: dict[str, Any]) -> list[dict[str, Any]]:
    settings = replace(from_plugin(case["settings"]), algorithm=Algorithm.FSRS)
    grading = Grading(settings)
    schedule = read_entries(f"<!--SR:{case['start']}-->")[0].schedule if case["start"] else None
    now = datetime.fromisoformat(case["start_now"])
    results: list[dict[str, Any]] = []
    for step in case["steps"]:
        if step.get("after") != "review" and schedule is not None and schedule.due is not None:
            due = schedule.due
            now = due if isinstance(due, datetime) else datetime(due.year, due.month, due.day, tzinfo=UTC_ZONE)
        now += timedelta(minutes=step["delay_minutes"])
        try:
            schedule = graded(grading, schedule, step["response"], now=now, histogram={}, initial_ease=0)
        except FsrsError:
            return [*results, {"now": js_time(now), "error": "review time is before the last review"}]
        comment = comment_text([entry_text(schedule, settings.base_ease)])
        results.append({"now": js_time(now), "comment": comment, **(schedule_json(schedule) or {})})
        schedule = read_entries(comment)[0].schedule
    return results


KINDS = {"parse": parse, "review": review, "sm2": sm2, "fsrs": fsrs}


def main() -> None:
    sides._replace, sides._plain_at_once = replace_as_javascript, cut_unless_special
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer = {"id": case["id"], "result": KINDS[case["kind"]](case)}
        except Exception as error:  # noqa: BLE001  # the judge counts what cannot be done
            answer = {"id": case["id"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
