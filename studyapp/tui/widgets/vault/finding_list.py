"""Findings by kind, equal ones as one; groups open and close, and what can be fixed can be marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar, Final

from msgspec import Struct
from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from studyapp.core.errors import Severity
from studyapp.core.visible import visible
from studyapp.study.doctor.findings import KINDS, Finding
from studyapp.study.doctor.groups import Group, grouped
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from studyapp.wording.widths import cut

LOOKS: Final = {Severity.ERROR: "bad", Severity.WARNING: "care", Severity.NOTE: "quiet"}
"""The look of each severity, which also names its colour."""
"""What a finding of each is called; on these screens, a note is a file."""
_SIGNS: Final = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
_OPEN: Final = 12
"""A kind with more rows starts closed."""
SHOWN: Final = 200
"""The most equal findings listed: nobody scrolls through more."""
_GAP: Final = 2


def capitalised(text: str) -> str:
    """A reason with a capital letter."""
    return text[:1].upper() + text[1:]


class _Row(Struct, frozen=True):
    """A line of the list: the name of a kind, equal findings as one, or a finding; else an empty line."""

    kind: str = ""
    group: Group | None = None
    number: int | None = None
    """The number of the finding; of equal ones, the first."""


class FindingList(Rows[_Row]):
    """Lists findings; keeps its place and its marks when updated."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "choose", "Open", id="doctor.choose"),
        *moves("doctor"),
        Binding(keys.RIGHT, "turn(True)", "Open the kind", show=False, id="doctor.open"),
        Binding(keys.LEFT, "turn(False)", "Close the kind", show=False, id="doctor.close"),
    ]

    DEFAULT_CSS = "FindingList { width: 1fr; .rows--good { text-style: none; } }"

    class Chosen(FieldMessage):
        """A finding was chosen, to be shown in its place."""

        finding: Finding

    class Marked(Message):
        """The marks changed."""

    def __init__(self) -> None:
        super().__init__(id="doctor-list")
        self._findings: tuple[Finding, ...] = ()
        self._root = ""
        self._groups: list[Group] = []
        self._numbers: dict[int, list[int]] = {}
        """The numbers of a group's findings, by its first finding's number."""
        self._open: dict[str | tuple[str, ...], bool] = {}
        """Kinds, and groups of equal findings by their keys, that the user has opened or closed."""
        self._marked: set[int] = set()
        """Marked findings, by number."""

        self._unmarked = ""
        """What stands in place of a mark, so that all places begin in one column."""

    def show(self, findings: Sequence[Finding], root: str) -> None:
        """Show all findings, sorted by kind; their paths need not begin with the root."""
        marked = {self._findings[number] for number in self._marked}
        self._findings, self._root = tuple(findings), root
        self._marked = {number for number, one in enumerate(self._findings) if one in marked}
        self._unmarked = "    " if any(one.fix for one in findings) else ""
        self._groups = grouped(self._findings)
        places = {id(one): number for number, one in enumerate(self._findings)}
        of_groups = [[places[id(one)] for one in group.findings] for group in self._groups]
        self._numbers = {numbers[0]: numbers for numbers in of_groups if len(numbers) > 1}
        self._list(None)

    # What is under the cursor

    @property
    def marked(self) -> list[Finding]:
        """The findings to fix: the marked ones, else the one under the cursor."""
        if self._marked:
            return [self._findings[number] for number in sorted(self._marked)]
        here = self.here
        return [here] if here is not None and here.fix is not None else []

    @property
    def any_marked(self) -> bool:
        """Whether the user has marked any."""
        return bool(self._marked)

    @property
    def here(self) -> Finding | None:
        """The finding under the cursor; the first of a group of equal ones."""
        return None if self._row.number is None else self._findings[self._row.number]

    @property
    def group_here(self) -> Group | None:
        """The findings that the row under the cursor stands for, if there are several."""
        row = self._row
        if row.group is None and row.number is None and row.kind:
            return Group([one for one in self._findings if one.code == row.kind])
        return row.group

    def place_of(self, one: Finding) -> str:
        """Where a finding is, as a path within the vault."""
        return visible(one.place.removeprefix(self._root), newlines=False) if one.path != "." else "The whole vault"

    @property
    def _row(self) -> _Row:
        return self.row or _Row()

    # Acting

    def action_choose(self) -> None:
        here = self.here
        if here is not None and self._row.group is None:
            self.post_message(self.Chosen(here))
        else:
            self._turn()

    def row_clicked(self, number: int, x: int, *, again: bool) -> None:
        """Open or close what was clicked; a second click chooses a finding."""
        if again or self._row.number is None:
            self.action_choose()

    def action_turn(self, wide: bool) -> None:
        """Open the kind under the cursor, or close the one that the cursor is in."""
        self._turn(wide)

    def mark(self) -> None:
        """Mark or unmark the finding under the cursor and move on; on a kind, all of it."""
        row = self._row
        of_kind = (one for one in self._fixable() if self._findings[one].code == row.kind)
        members = of_kind if row.number is None else self._members(row)
        fixable = {one for one in members if self._findings[one].fix is not None}
        if fixable:
            self._mark(fixable)
        if row.number is not None or not fixable:
            self.action_move(1)

    def mark_all(self) -> None:
        """Mark all that can be fixed, or none if all are marked."""
        self._mark(set(self._fixable()))

    def _mark(self, numbers: set[int]) -> None:
        self._marked = self._marked - numbers if numbers <= self._marked else self._marked | numbers
        self.refresh()
        self.post_message(self.Marked())

    def _fixable(self) -> Iterator[int]:
        return (number for number, one in enumerate(self._findings) if one.fix is not None)

    def _members(self, row: _Row) -> list[int]:
        """The numbers of a row's findings."""
        assert row.number is not None
        return self._numbers[row.number] if row.group is not None else [row.number]

    def _turn(self, wide: bool | None = None) -> None:
        row = self._row
        around = None if row.number is None or row.group is not None else self._around(row.number)
        if row.group is not None and (wide is not False or self._opened(row.group)):
            self._open[row.group.key] = not self._opened(row.group) if wide is None else wide
            self._list(row)
        elif around is not None and wide is False:
            self._open[around.key] = False
            self._list(_Row(row.kind, around, self._findings.index(around.first)))
        elif row.kind:
            self._open[row.kind] = not self._is_open(row.kind) if wide is None else wide
            self._list(_Row(row.kind))

    def _opened(self, group: Group) -> bool:
        """Whether a group's findings are listed one by one."""
        return self._open.get(group.key, False)

    def _around(self, number: int) -> Group | None:
        """The group that a finding is in."""
        firsts = {first for first, numbers in self._numbers.items() if number in numbers}
        return next((group for group in self._groups if any(group.first is self._findings[n] for n in firsts)), None)

    def _is_open(self, kind: str) -> bool:
        few = sum(group.first.code == kind for group in self._groups) <= _OPEN
        return self._open.get(kind, few)

    # The rows

    def _list(self, here: _Row | None) -> None:
        """List what is open; the cursor goes to a row, or stays where it is."""
        self.rows = [*self._made()]
        place = self.cursor
        if here is not None:
            alike = (n for n, row in enumerate(self.rows) if (row.kind, row.number) == (here.kind, here.number))
            place = next(alike, place)
        self.cursor = self.validate_cursor(place)
        self.lay_out()
        self.watch_cursor()

    def _made(self) -> Iterator[_Row]:
        places = {id(one): number for number, one in enumerate(self._findings)}
        for index, (kind, in_kind) in enumerate(groupby(self._groups, key=lambda group: group.first.code)):
            if index:
                yield _Row()
            yield _Row(kind)
            for group in in_kind if self._is_open(kind) else ():
                number = places[id(group.first)]
                if group.is_one:
                    yield _Row(kind, number=number)
                    continue
                yield _Row(kind, group, number)
                if self._opened(group):
                    yield from (_Row(kind, number=member) for member in self._numbers[number][:SHOWN])

    def stops_at(self, number: int) -> bool:
        """All but empty lines."""
        return bool(self.rows[number].kind)

    def row_parts(self, number: int, width: int) -> Parts:
        """The name of a kind under a rule, or a finding: mark, severity, place, reason."""
        row = self.rows[number]
        if not row.kind:
            return []
        if row.number is None:
            return self._heading(row.kind, width)
        marked = len(self._marked.intersection(self._members(row)))
        if row.group is not None:
            mark = self._unmarked if not row.group.fixable else "[x] " if marked == row.group.fixable else "[ ] "
            return self._finding(
                row.group.first, mark, f"{'▾' if self._opened(row.group) else '▸'} {row.group.said}", width
            )
        one = self._findings[row.number]
        mark = self._unmarked if one.fix is None else "[x] " if marked else "[ ] "
        return self._finding(one, mark, self.place_of(one), width, capitalised(visible(one.reason, newlines=False)))

    def _finding(self, one: Finding, mark: str, name: str, width: int, reason: str = "") -> Parts:
        name = cut(name, max(width - len(mark) - _GAP - 1, 1))
        room = width - len(mark) - cell_len(name) - 2 * _GAP
        parts = [(mark, "title"), (f"{_SIGNS[one.severity]} ", LOOKS[one.severity]), (name, "name")]
        return [*parts, (f"  {cut(reason, room)}", "quiet")] if reason and room > _GAP else parts

    def _heading(self, kind: str, width: int) -> Parts:
        groups = [group for group in self._groups if group.first.code == kind]
        worst = max((group.first.severity for group in groups), key=list(Severity).index)
        fixable = sum(group.fixable for group in groups)
        number = f"{sum(len(group.findings) for group in groups):,}"
        more = f", {fixable:,} can be fixed" if fixable else ""
        sign = "▾ " if self._is_open(kind) else "▸ "
        title = cut(KINDS.get(kind, kind), max(width - 3 - len(number), 1))
        room = width - len(sign) - cell_len(title) - len(number) - 2
        more = more if len(more) < room else ""
        return [
            (sign, "quiet"),
            (title, "title"),
            (f" {'─' * max(0, room - len(more))} ", "rule"),
            (number, LOOKS[worst]),
            (more, "good"),
        ]
