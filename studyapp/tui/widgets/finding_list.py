"""Findings by kind, equal ones as one: what holds others opens and closes, what can be fixed can be marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from studyapp.core.errors import Severity
from studyapp.core.visible import visible
from studyapp.study.doctor.findings import KINDS, Finding
from studyapp.study.doctor.groups import Group, grouped

_STYLES: Final = {Severity.ERROR: "bold $bad", Severity.WARNING: "bold $care", Severity.NOTE: "bold"}
_OPEN: Final = 12
"""A kind with more rows is closed at first."""
_SHOWN: Final = 200
"""Equal findings at once: nobody scrolls through more."""
_GROUP: Final = "equal "
"""What the name of a row begins with that stands for equal findings."""


class FindingList(OptionList):
    """Lists findings; keeps its place and its marks when it is shown anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False, id="doctor.down"),
        Binding("k", "cursor_up", "Up", show=False, id="doctor.up"),
        Binding("l,right", "turn(True)", "Open the kind", show=False, id="doctor.open"),
        Binding("h,left", "turn(False)", "Close the kind", show=False, id="doctor.close"),
        Binding("g", "first", "Top", show=False, id="doctor.top"),
        Binding("G", "last", "End", show=False, id="doctor.end"),
        Binding("space", "mark", "Mark to fix", id="doctor.mark"),
        Binding("a", "mark_all", "Mark all", id="doctor.mark-all"),
    ]

    class Chosen(Message):
        """A finding is to be looked at where it is."""

        def __init__(self, finding: Finding) -> None:
            super().__init__()
            self.finding = finding

    class Marked(Message):
        """Other findings are marked now."""

    def __init__(self) -> None:
        super().__init__(id="doctor-list", markup=False)
        self._findings: tuple[Finding, ...] = ()
        self._root = ""
        self._groups: list[Group] = []
        self._numbers: dict[int, list[int]] = {}
        """The numbers of a group's findings, by that of its first one."""
        self._open: dict[str | tuple[str, ...], bool] = {}
        """Kinds, and groups of equal findings by their keys, that the person has opened or closed."""
        self._marked: set[int] = set()
        """Numbers of findings."""

    def show(self, findings: Sequence[Finding], root: str) -> None:
        """Show findings that are sorted by kind.

        Args:
            findings: all of them.
            root: what their paths need not begin with.
        """
        marked = {self._findings[number] for number in self._marked}
        self._findings, self._root = tuple(findings), root
        self._marked = {number for number, one in enumerate(self._findings) if one in marked}
        self._groups = grouped(self._findings)
        places = {id(one): number for number, one in enumerate(self._findings)}
        of_groups = [[places[id(one)] for one in group.findings] for group in self._groups]
        self._numbers = {numbers[0]: numbers for numbers in of_groups if len(numbers) > 1}
        self._list(self.highlighted)

    @property
    def marked(self) -> list[Finding]:
        """The findings that are to be fixed; the one under the cursor where none is marked."""
        if self._marked:
            return [self._findings[number] for number in sorted(self._marked)]
        here = self.here
        return [here] if here is not None and here.fix is not None else []

    @property
    def any_marked(self) -> bool:
        """Whether the person has marked some."""
        return bool(self._marked)

    @property
    def here(self) -> Finding | None:
        """The finding under the cursor; of equal ones that are told as one the first."""
        number = self._number_here()
        return None if number is None else self._findings[number]

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Open or close a kind or a group, or choose a finding."""
        message.stop()
        here = self.here
        if here is not None and not self._is_group():
            self.post_message(self.Chosen(here))
        else:
            self._turn()

    def action_turn(self, wide: bool) -> None:
        """Open the kind under the cursor, or close the one that the cursor is in."""
        self._turn(wide)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to mark only where something can be fixed."""
        return None if action in ("mark", "mark_all") and not list(self._fixable()) else True

    def action_mark(self) -> None:
        """Mark the finding under the cursor, or take the mark away, and go on; on a kind, all of it."""
        number = self._number_here()
        of_kind = (one for one in self._fixable() if self._findings[one].code == self._kind_here())
        members = of_kind if number is None else self._members(number)
        fixable = {one for one in members if self._findings[one].fix is not None}
        if fixable:
            self._mark(fixable)
        if number is not None or not fixable:
            self.action_cursor_down()

    def action_mark_all(self) -> None:
        """Mark all that can be fixed, or none if all are marked."""
        self._mark(set(self._fixable()))

    def _mark(self, numbers: set[int]) -> None:
        self._marked = self._marked - numbers if numbers <= self._marked else self._marked | numbers
        self._list(self.highlighted)
        self.post_message(self.Marked())

    def _fixable(self) -> Iterator[int]:
        return (number for number, one in enumerate(self._findings) if one.fix is not None)

    def _number_here(self) -> int | None:
        name = self._name_here().removeprefix(_GROUP)
        return int(name) if name.isdecimal() else None

    def _is_group(self) -> bool:
        return self._name_here().startswith(_GROUP)

    def _members(self, number: int) -> list[int]:
        """The numbers of what the row under the cursor stands for."""
        return self._numbers[number] if self._is_group() else [number]

    def _kind_here(self) -> str:
        number = self._number_here()
        return self._findings[number].code if number is not None else self._name_here()

    def _name_here(self) -> str:
        option = self.highlighted_option
        return option.id or "" if option is not None else ""

    def _turn(self, wide: bool | None = None) -> None:
        name, number = self._name_here(), self._number_here()
        around = None if number is None or self._is_group() else self._around(number)
        if number is not None and self._is_group() and (wide is not False or self._opened(number)):
            self._open[self._key(number)] = not self._opened(number) if wide is None else wide
        elif around is not None and wide is False:
            self._open[self._key(around)] = False
            name = f"{_GROUP}{around}"
        elif (name := self._kind_here()) in KINDS:
            self._open[name] = not self._is_open(name) if wide is None else wide
        else:
            return
        self._list(None)
        self.highlighted = self.get_option_index(name)

    def _key(self, number: int) -> tuple[str, ...]:
        return next(group.key for group in self._groups if group.first is self._findings[number])

    def _opened(self, number: int) -> bool:
        """Whether the findings of a group are listed one by one."""
        return self._open.get(self._key(number), False)

    def _around(self, number: int) -> int | None:
        """The first finding of the group that one is in."""
        return next((first for first, numbers in self._numbers.items() if number in numbers), None)

    def _is_open(self, kind: str) -> bool:
        few = sum(group.first.code == kind for group in self._groups) <= _OPEN
        return self._open.get(kind, few)

    def _list(self, place: int | None) -> None:
        offset = self.scroll_offset
        self.clear_options()
        self.add_options(self._made())
        if self.option_count:
            # Nothing is marked by the cursor at first but a finding, as that is what keys act on.
            self.highlighted = min(place, self.option_count - 1) if place is not None else 0
        self.scroll_to(*offset, animate=False, force=True)

    def _made(self) -> Iterator[Option]:
        places = {id(one): number for number, one in enumerate(self._findings)}
        for kind, in_kind in groupby(self._groups, key=lambda group: group.first.code):
            groups = list(in_kind)
            is_open = self._is_open(kind)
            yield Option(_heading(kind, groups, is_open=is_open), id=kind)
            for group in groups if is_open else ():
                number = places[id(group.first)]
                if group.is_one:
                    yield Option(self._written(number, group.first), id=str(number))
                    continue
                is_wide = self._opened(number)
                yield Option(self._summary(group, number, is_open=is_wide), id=f"{_GROUP}{number}")
                for member in self._numbers[number][:_SHOWN] if is_wide else ():
                    yield Option(self._written(member, self._findings[member]), id=str(member))

    def _summary(self, group: Group, number: int, *, is_open: bool) -> Content:
        """Many equal findings as one: their number, some examples, the remedy."""
        marked = len(self._marked.intersection(self._numbers[number]))
        mark = "" if not group.fixable else "[x] " if marked == group.fixable else "[ ] "
        cut = f", of which {_SHOWN} are shown; `studyapp doctor --json` lists all"
        parts: list[tuple[str, str] | str] = [
            (f"{mark}{'▾' if is_open else '▸'} {group.said}", _STYLES[group.first.severity]),
            (cut if is_open and len(group.findings) > _SHOWN else "", "$quiet"),
            "\n",
        ]
        for one, times in group.examples if not is_open else ():
            again = f" ({times:,} times)" if times > 1 else ""
            parts.append(f"  {self._place(one)}  {_sentence(one.reason + again)}\n")
        parts.append((_sentence(group.remedy), "$quiet"))
        return Content.assemble(*parts, "\n")

    def _place(self, one: Finding) -> str:
        return visible(one.place.removeprefix(self._root), newlines=False)

    def _written(self, number: int, one: Finding) -> Content:
        mark = "" if one.fix is None else "[x] " if number in self._marked else "[ ] "
        parts: list[tuple[str, str] | str] = [
            (mark, "bold"),
            (self._place(one), _STYLES[one.severity]),
            (f"  {one.severity}\n", "$quiet"),
            f"{_sentence(one.reason)}\n",
            (_sentence(one.remedy), "$quiet"),
        ]
        if one.advice is not None:
            told = (visible(line, newlines=False) for line in one.advice.told)
            parts.append(("".join(f"\n  {line}" for line in told), "$quiet"))
        if one.fix is not None:
            parts.append((f"\nMending {visible(one.fix.what, newlines=False)}.", "$good"))
        return Content.assemble(*parts, "\n")


def _heading(kind: str, groups: Sequence[Group], *, is_open: bool) -> Content:
    found = [one for group in groups for one in group.findings]
    worst = max((group.first.severity for group in groups), key=list(Severity).index)
    fixable = sum(group.fixable for group in groups)
    return Content.assemble(
        f"{'▾' if is_open else '▸'} ",
        (KINDS.get(kind, kind), _STYLES[worst]),
        (f"  {len(found):,}", "bold"),
        (f", {fixable:,} can be fixed" if fixable else "", "$good"),
        "\n" if is_open else "",
    )


def _sentence(text: str) -> str:
    said = visible(text, newlines=False)
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?")) else ".")
