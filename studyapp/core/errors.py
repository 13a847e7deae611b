"""What can go wrong: errors for the world's failures, findings for notes that are not as expected."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class StudyError(Exception):
    """Something the user asked for is not possible; the message says what, where, and what to do."""


class MisuseError(StudyError):
    """What was typed is wrong: it makes no sense, leaves something out, or names what there isn't; exit code 2."""


class VaultError(StudyError):
    """The given folder is not a vault that can be read."""


class SettingsError(StudyError):
    """A setting given by the user cannot be used."""


class NoteError(StudyError):
    """A note cannot be read or written; nothing was changed."""


class CardNotFoundError(StudyError):
    """No card, or more than one, matches."""


class CardIdError(CardNotFoundError, MisuseError):
    """A text is not the id of a card."""


class DeckNotFoundError(CardNotFoundError, MisuseError):
    """No card is in a deck."""

    def __init__(self, deck: str) -> None:
        super().__init__(f"there is no deck {deck!r}; `studyapp due` lists the decks")


class JournalError(StudyError):
    """The review log cannot be read or written."""


class Severity(StrEnum):
    """How much a finding matters."""

    NOTE = "note"
    """Nothing is wrong, but worth knowing."""
    WARNING = "warning"
    """Something is probably not what its owner meant."""
    ERROR = "error"
    """Part of the vault cannot be used until it is fixed."""

    @property
    def noun(self) -> str:
        """What users read: a note is a file to them."""
        return "remark" if self is Severity.NOTE else self.value


class Problem(NamedTuple):
    """A finding about a note or a settings file: what, where, and what to do about it."""

    code: str
    """A stable name of the kind of finding, such as `orphan-schedule`."""
    path: str
    line: int | None
    """1-based, or None where the finding is about the whole file."""
    message: str
    remedy: str
    severity: Severity = Severity.WARNING

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}. {self.remedy}"
