"""Months before an exam: each card is seen in the last days, within the limits, and nothing comes too late."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct, field

from studyapp.core.log.marks import Mark
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, State, due_date, read_entry
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.groups import begin_group, carry_out, turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.pace import paces
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from studyapp.study.review.bulk import marked
from studyapp.study.review.today import begin
from tests.helpers.vaults import handles_of, locations, make_vault

START = datetime(2024, 3, 1, 18, tzinfo=UTC)
EXAM = date(2024, 5, 20)
FIRST = EXAM - timedelta(days=7)


class Months(Struct):
    """What happened on each day."""

    desk: Workspace
    now: datetime
    seen: dict[date, Counter[str]] = field(default_factory=dict)
    """How often each card was graded; those of the exam only."""
    reviews: Counter[date] = field(default_factory=Counter)
    """Cards that were reviewed, of all decks, not counting new ones."""

    def day(self, dice: random.Random) -> None:
        """Review all that is due."""
        session = begin(self.desk)
        while (handle := session.current) is not None:
            grade = dice.choices([*Grade], (0.12, 0.1, 0.68, 0.1))[0]
            if "flashcards/exam" in handle.question.decks:
                self.seen.setdefault(self.now.date(), Counter())[str(handle.id)] += 1
            if handle.schedule is not None and handle.id not in session.fresh:
                self.reviews[self.now.date()] += 1
            self.desk.store.save(session.grade(grade))
        self.desk.vault.scan()

    def due(self) -> Mapping[str, Schedule | None]:
        """The schedules of the exam's cards."""
        return {str(row.id): row.schedule for row in self.desk.vault.rows("flashcards/exam")}


def months(folder: Path, settings: str, cards: int, others: int = 0, algorithm: str = "FSRS") -> Months:
    """A vault of new cards, with an exam for one of its decks."""
    notes = {
        "exam.md": "#flashcards/exam\n\n" + "\n\n".join(f"e{n}::a" for n in range(cards)),
        "other.md": "#flashcards/other\n\n" + "\n\n".join(f"o{n}::a" for n in range(others)),
    }
    root = make_vault(folder / "v", notes, {"algorithm": algorithm})
    file = root / VAULT_FILE
    file.parent.mkdir()
    file.write_text(f'{settings}\n[exams.finals]\ndate = "{EXAM}"\ndeck = "flashcards/exam"\n')
    made = Months(None, START)  # type: ignore[arg-type]  # nothing of the app is asked for
    made.desk = Workspace.open(root, locations(folder / "h"), lambda: made.now)
    made.desk.vault.scan()
    return made


def run(made: Months, until: date, seed: int = 1) -> None:
    dice = random.Random(seed)
    while made.now.date() < until:
        made.day(dice)
        if made.now.date() < EXAM:
            late = {
                card: schedule
                for card, schedule in made.due().items()
                if schedule is not None and (due_date(schedule, made.now) or date.max) >= EXAM
            }
            last = {card for day, cards in made.seen.items() if day >= FIRST for card in cards}
            assert late.keys() <= last, made.now.date()
        made.now += timedelta(days=1)


def looks(made: Months) -> dict[date, Counter[str]]:
    return {day: cards for day, cards in made.seen.items() if FIRST <= day < EXAM}


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["FSRS", "SM-2-OSR"])
def test_each_card_is_seen_in_the_last_days_spread_evenly_within_the_limits(tmp_path: Path, algorithm: str) -> None:
    made = months(tmp_path, "new_cards_per_day = 4\nreviews_per_day = 25", 105, 60, algorithm)
    run(made, EXAM)
    seen = looks(made)
    assert set().union(*seen.values()) == made.due().keys()
    first_looks: Counter[date] = Counter()
    known: set[str] = set()
    for day, cards in sorted(seen.items()):
        first_looks[day] = len(cards.keys() - known)
        known |= cards.keys()
    assert max(first_looks.values()) <= 1.5 * min(first_looks.values()), first_looks
    assert max(made.reviews.values()) <= 25


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["FSRS", "SM-2-OSR"])
def test_easy_days_have_their_share_of_the_last_looks(tmp_path: Path, algorithm: str) -> None:
    made = months(tmp_path, "new_cards_per_day = 4\n[easy_days]\nsunday = 0\nsaturday = 0.5", 120, 0, algorithm)
    run(made, FIRST)
    due = Counter(due_date(one, made.now) for one in made.due().values() if one is not None)
    ahead = {day: due[day] for n in range(7) if (day := FIRST + timedelta(days=n))}
    weekdays = [number for day, number in ahead.items() if day.weekday() < 5]
    (saturday,) = (number for day, number in ahead.items() if day.weekday() == 5)
    (sunday,) = (number for day, number in ahead.items() if day.weekday() == 6)
    assert sunday == 0
    assert saturday == pytest.approx(sum(weekdays) / 5 / 2, abs=3)
    assert max(weekdays) - min(weekdays) <= 5


