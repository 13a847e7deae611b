"""A learner with a known memory: true FSRS parameters decide what is recalled."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studyapp.core.schedule.entries import Fsrs, Grade, entry_text
from studyapp.core.schedule.fsrs import WEIGHTS, FsrsParameters, Memory, first_memory, memory_after, recall, review
from studyapp.study.stats.histories import Answered, CardHistory

TRUE = (
    *(0.12, 0.5, 1.1, 4.0, 6.0, 0.7, 2.6, 0.01, 1.3, 0.2, 0.95),
    *(1.8, 0.08, 0.3, 2.0, 0.5, 2.2, 0.6, 0.2, 0.08, 0.3),
)
"""A memory that forgets sooner than the default parameters say."""
LASTING = (
    *(0.9, 4.0, 9.0, 30.0, 6.0, 0.7, 2.6, 0.01, 2.4, 0.1, 0.95),
    *(1.8, 0.08, 0.3, 2.0, 0.5, 2.2, 0.6, 0.2, 0.08, 0.2),
)
"""A memory that lasts longer."""
START = datetime(2024, 1, 1, 9, tzinfo=UTC)
_FIRST = (0.25, 0.15, 0.45, 0.15)
"""How often the first answer is each grade."""


def reviews_of(
    dice: random.Random,
    *,
    days: int,
    true: tuple[float, ...] = TRUE,
    parameters: FsrsParameters | None = None,
    begin: int = 0,
) -> Iterator[tuple[datetime, Grade, str | None, str]]:
    """The reviews of one card, made when it is due: time, grade, the entries before and after."""
    scheduler = parameters or FsrsParameters(weights=WEIGHTS, learning_steps=(), relearning_steps=())
    now, last = START + timedelta(days=begin), 0
    schedule: Fsrs | None = None
    memory: Memory | None = None
    end = START + timedelta(days=days)
    while now < end:
        day = now.date().toordinal()
        if memory is None:
            grade = dice.choices([*Grade], _FIRST)[0]
            memory = first_memory(grade, true)
        else:
            known = dice.random() < recall(day - last, memory.stability, true)
            grade = dice.choices([Grade.HARD, Grade.GOOD, Grade.EASY], (0.15, 0.75, 0.1))[0] if known else Grade.AGAIN
            memory = memory_after(memory, day - last, grade, true)
        before = schedule
        schedule = review(schedule, grade, now=now, parameters=scheduler)
        yield now, grade, None if before is None else entry_text(before, 250), entry_text(schedule, 250)
        last, now = day, now + timedelta(days=int(schedule.interval))


def histories_of(
    cards: int,
    *,
    days: int = 365,
    seed: int = 1,
    true: tuple[float, ...] = TRUE,
    parameters: FsrsParameters | None = None,
) -> tuple[CardHistory, ...]:
    """The histories of cards begun one after another over the first half of the time."""
    dice = random.Random(seed)
    found = []
    for number in range(cards):
        answers: list[Answered] = []
        begin = number * days // (2 * cards)
        for at, grade, _, _ in reviews_of(dice, days=days, true=true, parameters=parameters, begin=begin):
            day = at.date().toordinal()
            answers.append(Answered(grade, day - answers[-1].day if answers else 0, day, 7.0))
        found.append(CardHistory(f"n.md:{number:014x}:1:1", tuple(answers)))
    return tuple(found)


def log_lines(ids: Sequence[str], *, days: int = 365, seed: int = 1, true: tuple[float, ...] = TRUE) -> Iterator[str]:
    """A review log of those cards, as the app writes it."""
    dice = random.Random(seed)
    lines: list[tuple[datetime, dict[str, object]]] = []
    for number, card in enumerate(ids):
        begin = number * days // (2 * len(ids))
        for at, grade, before, after in reviews_of(dice, days=days, true=true, begin=begin):
            moment = at + timedelta(seconds=number)
            seen = ["0" * 64, "single_basic", 1, 1, None, [before] if before else []]
            lines.append(
                (
                    moment,
                    {
                        "at": moment.isoformat(),
                        "card": card,
                        "grade": grade,
                        "seconds": 6.5,
                        "before": before,
                        "after": after,
                        "seen": seen,
                    },
                )
            )
    for number, (moment, line) in enumerate(sorted(lines, key=lambda pair: pair[0])):
        name = f"{moment:%Y%m%d%H%M%S}{number:06}-abcdef"
        yield json.dumps({"v": 1, "kind": "grade", "id": name, **line}, separators=(",", ":"))
        yield json.dumps({"v": 1, "kind": "written", "of": name}, separators=(",", ":"))


def write_log(vault: Path, ids: Sequence[str], *, days: int = 365) -> Path:
    """Put such a log into a vault, as that of another device."""
    log = vault / ".studyapp/reviews/desk-0123abcd.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("\n".join(log_lines(ids, days=days)) + "\n")
    return log
