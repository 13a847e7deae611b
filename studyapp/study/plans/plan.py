"""A plan: the cards' new schedules, and their effect on the days ahead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct

from studyapp.core.errors import MisuseError
from studyapp.core.log.journal import new_id
from studyapp.core.schedule.entries import Fsrs, Schedule, due_date, entry_text
from studyapp.core.schedule.fsrs import WEIGHTS, Memory, first_memory, memory_after
from studyapp.core.settings.model import Algorithm
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.groups import EntryGroup, NewEntry
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.plans.changes import PlanKind, PlanOrder, changed
from studyapp.study.plans.last_looks import last_looks
from studyapp.study.stats.histories import CardHistory, histories

_LARGEST = 10


class Moved(Struct, frozen=True):
    """A card with a new schedule."""

    row: CardRow
    before: Schedule
    after: Schedule
    days: int
    """How many days later it is due; negative: earlier."""


class CardPlan(Struct, frozen=True):
    """What would be done, and its effect."""

    change: PlanOrder
    group: EntryGroup
    asked: int
    """How many cards were requested; the others keep their schedules."""
    before: Mapping[date, int]
    """How many of the changing cards are due on each day now."""
    after: Mapping[date, int]
    largest: tuple[Moved, ...]
    """The cards whose due days change most, the largest change first."""
    overdue: tuple[int, int]
    """How many of these cards are overdue now, and would be."""
    newly_overdue: tuple[CardRow, ...]
    """Some of those that were not overdue but would be."""
    turned_back: int
    """How many their next review would convert back, as their settings name the other scheduler."""

    @property
    def cards(self) -> int:
        """How many get another schedule."""
        return self.group.cards


def plan(workspace: Workspace, change: PlanOrder, rows: Iterable[CardRow]) -> CardPlan:
    """Work out the effect of a change on some cards; new cards have no schedule to change.

    Raises:
        MisuseError: if the change itself makes no sense.
    """
    _check(change, workspace.clock().date())
    vault, now = workspace.vault, workspace.clock()
    if change.kind is PlanKind.EXAM:
        cards, looks = last_looks(workspace, change.exam)
        return _planned(workspace, change, len(cards), looks, now)
    asked = [*rows]
    memories = _memories(workspace, asked) if change.kind is PlanKind.RESCHEDULE else {}

    def wanted(row: CardRow, before: Schedule) -> Schedule | None:
        settings = vault.settings_for(row.path, row.decks)
        memory = None
        if isinstance(before, Fsrs) and (history := memories.get(str(row.id))) is not None:
            memory = memory_of(history, before, settings.fsrs_parameters or WEIGHTS)
        return changed(before, change, now, settings, memory)

    pairs = ((row, wanted(row, row.schedule)) for row in asked if row.schedule is not None)
    return _planned(workspace, change, len(asked), ((row, after) for row, after in pairs if after is not None), now)


def _planned(
    workspace: Workspace, change: PlanOrder, asked: int, wanted: Iterable[tuple[CardRow, Schedule]], now: datetime
) -> CardPlan:
    """The plan for the cards that would get other schedules."""
    wishes: defaultdict[str, list[NewEntry]] = defaultdict(list)
    moved: list[Moved] = []
    turned_back = 0
    for row, after in wanted:
        question, before = row.question, row.schedule
        if before is None or row.side >= len(question.entries):
            continue
        settings = workspace.vault.settings_for(row.path, row.decks)
        days = ((due_date(after, now) or now.date()) - (due_date(before, now) or now.date())).days
        moved.append(Moved(row, before, after, days))
        is_of_settings = isinstance(after, Fsrs) is (settings.algorithm is Algorithm.FSRS)
        turned_back += type(after) is not type(before) and not is_of_settings
        wishes[row.path].append(
            NewEntry(str(row.id), question.entries[row.side], entry_text(after, settings.base_ease))
        )
    notes = {path: tuple(wishes[path]) for path in sorted(wishes)}
    group = EntryGroup(new_id(), change.words, notes, change.kind is PlanKind.RESET)
    return _looked_at(change, group, asked, moved, turned_back, now)


def _looked_at(
    change: PlanOrder, group: EntryGroup, asked: int, moved: list[Moved], turned_back: int, now: datetime
) -> CardPlan:
    today = now.date()
    before, after = _days((one.before for one in moved), now), _days((one.after for one in moved), now)
    late = [one for one in moved if _is_late(one.after, now) and not _is_late(one.before, now)]
    largest = sorted((one for one in moved if one.days), key=lambda one: -abs(one.days))[:_LARGEST]
    overdue = tuple(sum(number for day, number in days.items() if day < today) for days in (before, after))
    return CardPlan(
        change, group, asked, before, after, tuple(largest), (overdue[0], overdue[1]),
        tuple(one.row for one in late[:_LARGEST]), turned_back,
    )  # fmt: skip


def _days(schedules: Iterable[Schedule], now: datetime) -> Counter[date]:
    return Counter(day for one in schedules if (day := due_date(one, now)) is not None)


def _is_late(schedule: Schedule, now: datetime) -> bool:
    day = due_date(schedule, now)
    return day is not None and day < now.date()


def _check(change: PlanOrder, today: date) -> None:
    if change.kind is PlanKind.HOLIDAY and change.first is not None and change.last is not None:
        if change.last < change.first:
            raise MisuseError(f"the holiday ends on {change.last}, before it begins on {change.first}")
        if change.last < today:
            raise MisuseError(f"the holiday was over on {change.last}")


def _memories(workspace: Workspace, rows: Iterable[CardRow]) -> dict[str, CardHistory]:
    """The histories of cards, by their ids."""
    asked = {str(row.id) for row in rows if isinstance(row.schedule, Fsrs)}
    history = workspace.history
    found = histories(
        history.reviews() if asked else (),
        workspace.clock(),
        name=history.name,
        counts=asked.__contains__,
        forgotten=history.marked(),
    )
    return {one.card: one for one in found.cards}


def memory_of(history: CardHistory, schedule: Fsrs, weights: tuple[float, ...]) -> Memory | None:
    """How well a card is remembered by its history; None if the history does not match its schedule."""
    if schedule.last_review is None or history.answers[-1].day != schedule.last_review.date().toordinal():
        return None
    memory: Memory | None = None
    for answer in history.answers:
        if memory is None:
            memory = first_memory(answer.grade, weights)
        else:
            memory = memory_after(memory, answer.elapsed, answer.grade, weights)
    return memory