@pytest.mark.slow
def test_an_exam_costs_less_maintenance_before_it(tmp_path: Path) -> None:
    with_exam = months(tmp_path / "a", "new_cards_per_day = 5", 60)
    without = months(tmp_path / "b", "new_cards_per_day = 5", 60)
    (without.desk.vault.root / VAULT_FILE).write_text("new_cards_per_day = 5\n")
    plain = Months(Workspace.open(without.desk.vault.root, locations(tmp_path / "b/h2"), lambda: plain.now), START)
    plain.desk.vault.scan()
    run(with_exam, FIRST)
    dice = random.Random(1)
    while plain.now.date() < FIRST:
        plain.day(dice)
        plain.now += timedelta(days=1)
    before = [sum(sum(cards.values()) for cards in one.seen.values()) for one in (with_exam, plain)]
    assert before[0] < before[1]


@pytest.mark.slow
def test_steps_of_days_stay_in_order_and_end_before_the_exam(tmp_path: Path) -> None:
    made = months(tmp_path, 'new_cards_per_day = 3\nlearning_steps = ["10m", "2d", "9d"]', 80)
    dice = random.Random(3)
    steps: dict[str, int] = {}
    while made.now.date() < EXAM:
        made.day(dice)
        for card, schedule in made.due().items():
            if isinstance(schedule, Fsrs) and schedule.state == State.LEARNING:
                assert schedule.learning_steps in (0, steps.get(card, 0), steps.get(card, 0) + 1, 1)
                steps[card] = schedule.learning_steps
        made.now += timedelta(days=1)
    assert set().union(*looks(made).values()) == {card for card, one in made.due().items() if one is not None}


@pytest.mark.slow
def test_after_the_exam_schedules_go_on_as_without_it(tmp_path: Path) -> None:
    made = months(tmp_path, "new_cards_per_day = 5", 30)
    run(made, EXAM)
    made.now = datetime(2024, 5, 20, 18, tzinfo=UTC)
    assert not [*paces(made.desk)]
    session = begin(made.desk)
    assert session.exams is not None
    assert not session.exams.exams


@pytest.mark.parametrize("algorithm", ["FSRS", "SM-2-OSR"])
def test_an_exam_moves_what_a_grade_gives_and_without_it_the_plugins_arithmetic_is_back(
    tmp_path: Path, algorithm: str
) -> None:
    entry = {
        "FSRS": "!fsrs,2024-03-01T08:00:00.000Z,40,40,5,2,4,0,0,2024-01-21T08:00:00.000Z",
        "SM-2-OSR": "!2024-03-01,40,250",
    }
    note = {"exam.md": f"#flashcards/exam\n\ne::a\n<!--SR:{entry[algorithm]}-->\n"}
    made = months(tmp_path / "a", "", 0, 0, algorithm)
    (made.desk.vault.root / "exam.md").write_text(note["exam.md"])
    made.desk.vault.scan()
    session = begin(made.desk)
    given = session.previews()[Grade.GOOD]
    day = due_date(given, made.now)
    assert day is not None
    assert FIRST <= day < EXAM
    assert given.interval == (day - START.date()).days
    saved = made.desk.store.save(session.grade(Grade.GOOD))
    assert read_entry(saved.action.after).schedule == given
    root = make_vault(tmp_path / "b/v", note, {"algorithm": algorithm})
    plain = Workspace.open(root, locations(tmp_path / "b/h"), lambda: START)
    plain.vault.scan()
    (made.desk.vault.root / VAULT_FILE).unlink()
    (made.desk.vault.root / "exam.md").write_text(note["exam.md"])
    without = Workspace.open(made.desk.vault.root, locations(tmp_path / "c"), lambda: START)
    without.vault.scan()
    assert begin(without).exams is None
    assert begin(without).previews() == begin(plain).previews() != begin(made.desk).previews()


