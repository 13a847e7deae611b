"""Reads TeX from left to right: groups, scripts and characters. Subclasses define the commands."""

from __future__ import annotations

import re
from typing import Final

from studyapp.tui.render.boxes import EMPTY, Box, text
from studyapp.tui.render.formula import MAX_DEPTH, DoubtError
from studyapp.tui.render.formula_items import Item, row_of, sign_of, with_scripts
from studyapp.tui.render.symbols import SYMBOLS

_TOKEN: Final = re.compile(r"\\([A-Za-z]+\*?|.)[ \t\n]*|([{}^_&\[\]])|([ \t\n]+)|([^\\{}^_&\[\]\s])", re.DOTALL)


class FormulaReader:
    """Reads a formula's source; subclasses define what its commands mean."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = self.commands = 0

    def rows(self) -> list[list[Item]]:
        r"""The whole source, divided at `\\`."""
        rows = [self.row(frozenset({"\\\\"}))]
        while self.position < len(self.source):
            self._take("\\\\")
            rows.append(self.row(frozenset({"\\\\"})))
        return [row for row in rows if row] or [[]]

    def row(self, ends: frozenset[str]) -> list[Item]:
        """Items up to one of the ends, which is not consumed."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise DoubtError
        items: list[Item] = []
        while self.position < len(self.source) and not any(self._at(end) for end in ends):
            if self.source[self.position] in "^_":
                self._scripts(items)
            elif (item := self._item()) is not None:
                items.append(item)
        self.depth -= 1
        while items and items[-1].kind == "blank":
            items.pop()
        return items

    def _at(self, end: str) -> bool:
        if not self.source.startswith(end, self.position):
            return False
        following = self.source[self.position + len(end) : self.position + len(end) + 1]
        return not (end[-1].isalpha() and end[0] == "\\" and following.isalpha())

    def _take(self, word: str) -> None:
        if not self._at(word):
            raise DoubtError
        self.position += len(word)

    def _skip_blanks(self) -> None:
        while self.position < len(self.source) and self.source[self.position] in " \t\n":
            self.position += 1

    def group(self) -> Box:
        """The argument of a command: a group or a single character."""
        return row_of(self.group_items())

    def group_items(self) -> list[Item]:
        """The same, not yet joined."""
        self._skip_blanks()
        if self.position >= len(self.source) or self.source[self.position] in "}^_&":
            raise DoubtError
        if self.source[self.position] != "{":
            item = self._item()
            if item is None:
                raise DoubtError
            return [item if item.kind == "tall" else item._replace(kind="plain")]
        self.position += 1
        items = self.row(frozenset("}"))
        self._take("}")
        return items

    def words(self) -> str:
        """The argument of a command as written: text, or a name."""
        self._skip_blanks()
        self._take("{")
        end = self.source.find("}", self.position)
        inside = self.source[self.position : end]
        if end < 0 or any(sign in inside for sign in "\\{$^_"):
            raise DoubtError
        self.position = end + 1
        return inside

    # Scripts

    def _scripts(self, items: list[Item]) -> None:
        """Attach the scripts that follow to the item before them."""
        while items and items[-1].kind == "blank":
            items.pop()
        base = items.pop() if items else Item(EMPTY)
        if base.box is EMPTY or base.kind in ("binary", "relation", "punct", "open"):
            raise DoubtError  # a script needs a base
        found: dict[str, Box] = {}
        while self.position < len(self.source) and self.source[self.position] in "^_":
            mark = self.source[self.position]
            if mark in found:
                raise DoubtError
            self.position += 1
            found[mark] = self.group()
            self._skip_blanks()
        items.append(base._replace(box=with_scripts(base, found.get("_"), found.get("^"))))

    # Single items

    def _item(self) -> Item | None:
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            raise DoubtError
        command, bracket, blank, char = match.groups()
        if bracket == "{":
            items = self.group_items()
            return Item(row_of(items))
        self.position = match.end()
        if blank:
            return None
        if bracket in ("[", "]"):
            return Item(text(bracket), "open" if bracket == "[" else "close")
        if bracket:
            raise DoubtError  # `}` and `&` where nothing waits for them
        if char:
            return sign_of(char)
        return self._command(command or "")

    def _command(self, name: str) -> Item | None:
        self.commands += 1  # nested ones: their arguments need no braces
        if self.commands > MAX_DEPTH:
            raise DoubtError
        item = self._made(name)
        self.commands -= 1
        return item

    def _made(self, name: str) -> Item | None:
        """What a command shows, arguments included; None if it shows nothing."""
        raise NotImplementedError

    def _delimiter(self) -> str:
        self._skip_blanks()
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            raise DoubtError
        self.position = match.end()
        command, bracket, blank, char = match.groups()
        sign = SYMBOLS.get(command, "") if command else bracket or char or ""
        if command == "|":
            sign = "‖"
        if sign == ".":
            return ""
        if blank or sign not in "()[]{}|‖⟨⟩⌊⌋⌈⌉/" or not sign:
            raise DoubtError
        return sign
