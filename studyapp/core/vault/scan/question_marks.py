"""Whether the notes show that `??` is the plain separator: without the plugin's settings nothing else tells.

The plugin writes two entries under a reversed question. If all questions with `??` have one, their owner had it so.
The next run assumes what the last one found, and then checks whether it still holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from studyapp.core.notes.blocks import Kind
from studyapp.core.settings.load import LoadedSettings


class QuestionMarks:
    """The meaning of `??` in a vault and in nested ones, which are known by their prefixes."""

    def __init__(
        self, settings: Callable[[], Mapping[str, LoadedSettings]], put: Callable[[str, LoadedSettings], None]
    ) -> None:
        """Begin with what the settings say: those of each vault, which `put` replaces from now on."""
        self._settings, self._put = settings, put
        self._as_set: dict[str, LoadedSettings] = {}
        """The settings, as they were, of vaults in which `??` is plain."""
        self._supposed: list[str] | None = None

    def __bool__(self) -> bool:
        """Whether it is the plain separator anywhere because the notes show it."""
        return bool(self._as_set)

    @property
    def are_open(self) -> bool:
        """Whether its meaning depends on the notes."""
        return bool(self._open())

    def _open(self) -> list[str]:
        return [prefix for prefix, one in self._settings().items() if one.with_plain_question_marks() is not one]

    @property
    def plain(self) -> list[str]:
        """The vaults in which `??` is plain because the notes show it."""
        return sorted(self._as_set)

    def suppose(self, known: Collection[str]) -> None:
        """Take what an earlier run has found, once."""
        if self._supposed is None:
            self._supposed = [prefix for prefix in self._open() if prefix in known]
            self._take(self._supposed)

    def revise(self, entries: Callable[[Kind], Iterable[tuple[str, int]]]) -> bool:
        """Check the notes, which have been read; returns whether some must be reread, as they show something else.

        `entries` gives how many entries the questions of a kind hold that have any, each number once for a vault.
        """
        supposed, self._supposed = self._supposed or [], []
        hold_one = _with_one(entries(Kind.MULTI_BASIC)) if supposed else set()
        wrong = [prefix for prefix in supposed if prefix not in hold_one]
        for prefix in wrong:
            self._put(prefix, self._as_set.pop(prefix))
        still_open = [prefix for prefix in self._open() if prefix not in wrong]
        hold_one = _with_one(entries(Kind.MULTI_REVERSED)) if still_open else set()
        shown = [prefix for prefix in still_open if prefix in hold_one]
        self._take(shown)
        return bool(wrong or shown)

    def _take(self, prefixes: list[str]) -> None:
        settings = self._settings()
        for prefix in prefixes:
            self._as_set[prefix] = settings[prefix]
            self._put(prefix, settings[prefix].with_plain_question_marks())


def _with_one(entries: Iterable[tuple[str, int]]) -> set[str]:
    """The vaults whose questions all have one entry."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for vault, number in entries:
        numbers[vault].add(number)
    return {vault for vault, some in numbers.items() if some == {1}}
