"""What the review logs say about cards, for searches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.search.created import created_on
from studyapp.study.search.rows import Known
from studyapp.study.search.table import SearchIndex
from studyapp.study.search.tree import Added, Edited, Flagged, Introduced, Named
from studyapp.study.stats.gather import read_reviews
from studyapp.study.stats.period import Period
from studyapp.study.stats.reviews import Review


def know(index: SearchIndex, workspace: Workspace) -> None:
    """Give a search index what the review logs say about cards; they must not be written meanwhile."""
    reviews, now = read_reviews(workspace), workspace.clock()
    vault, states = workspace.vault, dict(workspace.history.states())
    start_of_day = vault.settings.start_of_day

    def cards_of(node: Named) -> Iterable[CardId]:
        match node:
            case Flagged(number):
                return (card for card, state in states.items() if state.flag == number)
            case Edited(period):
                return (
                    row.id for row in vault.rows(paths=(path for path, day in _changed(vault, now) if day in period))
                )
            case Added(period):
                return (row.id for row in vault.rows(paths=_added(vault, period, now)))
            case Introduced(period):
                return (CardId.parse(card) for card, day in _introduced(reviews) if day in period)
        rated = {one.card for one in reviews if one.day in node.period and node.grade in (None, one.grade)}
        return map(CardId.parse, rated)

    index.named_by(cards_of)
    marks = _counted(reviews)
    day = today(now, start_of_day)
    for card, state in states.items():
        known = marks.get(card, Known())
        marks[card] = known._replace(
            suspended=state.suspended, buried=state.is_buried(day), flagged=state.flagged, leech=state.leech
        )
    for card in _buried_by_plugin(workspace.vault, now):
        marks[card] = marks.get(card, Known())._replace(buried=True)
    index.mark(marks)


def _added(vault: Vault, within: Period, now: datetime) -> Iterator[str]:
    """The notes created in a period; one that last changed before it is not even opened."""
    for path, day in _changed(vault, now):
        if within.first is None or day >= within.first - timedelta(1):
            made = created_on(vault.root / path, now.tzinfo)
            if made is not None and made in within:
                yield path


def _changed(vault: Vault, now: datetime) -> Iterator[tuple[str, date]]:
    """The notes, with the day of each file's last change."""
    for path, at in vault.modified():
        with suppress(OverflowError, OSError, ValueError):  # a moment outside the calendar
            if at:
                yield path, today(datetime.fromtimestamp(at / 1e9, now.tzinfo), vault.settings.start_of_day)


def _introduced(reviews: Iterable[Review]) -> Iterator[tuple[str, date]]:
    """Cards with their first grade in the log, with its day; a card with an interval before was graded earlier."""
    first: dict[str, Review] = {}
    for one in reviews:
        if one.card not in first or one.at < first[one.card].at:
            first[one.card] = one
    return ((one.card, one.day) for one in first.values() if one.interval is None)


def _counted(reviews: Sequence[Review]) -> dict[CardId, Known]:
    """How often each card was graded and forgotten: a lapse is an Again of a card with an interval, as in Anki."""
    reps = Counter(review.card for review in reviews)
    lapses = Counter(review.card for review in reviews if review.interval is not None and not review.passed)
    return {CardId.parse(card): Known(lapses=lapses[card], reps=number) for card, number in reps.items()}


def _buried_by_plugin(vault: Vault, now: datetime) -> Iterable[CardId]:
    for row in vault.rows(paths=vault.paths_with_buried(now)):
        if vault.is_buried(row.path, row.question.hash, now):
            yield row.id
