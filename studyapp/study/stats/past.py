"""Numbers about past reviews: days, retention, hours, streak, the hardest cards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct, field

from studyapp.core.schedule.entries import Grade
from studyapp.study.stats.reviews import MATURE, Review


class Share(Struct, frozen=True):
    """How many of some answers were right."""

    right: int = 0
    total: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None if there was no answer."""
        return self.right / self.total if self.total else None

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.total + other.total)


class Retention(Struct, frozen=True):
    """True retention as in Anki: of the first review of each card on a day, without learning steps."""

    young: Share = Share()
    """Intervals of less than `MATURE` days."""
    mature: Share = Share()

    @property
    def all(self) -> Share:
        """Both."""
        return self.young + self.mature


class Day(Struct):
    """What was done on one day."""

    grades: Counter[Grade] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def reviews(self) -> int:
        """How many grades were given."""
        return self.grades.total()


class Streak(Struct, frozen=True):
    """Days in a row with reviews."""

    current: int
    """Up to today, or up to yesterday while today has no review."""
    longest: int
    today: bool
    """Whether today counts already."""


class Hard(Struct, frozen=True):
    """A card that was forgotten often."""

    card: str
    again: int
    """How often it was graded Again in the period, learning steps included."""
    reviews: int


def by_day(reviews: Iterable[Review]) -> dict[date, Day]:
    """What was done on each day with reviews, in order."""
    days: defaultdict[date, Day] = defaultdict(Day)
    for review in reviews:
        day = days[review.day]
        day.grades[review.grade] += 1
        day.seconds += review.seconds
    return dict(sorted(days.items()))


def firsts(reviews: Iterable[Review]) -> list[Review]:
    """The reviews that count for retention: for each card and day, the first one that was not a learning step."""
    seen: set[tuple[str, date]] = set()
    found: list[Review] = []
    for review in reviews:
        if review.interval is not None and (key := (review.card, review.day)) not in seen:
            seen.add(key)
            found.append(review)
    return found


def retention(first_ones: Iterable[Review]) -> Retention:
    """Count those that `firsts` found."""
    counts = Counter(((review.interval or 0) >= MATURE, review.passed) for review in first_ones)
    young, mature = (Share(counts[old, True], counts[old, True] + counts[old, False]) for old in (False, True))
    return Retention(young, mature)


def retention_by_month(first_ones: Iterable[Review]) -> dict[date, Retention]:
    """The same for each month with any, by its first day."""
    months: defaultdict[date, list[Review]] = defaultdict(list)
    for review in first_ones:
        months[review.day.replace(day=1)].append(review)
    return {month: retention(months[month]) for month in sorted(months)}


def window(first: date, last: date) -> int:
    """How many days a point of the retention curves covers: a quarter of the period."""
    return max(1, ((last - first).days + 1) // 4)


_HARDEST = 20
"""The most cards that are named."""
_POINTS = 24
"""A point of the retention curve."""


def retention_over_time(first_ones: Iterable[Review], first: date, last: date) -> list[Retention]:
    """Retention at some times of a period, each over the `window` of days up to then."""
    days, size = max(1, (last - first).days + 1), window(first, last)
    by_day: defaultdict[int, list[Review]] = defaultdict(list)
    for review in first_ones:
        by_day[(review.day - first).days].append(review)
    ends = sorted({(days - 1) * at // (_POINTS - 1) for at in range(_POINTS)})
    return [
        retention(review for day in range(max(0, end - size + 1), end + 1) for review in by_day.get(day, ()))
        for end in ends
    ]


def by_hour(reviews: Iterable[Review]) -> list[Share]:
    """How many answers in each of the 24 hours were right; all count, as in Anki."""
    counts = Counter((review.hour, review.passed) for review in reviews)
    return [Share(counts[hour, True], counts[hour, True] + counts[hour, False]) for hour in range(24)]


def streak(days: Mapping[date, object], today: date) -> Streak:
    """Count days in a row; a gap of one day ends a streak.

    A day with 0 was lost to a move across time zones: neither a gap nor a day. A day after today comes from a clock
    that was wrong, or is still to come here.
    """
    longest = length = 0
    last: date | None = None
    for day in sorted(day for day in days if day <= today):
        if last is None or day - last != timedelta(1):
            length = 0
        length, last = length + (days[day] != 0), day
        longest = max(longest, length)
    lasts = last is not None and (today - last).days in (0, 1)
    return Streak(length if lasts else 0, longest, last == today)


def hardest(reviews: Sequence[Review]) -> list[Hard]:
    """The cards with the most Again grades; of equals, the one forgotten in fewer reviews first."""
    times = Counter(review.card for review in reviews)
    again = Counter(review.card for review in reviews if not review.passed)
    order = sorted(again, key=lambda card: (-again[card], times[card], card))
    return [Hard(card, again[card], times[card]) for card in order[:_HARDEST]]
