"""The search table of a vault that is open, brought up to its notes and to what is known of its cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from studyapp.core.cards import CardId
from studyapp.core.index import fingerprint
from studyapp.core.query.rows import Marks
from studyapp.core.query.search import SearchIndex
from studyapp.core.stats.period import Period
from studyapp.core.stats.reviews import Review
from studyapp.core.vault import Vault


def note_versions(vault: Vault) -> dict[str, bytes]:
    """Something for each note that changes when its file, or what its text means, changes."""
    found: dict[str, bytes] = {}
    for path in vault.paths():
        stamp = vault.stamps.get(path)
        note = vault.note(path) if stamp is None else None
        what = repr(stamp) if stamp is not None else note.digest if note is not None else ""
        whole = what.encode() + fingerprint(vault.settings_of(path))
        found[path] = blake2b(whole, digest_size=16).digest()
    return found


def refresh(
    index: SearchIndex, vault: Vault, progress: Callable[[int, int], bool] = lambda _done, _all: True
) -> bool:
    """Put in what was read since the last time; see `SearchIndex.update`."""
    return index.update(note_versions(vault), vault.note, progress)


def know_reviews(index: SearchIndex, reviews: Sequence[Review]) -> dict[CardId, Marks]:
    """Let a table answer when cards were reviewed; returned is what the log counts of each card.

    A lapse is a grade Again of a card that had an interval, as in Anki.
    """

    def within(period: Period) -> Iterable[CardId]:
        return map(CardId.parse, {review.card for review in reviews if review.day in period})

    index.reviews_by(within)
    reps = Counter(review.card for review in reviews)
    lapses = Counter(review.card for review in reviews if review.interval is not None and not review.passed)
    return {CardId.parse(card): Marks(lapses=lapses[card], reps=number) for card, number in reps.items()}
