"""Answers the plugin's recorded cases with the product's own functions: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import json
import sys
from typing import Any

from studyapp.core.note import parse_note
from studyapp.core.schedule import Fsrs, Schedule, js_time
from studyapp.core.settings import Settings


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
        **{name: value if value == value else None for name, value in numbers.items()},  # noqa: PLR0124  # not NaN
    }


def parse(case: dict[str, Any]) -> dict[str, Any]:
    note = parse_note(case["path"], bytes_of(case["text"]), Settings.from_plugin(case["settings"]))
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


KINDS = {"parse": parse}


def main() -> None:
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer = {"id": case["id"], "result": KINDS[case["kind"]](case)}
        except Exception as error:  # noqa: BLE001  # the judge counts what cannot be done
            answer = {"id": case["id"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
