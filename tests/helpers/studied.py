"""Vaults studied for a while: every kind of card, with schedules, marks and a history."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

from studyapp.core.log.marks import Mark
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade, Schedule, comment_text, entry_text
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.known.history import PastReview, lines_of
from studyapp.study.review.bulk import marked
from tests.helpers.vaults import NOW, make_vault, workspace

QUESTIONS = (
    "What is {n}?::The number {n}, *emphasised* and $x_{n} < y$",
    "Left {n}:::Right {n} with `code_{n}`",
    "> [!question] A callout, {n}\n> - one\n> - two\n?\n```python\nprint({n} < 5, '[sound:x]')\n```",
    "Many lines {n}\nof a front\n??\n| a | b |\n|---|---|\n| {n} | $$x$$ |",
    "The ==sun {n}== is ==hot;;temperature== and a::b is ==not::this}}==".replace("a::b", "a b").replace("::", ":"),
    "Numbered ==2;;two {n}== and ==1;;one;;hint== and ==2;;zwei==",
    "Overlapping ==ash;;a {n}== then ==sas;;b== then ==ssa;;c==",
    "A picture ![[figure.png|200]] {n}::[[Other|a link]] and [web](https://example.org/?a=1&b=2) <b onclick=x>b</b>",
)
"""One of each kind, with varied text; `{n}` tells them apart."""
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def studied(
    folder: Path, questions: int, algorithm: Algorithm, *, seed: int = 0, most: int = 12, now: datetime = NOW
) -> Workspace:
    """A vault in which questions of every kind were graded up to `most` times each until `now`."""
    draw, settings = random.Random(seed), Settings(algorithm=algorithm)
    texts = [QUESTIONS[number % len(QUESTIONS)].replace("{n}", str(number)) for number in range(questions)]
    bare = "#flashcards/all\n\n" + "\n\n".join(texts) + "\n"
    note = parse_note("All.md", bare.encode(), settings)
    assert len(note.questions) == questions, "each text is a question"
    written, log = ["#flashcards/all #topic/one"], bytearray()
    for text, question in zip(texts, note.questions, strict=True):
        entries: list[str] = []
        for card in question.cards:
            schedule, reviews = _history(draw, Grading(settings), draw.randrange(most + 1), now)
            entries.append(entry_text(schedule, settings.base_ease))
            for line in lines_of(note, question, card, reviews):
                log += line
        scheduled = any(not entry.startswith("2000-01-01") for entry in entries)
        written.append(f"{text}\n{comment_text(entries)}" if scheduled else text)
    root = make_vault(
        folder / "vault",
        {
            "All.md": "\n\n".join(written) + "\n",
            "files/figure.png": PICTURE,
            ".studyapp/reviews/elsewhere.jsonl": bytes(log),
        },
        {"settings": {"algorithm": str(algorithm)}},
    )
    opened = workspace(root, folder / "home", now)
    handles = [opened.vault.find(row.id) for row in opened.vault.rows()]
    opened.store.save(marked(opened, handles[1::7], Mark.SUSPENDED, "1"))
    opened.store.save(marked(opened, handles[2::9], Mark.FLAG, "3"))
    return opened


def _history(
    draw: random.Random, grading: Grading, times: int, now: datetime
) -> tuple[Schedule | None, list[PastReview]]:
    """A schedule and the reviews that led to it, the last one at least an hour ago."""
    schedule: Schedule | None = None
    reviews: list[PastReview] = []
    at = now - timedelta(days=draw.randrange(200, 400), seconds=draw.randrange(80_000))
    for _ in range(times):
        grade = draw.choice([Grade.AGAIN, Grade.HARD, Grade.GOOD, Grade.GOOD, Grade.GOOD, Grade.EASY])
        before = None if schedule is None else entry_text(schedule, 250)
        after = grading.after(schedule, grade, now=at, histogram={}, initial_ease=250)
        name = f"{at:%Y%m%d%H%M%S}-{draw.getrandbits(64):016x}"
        reviews.append(PastReview(name, at, grade, draw.uniform(1, 40), before, entry_text(after, 250)))
        schedule = after
        at += timedelta(days=max(draw.uniform(0.01, 1.5), after.interval * draw.uniform(0.7, 1.4)))
        if at > now - timedelta(hours=1):
            break
    return schedule, reviews
