"""Findings by kind: each kind can be opened and closed, each finding that can be mended can be marked."""

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

_STYLES: Final = {Severity.ERROR: "bold $text-error", Severity.WARNING: "bold $text-warning", Severity.NOTE: "bold"}
_OPEN: Final = 12
"""A kind with more findings is closed at first."""
_SHOWN: Final = 200
"""Findings of one kind at once: nobody scrolls through more."""


class FindingList(OptionList):
    """Lists findings; keeps its place and its marks when it is shown anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False, id="doctor.down"),
        Binding("k", "cursor_up", "Up", show=False, id="doctor.up"),
        Binding("l,right", "turn(True)", "Open the kind", show=False, id="doctor.open"),
        Binding("h,left", "turn(False)", "Close the kind", show=False, id="doctor.close"),
        Binding("g", "first", "Top", show=False, id="doctor.top"),
        Binding("G", "last", "End", show=False, id="doctor.end"),
        Binding("space", "mark", "Mark to mend", id="doctor.mark"),
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
        self._open: dict[str, bool] = {}
        """Kinds that the person has opened or closed."""
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
        self._list(self.highlighted)

    @property
    def marked(self) -> list[Finding]:
        """The findings that are to be mended; the one under the cursor where none is marked."""
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
        """The finding under the cursor."""
        number = self._number_here()
        return None if number is None else self._findings[number]

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Open or close a kind, or choose a finding."""
        message.stop()
        here = self.here
        if here is not None:
            self.post_message(self.Chosen(here))
        else:
            self._turn()

    def action_turn(self, wide: bool) -> None:
        """Open the kind under the cursor, or close the one that the cursor is in."""
        self._turn(wide)

    def action_mark(self) -> None:
        """Mark the finding under the cursor, or take the mark away, and go on; on a kind, all of it."""
        number = self._number_here()
        if number is None:
            self._mark({n for n in self._fixable() if self._findings[n].code == self._kind_here()})
            return
        if self._findings[number].fix is not None:
            self._mark({number})
        self.action_cursor_down()

    def action_mark_all(self) -> None:
        """Mark all that can be mended, or none if all are marked."""
        self._mark(set(self._fixable()))

    def _mark(self, numbers: set[int]) -> None:
        self._marked = self._marked - numbers if numbers <= self._marked else self._marked | numbers
        self._list(self.highlighted)
        self.post_message(self.Marked())

    def _fixable(self) -> Iterator[int]:
        return (number for number, one in enumerate(self._findings) if one.fix is not None)

    def _number_here(self) -> int | None:
        name = self._name_here()
        return int(name) if name.isdecimal() else None

    def _kind_here(self) -> str:
        number = self._number_here()
        return self._findings[number].code if number is not None else self._name_here()

    def _name_here(self) -> str:
        option = self.highlighted_option
        return option.id or "" if option is not None else ""

    def _turn(self, wide: bool | None = None) -> None:
        kind = self._kind_here()
        if not kind or kind not in KINDS:
            return
        self._open[kind] = not self._is_open(kind) if wide is None else wide
        self._list(None)
        self.highlighted = self.get_option_index(kind)

    def _is_open(self, kind: str) -> bool:
        few = sum(one.code == kind for one in self._findings) <= _OPEN
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
        numbered = enumerate(self._findings)
        for kind, group in groupby(numbered, key=lambda one: one[1].code):
            found = list(group)
            is_open = self._is_open(kind)
            yield Option(_heading(kind, [one for _, one in found], is_open=is_open), id=kind)
            if not is_open:
                continue
            for number, one in found[:_SHOWN]:
                yield Option(self._written(number, one), id=str(number))

    def _written(self, number: int, one: Finding) -> Content:
        mark = "" if one.fix is None else "[x] " if number in self._marked else "[ ] "
        place = visible(one.place.removeprefix(self._root), newlines=False)
        parts: list[tuple[str, str] | str] = [
            (mark, "bold"),
            (place, _STYLES[one.severity]),
            (f"  {one.severity}\n", "$text-muted"),
            f"{_sentence(one.reason)}\n",
            (_sentence(one.remedy), "$text-muted"),
        ]
        if one.advice is not None:
            told = (visible(line, newlines=False) for line in one.advice.told)
            parts.append(("".join(f"\n  {line}" for line in told), "$text-muted"))
        if one.fix is not None:
            parts.append((f"\nMending {visible(one.fix.what, newlines=False)}.", "$text-success"))
        return Content.assemble(*parts, "\n")


def _heading(kind: str, found: Sequence[Finding], *, is_open: bool) -> Content:
    worst = max((one.severity for one in found), key=list(Severity).index)
    fixable = sum(one.fix is not None for one in found)
    cut = f", of which {_SHOWN} are shown; `studyapp doctor` lists all" if is_open and len(found) > _SHOWN else ""
    return Content.assemble(
        f"{'▾' if is_open else '▸'} ",
        (KINDS.get(kind, kind), _STYLES[worst]),
        (f"  {len(found):,}", "bold"),
        (cut, "$text-muted"),
        (f", {fixable:,} can be mended" if fixable else "", "$text-success"),
        "\n" if is_open else "",
    )


def _sentence(text: str) -> str:
    said = visible(text, newlines=False)
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?")) else ".")
