"""A typed query → what it means, or what is wrong with it, where, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final, TypeVar

from studyapp.core.log.marks import FLAGS
from studyapp.core.notes.blocks import Kind
from studyapp.core.schedule.entries import Grade
from studyapp.core.text.folded import fold
from studyapp.study.search.patterns import wrong
from studyapp.study.search.tokens import FIELDS, KEYS, NUMBER, OTHER_KEYS, QueryError, Token, tokens
from studyapp.study.search.tree import (
    Added,
    All,
    Being,
    Compare,
    Edited,
    Field,
    Flagged,
    Introduced,
    Is,
    Node,
    Not,
    OneOf,
    Pattern,
    Reviewed,
    Text,
    Typed,
    Where,
)
from studyapp.study.stats.period import Period, PeriodError, period

T = TypeVar("T")

_DEEPEST: Final = 10
"""The deepest nesting; SQLite parses some fifteen levels."""
_MOST: Final = 300
"""The most words and signs of a query; SQLite takes no condition of more than a thousand parts."""
_SIGNS: Final = {"<=": "<=", ">=": ">=", "!=": "!=", "<": "<", ">": ">", "=": "=", ":": "="}
_STATES: Final = {**{str(state): state for state in Is}, "learning": Is.LEARN, "flag": Is.FLAGGED}
_UNITS: Final = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}
"""Days."""
_DAYS: Final = {Field.DUE, Field.INTERVAL, Field.STABILITY}
_DAY_NAMES: Final = {"today": 0, "tomorrow": 1, "yesterday": -1}


def parse_query(query: str, today: date) -> Node:
    """Parse a query typed on a day; QueryError if it is invalid."""
    return _Parser(query, today).parse()


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, query: str, today: date) -> None:
        self._query = query
        self._today = today
        self._tokens = tokens(query)
        self._at = 0

    def parse(self) -> Node:
        if not self._tokens:
            return All()
        if len(self._tokens) > _MOST:
            said = "this query is too long"
            raise QueryError(self._tokens[_MOST].at, said, f"use at most {_MOST} words and signs")
        node = self._any(0)
        if (left := self._peek()) is not None:
            raise QueryError(left.at, "this `)` has no `(`", "remove it, or quote it to search for it")
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _any(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while (token := self._peek()) is not None and token.kind == "or":
            self._at += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def _all(self, depth: int) -> Node:
        parts: list[Node] = []
        while (token := self._peek()) is not None and token.kind not in ("or", ")"):
            self._at += 1
            if token.kind != "and":
                parts.append(self._one(token, depth))
            elif not parts or (following := self._peek()) is None or following.kind in ("or", ")", "and"):
                raise _empty(token)
        if not parts:
            before = self._tokens[self._at - 1] if self._at else None
            token = before if before is not None and before.kind == "or" else self._peek() or before
            assert token is not None
            raise _empty(token)
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, token: Token, depth: int) -> Node:
        if depth > _DEEPEST:
            raise QueryError(token.at, "this is nested too deeply", f"use at most {_DEEPEST} levels")
        if token.kind == "-":
            following = self._peek()
            if following is None or following.kind in ("or", "and", ")"):
                raise QueryError(token.at, "nothing follows this `-`", 'name what to leave out, or write "-"')
            self._at += 1
            return Not(self._one(following, depth + 1))
        if token.kind == "(":
            if (following := self._peek()) is None:
                raise QueryError(token.at, "this `(` is not closed", "add a `)`, or quote it to search for it")
            if following.kind == ")":
                raise QueryError(
                    token.at, "there is nothing between these parentheses", "put a search in, or quote it"
                )
            inner = self._any(depth + 1)
            closing = self._peek()
            if closing is None:
                raise QueryError(token.at, "this `(` is not closed", "add a `)`, or quote it to search for it")
            self._at += 1
            return inner
        return self._term(token)

    def _term(self, token: Token) -> Node:
        if not token.name:
            return Text(fold(token.text))
        if token.sign == ":" and token.name in (*KEYS, *OTHER_KEYS):
            return self._keyed(token)
        if token.name in FIELDS:
            return self._compare(token, FIELDS[token.name])
        names = [*KEYS, *OTHER_KEYS] if token.sign == ":" else [*FIELDS]
        near = get_close_matches(token.name, names, n=1, cutoff=0.5)
        meant = f"did you mean `{near[0]}{token.sign}`?" if near else f"there are {', '.join(names)}."
        whole = self._query[token.at : token.at + len(token.name) + len(token.sign)]
        raise QueryError(token.at, f"there is no `{whole}`", f'{meant} To search for the text, quote it: "{whole}…"')

    def _keyed(self, token: Token) -> Node:
        """The condition for a name and a colon."""
        match token.name:
            case "is":
                return _being(token)
            case "reviewed":
                return Reviewed(self._period(token, token.text))
            case "introduced":
                return Introduced(self._period(token, token.text))
            case "added":
                return Added(self._period(token, token.text))
            case "edited":
                return Edited(self._period(token, token.text))
            case "rated":
                return self._rated(token)
            case "type":
                return Typed(_named(token, _TYPES, "types"))
            case "flag":
                return Flagged(_named(token, _FLAGS, "flags"))
            case "re":
                return _pattern(token)
        return _path(token, KEYS[token.name])

    def _period(self, token: Token, text: str) -> Period:
        try:
            return period("1d" if text == "today" else f"{text}d" if text.isdecimal() else text, self._today)
        except PeriodError:
            name = token.name
            remedy = f"write {name}:7d, {name}:today or {name}:2026-11"
            said = f"`{text}` is not a time" if text else "a time is missing here"
            raise QueryError(token.at + len(name) + 1, said, remedy) from None

    def _rated(self, token: Token) -> Node:
        """A time, a grade, or both: `7d`, `again`, `7d:again`; with a time, grades may be numbers."""
        when, colon, how = token.text.lower().partition(":")
        if not colon and when in set(Grade):
            return Reviewed(Period(None, self._today), Grade(when))
        found = self._period(token, when)
        if not colon:
            return Reviewed(found)
        grade = _GRADES.get(how)
        if grade is None:
            at = token.at + len("rated:") + len(when) + 1
            said = f"`{how}` is not a grade" if how else "a grade is missing here"
            raise QueryError(at, said, f"there are {', '.join(Grade)}")
        return Reviewed(found, grade)

    def _compare(self, token: Token, field: Field) -> Node:
        at = token.at + len(token.name) + len(token.sign)
        text = token.text.lower()
        sign = _SIGNS[token.sign]
        if field is Field.DUE:
            if text in _DAY_NAMES:
                return Compare(field, sign, _DAY_NAMES[text])
            try:
                return Compare(field, sign, (date.fromisoformat(text) - self._today).days)
            except ValueError:
                pass
        found = NUMBER.fullmatch(text)
        example = f"`{token.name}{token.sign}{_EXAMPLES[field]}`"
        if not text:
            raise QueryError(at, "a number is missing here", f"write for example {example}")
        if found is None:
            raise QueryError(at, f"`{token.text}` is not a number", f"write for example {example}")
        number, unit = float(found[1]), found[2]
        if field in _DAYS and unit in _UNITS:
            return Compare(field, sign, number * _UNITS[unit])
        if unit and not (field is Field.EASE and unit == "%"):
            raise QueryError(at + len(found[1]), f"`{unit}` does not fit here", f"write for example {example}")
        return Compare(field, sign, number)


_EXAMPLES: Final = {
    Field.DUE: "7d",
    Field.INTERVAL: "30d",
    Field.EASE: "180",
    Field.STABILITY: "10",
    Field.DIFFICULTY: "7.5",
    Field.LAPSES: "3",
    Field.REPS: "10",
}


_GRADES: Final = {name: grade for number, grade in enumerate(Grade, 1) for name in (str(grade), str(number))}
_SINGLE: Final = frozenset({Kind.SINGLE_BASIC, Kind.SINGLE_REVERSED})
_REVERSED: Final = frozenset({Kind.SINGLE_REVERSED, Kind.MULTI_REVERSED})
_TYPES: Final = {
    "basic": frozenset({Kind.SINGLE_BASIC, Kind.MULTI_BASIC}),
    "reversed": _REVERSED,
    "cloze": frozenset({Kind.CLOZE}),
    "single": _SINGLE,
    "multi": frozenset(Kind) - _SINGLE - {Kind.CLOZE},
}
_FLAGS: Final = {text: int(text) for text in FLAGS}


def _named(token: Token, names: Mapping[str, T], what: str) -> T:
    """The value that a name stands for."""
    if (found := names.get(token.text.lower())) is not None:
        return found
    near = get_close_matches(token.text.lower(), names, n=1)
    meant = f"did you mean {token.name}:{near[0]}?" if near else f"{what} are {', '.join(names)}"
    said = f"there is no {token.name} `{token.text}`" if token.text else "a name is missing here"
    raise QueryError(token.at + len(token.name) + 1, said, meant)


def _pattern(token: Token) -> Node:
    at = token.at + len("re:")
    if not token.text:
        raise QueryError(at, "a pattern is missing here", 'write for example re:"rank \\d+"')
    if why := wrong(token.text):
        raise QueryError(at, f"this pattern {why}", "write a simpler one, or search for words")
    return Pattern(token.text)


def _empty(token: Token) -> QueryError:
    if token.kind in ("or", "and"):
        name = token.kind
        return QueryError(
            token.at, f"`{name}` needs something on both sides", f'add it, or write "{name}" to search for the word'
        )
    return QueryError(token.at, "something is missing before this", "add what to search for, or remove it")


def _path(token: Token, where: Where) -> Node:
    is_open = token.text.endswith("*") and not token.quoted
    text = fold(token.text.removesuffix("*") if is_open else token.text)
    if where is Where.TAG:
        text = text.removeprefix("#")
    if where is not Where.NOTE:
        text = text.strip("/") if not is_open else text.lstrip("/")
    if not text and not is_open:
        at = token.at + len(token.name) + 1
        raise QueryError(at, f"a name is missing after `{token.name}:`", f"write for example {token.name}:lora")
    return Text(text, where, is_open)


def _being(token: Token) -> Node:
    state = _STATES.get(token.text.lower())
    if state is not None:
        return Being(state)
    near = get_close_matches(token.text.lower(), _STATES, n=1)
    meant = f"did you mean is:{near[0]}?" if near else f"there are {', '.join(Is)}"
    at = token.at + len("is:")
    what = f"`{token.text}` is not a state of cards" if token.text else "a state of cards is missing here"
    raise QueryError(at, what, meant)


HELP: Final = (
    ("gradient descent", "both words, anywhere in front or back, even inside other words"),
    ('"soft prompt"', "these words in this order"),
    ("-softmax", "not that; also before anything below, or before ( )"),
    ("lora or adapter", "either of them; ( ) group"),
    ("deck:flashcards/peft", "a deck and its subdecks; deck:fl* matches a prefix"),
    ("tag:exam", "notes with that tag or a nested one; tag:ex*"),
    ("note:lora", "notes with that in their path"),
    ("is:due is:new is:learn", "due, never reviewed, or without an interval yet"),
    ("is:young is:mature", "an interval below 21 days, or of 21 or more"),
    ("is:leech is:suspended", "marked so; also is:buried, is:flagged"),
    ("due<7d due=0 due<0", "in days from today; overdue is below 0; also due<2026-12-24"),
    ("ivl>30 ease<180 lapses>3", "the interval in days, the ease in per cent, how often forgotten"),
    ("s<10 d>7", "stability in days and difficulty, of cards that FSRS schedules"),
    ("reviewed:7d", "graded in the last 7 days; reviewed:today, reviewed:2026-11"),
    ("rated:again rated:7d:hard", "graded so, ever or in that time"),
    ("introduced:7d", "graded for the first time in that time"),
    ("added:7d", "in notes made in that time: by `created` or `date` in the note, else by its file, if known"),
    ("edited:7d", "in notes whose file changed in that time; a grade changes it too"),
    ("type:cloze", "the kind of question; also basic, reversed, single, multi"),
    ("flag:2", "with the flag of that number, from 1 to 7"),
    ('re:"rank \\d+"', "a regular expression that matches the front or back"),
)
"""What can be searched for: examples with what they find."""
