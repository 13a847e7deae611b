"""Equal questions, in a note or across the vault."""

from __future__ import annotations

from collections.abc import Iterator

from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Patient, shortened


class Equals:
    """Remembers of each question where it stands, under the hash of its text: that is small."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[str, int]] = {}
        self._fronts: dict[int, tuple[str, int]] = {}

    def look(self, patient: Patient) -> Iterator[Finding]:
        """Find the questions of a note that another one, here or in a note before, equals."""
        for question in patient.note.questions:
            if not question.cards:
                continue
            here = (patient.path, question.sources[0] + 1)
            before = self._texts.setdefault(hash(("", trim(question.body))), here)
            if before is not here:
                yield _finding(
                    here, before, patient.path, "this question stands", "Keep one of the two", question.body
                )
                continue
            if question.kind is Kind.CLOZE or not (front := trim(question.cards[0].front)):
                continue
            before = self._fronts.setdefault(hash(("front", " ".join(front.split()))), here)
            if before is not here:
                what = "a question of the same words, with another answer, stands"
                remedy = "If both are meant, say in each question what it asks for"
                yield _finding(here, before, patient.path, what, remedy, front)


def _finding(here: tuple[str, int], before: tuple[str, int], path: str, what: str, remedy: str, text: str) -> Finding:
    where = f"on line {before[1]}" if before[0] == path else f"in {before[0]}:{before[1]}"
    reason = f"{what} {where} too: “{shortened(text)}”"
    return Finding("equal-questions", here[0], here[1], reason, remedy, Severity.NOTE)
