"""The examination of a vault: note by note, so that memory does not grow with their text."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.disk.files import read_note
from studyapp.core.disk.place import files_in
from studyapp.core.edits.identity import Owners
from studyapp.core.errors import NoteError, Problem, Severity
from studyapp.core.log.ledger_rows import Done
from studyapp.core.notes.links import Catalogue
from studyapp.core.settings.files import config_folder
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault.vault import Vault
from studyapp.study.doctor.advice.fit import Fit
from studyapp.study.doctor.checks import foreign, options
from studyapp.study.doctor.checks.orphans import Orphans
from studyapp.study.doctor.checks.questions import Equals
from studyapp.study.doctor.checks.references import References
from studyapp.study.doctor.findings import Finding, Fix, in_order
from studyapp.study.doctor.looks import Account, Check, look_at, look_at_name, of_subject
from studyapp.study.doctor.parts import Visit, look_apart
from studyapp.study.doctor.repair import Repair, by_note, repair, repair_once
from studyapp.study.doctor.subject import Subject, Surroundings

_TOLD: Final = 100
"""Notes between two progress reports."""


class Progress(Struct, frozen=True):
    """The progress of an examination."""

    done: int
    notes: int


class Examination:
    """One examination of a vault, with what it remembers from note to note."""

    def __init__(self, vault: Vault, actions: Iterable[Done] = (), more: Sequence[Check] = ()) -> None:
        """Start with a vault whose notes have been scanned, and what was reviewed, oldest first.

        `more` are checks of single notes beyond `NOTE_CHECKS`, which know what is outside of notes.
        """
        self.vault = vault
        self._more = more
        self._owners = Owners((one.after, one.card) for one in actions)
        self._around: dict[str, Surroundings] = {}
        self._orphans = Orphans()
        self._equals = Equals()
        self._fit = Fit()

    @cached_property
    def _catalogue(self) -> Catalogue:
        """The files of the vault; listed when the examination runs, which may be on another thread."""
        return Catalogue(files_in(self.vault.root))

    @cached_property
    def _references(self) -> References:
        return References(self._catalogue)

    def run(
        self,
        problems: Iterable[Problem] = (),
        *,
        tell: Callable[[Progress], None] = lambda _: None,
        going: Callable[[], bool] = lambda: True,
    ) -> list[Finding]:
        """Find everything wrong or surprising; nothing is written.

        The problems are those found elsewhere, as in the review log. `going` is asked before each note whether to go
        on; if not, what was found so far is returned.
        """
        found = [Finding.of(problem) for problem in (*problems, *self.vault.unreadable.values())]
        found += self.settings()
        paths = self.vault.paths()
        with closing(self._looks(paths)) as looks:
            for number, path in enumerate(paths):
                if not going():
                    return in_order(found)
                if number % _TOLD == 0:
                    tell(Progress(number, len(paths)))
                found += self._take(path, next(looks))
        found += self._finish(going)
        tell(Progress(len(paths), len(paths)))
        return in_order(dict.fromkeys(map(self._after_advice, found)))

    def _after_advice(self, finding: Finding) -> Finding:
        """A finding that other settings may explain; these should be tried first."""
        lost = finding.code == "orphan-schedule" or (
            finding.code == "unseen-card" and finding.severity is Severity.NOTE
        )
        if finding.fix is None and lost and self._prefix(finding.path) in self._fit.advised:
            return replace(finding, remedy="First try the settings suggested above; until then it stays unchanged")
        return finding

    def repairs(self, findings: Iterable[Finding]) -> list[Repair]:
        """The effect of the findings' fixes, note by note; nothing is written."""
        done: list[Repair] = []
        for path in sorted({finding.fix.path for finding in findings if finding.fix is not None}):
            raw = self._read(path)
            made = None if raw is None else repair(path, raw, partial(self.fixes, path))
            done += [made] if made is not None else []
        return done

    def planned(self, findings: Iterable[Finding]) -> list[Repair]:
        """The effect of the chosen fixes; notes that have changed since are left out."""
        done: list[Repair] = []
        for path, fixes in sorted(by_note(one.fix for one in findings if one.fix is not None).items()):
            raw = self._read(path)
            made = None if raw is None else repair_once(path, raw, fixes)
            done += [made] if made is not None else []
        return done

    def settings(self) -> Iterator[Finding]:
        """Surprising settings."""
        for loaded in (self.vault.loaded, *self.vault.nested.values()):
            yield from map(Finding.of, loaded.problems)
            yield from options.surprising(loaded)
            yield from foreign.of_settings(loaded)

    def _looks(self, paths: Sequence[str]) -> Generator[Account]:
        """Examine notes, in their order; those of a large vault with the help of other processes."""
        places = [Visit(path, self.vault.settings_of(path), self._surroundings(path).fields) for path in paths]
        for path, look in zip(
            paths, look_apart(self.vault.root, places, self._owners.entries, self._more), strict=True
        ):
            yield look or look_at_name(self.vault.root, path, paths) or self._look(path)

    def _look(self, path: str) -> Account:
        """Examine one note; a failure does not affect the others."""
        return look_at(
            self.vault.root, path, self.vault.settings_of(path), self._surroundings(path), self._catalogue, self._more
        )

    def _take(self, path: str, look: Account) -> Iterator[Finding]:
        """Keep what only the whole vault explains."""
        yield from look.findings
        yield from self._equals.take(path, look.questions)
        self._orphans.join(look.orphans)
        self._references.take(path, look.links)
        self._fit.take(path, self._prefix(path), look.schedules)

    def subject(self, path: str, raw: bytes) -> Subject:
        """A note as it is on disk now."""
        return Subject(path, NoteText(raw), self.vault.settings_of(path), self._surroundings(path))

    def _surroundings(self, path: str) -> Surroundings:
        """A note's surroundings: an inner vault may use fields where the outer one does not."""
        prefix = _innermost((*self.vault.nested, *self.vault.inheriting), path)
        if prefix not in self._around:
            parent = prefix.rstrip("/").rpartition("/")[0]
            around = bool(prefix) and self._surroundings(f"{parent}/" if parent else "").fields
            self._around[prefix] = Surroundings(self._owners, around or _has_fields(self.vault.root / prefix))
        return self._around[prefix]

    def _prefix(self, path: str) -> str:
        return _innermost(self.vault.nested, path)

    def fixes(self, path: str, raw: bytes) -> list[Fix]:
        """What can be fixed in a note with these bytes."""
        subject = self.subject(path, raw)
        found = [*of_subject(subject), *Orphans().look(subject)]
        return [finding.fix for finding in found if finding.fix is not None]

    def _finish(self, going: Callable[[], bool]) -> Iterator[Finding]:
        """Report what only the whole vault tells."""
        yield from self._orphans.finish(self.vault.note)
        yield from self._references.finish(self.vault.note, self._read)
        nested = self.vault.nested

        def settings_of(prefix: str) -> Settings:
            return nested[prefix].settings if prefix in nested else self.vault.settings

        yield from self._fit.finish(settings_of, self._read, self.subject, going)

    def _read(self, path: str) -> bytes | None:
        with suppress(NoteError):
            return read_note(self.vault.root / path)
        return None


def _innermost(prefixes: Iterable[str], path: str) -> str:
    return max((prefix for prefix in prefixes if path.startswith(prefix)), key=len, default="")


def _has_fields(root: Path) -> bool:
    """Whether the Dataview plugin is in the vault, which gives `name:: value` another meaning."""
    folder = config_folder(root)
    return folder is not None and os.path.isdir(folder / "plugins" / "dataview")  # noqa: PTH112  # never raises
