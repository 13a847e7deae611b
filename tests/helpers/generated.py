"""Vaults as Hypothesis makes them: cards of every kind, hostile text, schedules, marks and a history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct

from studyapp.core.log.marks import Mark
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Algorithm
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.known.history import PastReview, lines_of
from studyapp.study.review.bulk import marked
from tests.helpers.settings import from_plugin
from tests.helpers.strategies import ENTRIES, notes
from tests.helpers.vaults import NOW, make_vault, workspace

_MARKS = st.sampled_from(
    [(Mark.SUSPENDED, "1"), (Mark.FLAG, "1"), (Mark.FLAG, "7"), (Mark.LEECH, "1"), (Mark.BURIED, "2024-07-01")]
)
_MOMENTS = st.integers(1, 8_000 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds))
_REVIEWS = st.lists(
    st.tuples(_MOMENTS, st.sampled_from([*Grade, None]), st.floats(0, 60), st.one_of(st.none(), ENTRIES), ENTRIES),
    max_size=3,
)


class Generated(Struct, frozen=True):
    """The ingredients of a vault."""

    notes: tuple[bytes, ...]
    algorithm: Algorithm
    reviews: tuple[Any, ...]
    """Those of each card, in order, repeated for further cards."""
    marks: tuple[Any, ...]
    """The mark of each card, or None; likewise."""

    def make(self, folder: Path) -> Workspace:
        """Write it, and open it."""
        plugin = {"settings": {"algorithm": str(self.algorithm)}}
        settings = from_plugin({"algorithm": str(self.algorithm)})
        log, number = bytearray(), 0
        for place, raw in enumerate(self.notes):
            note = parse_note(f"n{place}.md", raw, settings)
            for question in note.questions:
                for card in question.cards:
                    given = self.reviews[number % len(self.reviews)]
                    past = (PastReview(f"{number}-{turn}", *one) for turn, one in enumerate(given))
                    for line in lines_of(note, question, card, past):
                        log += line
                    number += 1
        files: dict[str, str | bytes] = {f"n{place}.md": raw for place, raw in enumerate(self.notes)}
        root = make_vault(folder / "vault", {**files, ".studyapp/reviews/elsewhere.jsonl": bytes(log)}, plugin)
        opened = workspace(root, folder / "home")
        for place, row in enumerate(list(opened.vault.rows())):
            if (mark := self.marks[place % len(self.marks)]) is not None:
                opened.store.save(marked(opened, [opened.vault.find(row.id)], *mark))
        return workspace(root, folder / "home")


GENERATED = st.builds(
    Generated,
    st.lists(notes(), min_size=1, max_size=2).map(tuple),
    st.sampled_from([*Algorithm]),
    st.lists(_REVIEWS, min_size=1, max_size=4).map(tuple),
    st.lists(st.one_of(st.none(), _MARKS), min_size=1, max_size=4).map(tuple),
)