@pytest.mark.parametrize("algorithm", ["FSRS", "SM-2-OSR"])
def test_cards_that_are_due_later_already_are_brought_before_it_as_one_action(tmp_path: Path, algorithm: str) -> None:
    lines = []
    for n in range(70):
        due, last = START + timedelta(days=20 + 4 * n), START - timedelta(days=10 + n)
        days = (due - last).days
        entry = f"!fsrs,{due:%Y-%m-%dT%H:%M:%S}.000Z,{days},{days},5,2,4,0,0,{last:%Y-%m-%dT%H:%M:%S}.000Z"
        lines.append(f"e{n}::a\n<!--SR:{entry if algorithm == 'FSRS' else f'!{due.date()},{days},250'}-->")
    made = months(tmp_path, "reviews_per_day = 12", 0, 0, algorithm)
    (made.desk.vault.root / "exam.md").write_text("#flashcards/exam\n\n" + "\n\n".join(lines))
    made.desk.vault.scan()
    before = (made.desk.vault.root / "exam.md").read_bytes()
    suspended = [one for one in handles_of(made.desk.vault) if one.card.front == "e69"]
    made.desk.store.save(marked(made.desk, suspended, Mark.SUSPENDED, "1"))
    (pace,) = paces(made.desk)
    assert (pace.cards, pace.new.cards, pace.looks.cards, pace.days) == (69, 0, 69, 80)
    assert pace.late == sum(20 + 4 * n >= 80 for n in range(69))
    order = PlanOrder(PlanKind.EXAM, exam="finals")
    found = plan(made.desk, order, ())
    assert found.asked == 69
    begin_group(made.desk, found.group)
    carry_out(made.desk, found.group)
    made.desk.vault.scan()
    out = str(suspended[0].id)
    schedules = [one for card, one in made.due().items() if one is not None and card != out]
    due_then = Counter(due_date(one, made.now) or date.max for one in schedules)
    assert max(due_then) < EXAM
    counts = [number for day, number in due_then.items() if day >= FIRST]
    assert len(counts) == 7
    assert max(counts) - min(counts) <= 1
    assert next(paces(made.desk)).late == 0
    assert not plan(made.desk, order, ()).cards
    turn_whole(made.desk, found.group.id, back=True)
    assert (made.desk.vault.root / "exam.md").read_bytes() == before


@pytest.mark.parametrize("algorithm", ["FSRS", "SM-2-OSR"])
def test_the_cards_of_one_question_have_their_last_looks_on_different_days(tmp_path: Path, algorithm: str) -> None:
    one = {
        "FSRS": "!fsrs,2024-03-01T08:00:00.000Z,40,40,5,2,4,0,0,2024-01-21T08:00:00.000Z",
        "SM-2-OSR": "!2024-03-01,40,250",
    }[algorithm]
    made = months(tmp_path, "", 0, 0, algorithm)
    there = [f"e:::a\n<!--SR:{one}!2024-05-15,70,250-->"]
    there += [f"o{n}::a\n<!--SR:!2024-05-{13 + n % 7},70,250-->" for n in range(14) if n % 7 != 2]
    (made.desk.vault.root / "exam.md").write_text("#flashcards/exam\n\n" + "\n\n".join(there))
    made.desk.vault.scan()
    day = due_date(begin(made.desk).previews()[Grade.GOOD], made.now)
    assert day is not None
    assert FIRST <= day < EXAM
    assert day != date(2024, 5, 15)  # though that has the least to do

    def days() -> list[list[date | None]]:
        due = [due_date(row.schedule, made.now) for row in made.desk.vault.rows() if row.schedule is not None]
        return [due[n : n + 2] for n in range(0, 10, 2)]

    later = "\n\n".join(f"e{n}:::a\n<!--SR:!2024-08-01,200,250!2024-08-01,200,250-->" for n in range(5))
    (made.desk.vault.root / "exam.md").write_text(f"#flashcards/exam\n\n{later}\n")
    made.desk.vault.scan()
    found = plan(made.desk, PlanOrder(PlanKind.EXAM, exam="finals"), ())
    begin_group(made.desk, found.group)
    carry_out(made.desk, found.group)
    made.desk.vault.scan()
    assert all(first != second for first, second in days())
