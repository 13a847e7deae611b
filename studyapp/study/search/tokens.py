"""A query as tokens: words, quoted texts, names with signs, groups, and what joins them."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from studyapp.core.errors import MisuseError
from studyapp.study.search.tree import Field, Where

KEYS: Final = {"deck": Where.DECK, "tag": Where.TAG, "note": Where.NOTE}
OTHER_KEYS: Final = ("is", "reviewed", "rated", "introduced", "added", "edited", "type", "flag", "re")
"""The names that stand before a colon."""
FIELDS: Final = {
    **{str(field): field for field in Field},
    "interval": Field.INTERVAL,
    "stability": Field.STABILITY,
    "difficulty": Field.DIFFICULTY,
}
"""The names of numbers, before any sign."""
_NAMED: Final = re.compile(r"([A-Za-z]+)(<=|>=|!=|[<>=:])")
NUMBER: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))([a-z%]*)", re.ASCII)


class QueryError(MisuseError):
    """A query is invalid."""

    def __init__(self, at: int, what: str, remedy: str) -> None:
        """Say what is wrong with a query at a character, from 0, and what would be right."""
        super().__init__(f"character {at + 1}: {what}; {remedy}")
        self.at = at


class Token(Struct, frozen=True):
    """A piece of a query."""

    kind: str
    """`(`, `)`, `-`, `or`, `and`, or `term`."""
    at: int
    text: str = ""
    """Of a term: its text, without quotes."""
    name: str = ""
    """Of a term: what precedes its sign, in lower case."""
    sign: str = ""
    quoted: bool = False


def tokens(query: str) -> list[Token]:
    """The tokens of a query, in order; QueryError for an unclosed quote."""
    found: list[Token] = []
    at = depth = 0
    while at < len(query):
        char = query[at]
        if char.isspace():
            at += 1
        elif char == "(":
            depth += 1
            found.append(Token("(", at))
            at += 1
        elif char == ")":
            depth -= 1
            found.append(Token(")", at))
            at += 1
        elif char == "-" and at + 1 < len(query) and not query[at + 1].isspace():
            found.append(Token("-", at))
            at += 1
        else:
            token, at = _read_term(query, at, grouped=depth > 0)
            found.append(token)
    return found


def _read_term(query: str, start: int, *, grouped: bool) -> tuple[Token, int]:
    """Read a word, a quoted text, or a name with its sign and value."""
    name = sign = ""
    at = start
    if (match := _NAMED.match(query, start)) and _is_name(match, query):
        name, sign, at = match[1].lower(), match[2], match.end()
    if query[at : at + 1] == '"':
        text, end = _read_quoted(query, at)
        return Token("term", start, text, name, sign, quoted=True), end
    text, end = _read_word(query, at, grouped=grouped)
    if not name and text.lower() in ("or", "and"):
        return Token(text.lower(), start), end
    return Token("term", start, text, name, sign), end


def _is_name(match: re.Match[str], query: str) -> bool:
    """Separate a name with its sign from a text that looks like one, such as `a::b`, `https://…` or `x<y`."""
    name, sign = match[1].lower(), match[2]
    following = query[match.end() :]
    if len(name) == 1:  # `s<10`, but not the text `s:t` or `d>k`
        return name in FIELDS and sign != ":" and (not following.strip() or NUMBER.match(following) is not None)
    if name in FIELDS or (sign == ":" and (name in KEYS or name in OTHER_KEYS)):
        return True
    if sign == ":":
        return following[:1] not in ("", ":", "/", " ", ")")
    return NUMBER.match(following) is not None


def _read_quoted(query: str, start: int) -> tuple[str, int]:
    pieces: list[str] = []
    at = start + 1
    while at < len(query):
        if query[at] == "\\" and query[at + 1 : at + 2] in ('"', "\\"):
            pieces.append(query[at + 1])
            at += 2
        elif query[at] == '"':
            return "".join(pieces), at + 1
        else:
            pieces.append(query[at])
            at += 1
    raise QueryError(start, "this quote is not closed", 'add a `"` at its end')


def _read_word(query: str, start: int, *, grouped: bool) -> tuple[str, int]:
    """Read up to a space, or up to the `)` of a group that the word is in; `f(x)` is one word."""
    at = start
    inside = 0
    while at < len(query) and not query[at].isspace():
        if query[at] == "(":
            inside += 1
        elif query[at] == ")":
            if not inside and (grouped or at == start):
                break
            inside = max(0, inside - 1)
        at += 1
    return query[start:at], at
