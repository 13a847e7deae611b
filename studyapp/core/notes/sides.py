"""A question's text → the number of its cards, and their fronts and backs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.clozes import MOST_CARDS, Cloze, ClozePatterns
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import WHITE_SPACE

_MOST_TEXT = 20_000_000
"""The most characters of the fronts of one question's cards together."""
_MOST_WORK, _MOST_WORK_EACH = 50_000_000, 100
"""Characters that may be copied to make the cards of a note, and as many more for each character that it has; a
tenth of a second, and as much for each megabyte."""


class Notation(Struct, frozen=True):
    """What is put around the parts of a card: the cloze asked for, a hidden one, the answer."""

    asked: tuple[str, str]
    hidden: tuple[str, str]
    answer: tuple[str, str]


NEUTRAL = Notation(("[", "]"), ("(", ")"), ("{{", "}}"))


class Effort:
    """The effort allowed for the cards of one note: a few hundred clozes can ask for more than a day has."""

    def __init__(self, size: int) -> None:
        """Start a note with that many characters."""
        self.left = _MOST_WORK + _MOST_WORK_EACH * size

    def allows(self, copied: int) -> bool:
        """Whether that many characters may still be copied; if so, they are counted."""
        if copied > self.left:
            return False
        self.left -= copied
        return True


NUMBERS = {Kind.SINGLE_BASIC: 1, Kind.SINGLE_REVERSED: 2, Kind.MULTI_BASIC: 1, Kind.MULTI_REVERSED: 2}
"""The number of cards of each kind of question; the others have one for each cloze."""


def sides(kind: Kind, body: str, settings: Settings, clozes: Clozes | None = None) -> list[tuple[str, str]]:
    """The front and the back of each card of a question; `clozes` are its own, if already known."""
    match kind:
        case Kind.SINGLE_BASIC:
            return [_cut_line(body, settings.single_line_card_separator)]
        case Kind.SINGLE_REVERSED:
            front, back = _cut_line(body, settings.single_line_reversed_card_separator)
            return [(front, back), (back, front)]
        case Kind.MULTI_BASIC:
            return [_cut(body.split("\n"), settings.multiline_card_separator)]
        case Kind.MULTI_REVERSED:
            front, back = _cut(body.split("\n"), settings.multiline_reversed_card_separator)
            return [(front, back), (back, front)]
        case Kind.CLOZE:
            return (clozes or Clozes.of(body, settings)).sides()


def _cut_line(text: str, separator: str) -> tuple[str, str]:
    """The text before and after the first separator.

    If the separator is only in the schedule comment (`->` in `-->`), the plugin cuts at position -1.
    """
    place = text.find(separator)
    return text[: max(place, 0)], text[place + len(separator) :]


def _cut(lines: Sequence[str], separator: str) -> tuple[str, str]:
    """The text above and below the first separator line."""
    for number, line in enumerate(lines):
        if line.strip(WHITE_SPACE) == separator:
            return "\n".join(lines[:number]), "\n".join(lines[number + 1 :])
    return "", ""


class Clozes(Struct, frozen=True):
    """The clozes of a question, all of one form."""

    text: str
    """The question's."""
    found: tuple[Cloze, ...]
    cards: int
    """How many cards they make; 0 if too many."""

    @classmethod
    def of(cls, text: str, settings: Settings, effort: Effort | None = None) -> Clozes:
        """Find those of a question; the effort is what is left for its note."""
        found = ClozePatterns.of(settings.cloze_patterns).clozes_of(text)
        return cls(text, tuple(found), _count(text, found, effort or Effort(len(text))) if found else 0)

    @property
    def all_hidden(self) -> str:
        """The text with every cloze as it looks when it is asked for."""
        return _sides(self.text, self.found, ["a"] * len(self.found), NEUTRAL)[0]

    def sides(self, notation: Notation = NEUTRAL) -> list[tuple[str, str]]:
        """The front and the back of each card, with something put around its parts."""
        if not self.cards:
            return []
        text, clozes = self.text, self.found
        match _form_of(clozes):
            case "numbered":
                numbers = list(map(_number, clozes))
                made = {
                    asked: _sides(text, clozes, ["a" if number == asked else "s" for number in numbers], notation)
                    for asked in {-1, *numbers}
                }
                return [made.get(n, made[-1]) for n in range(1, self.cards + 1)]
            case "overlapping":
                return [
                    _sides(text, clozes, [cloze.order[n : n + 1] for cloze in clozes], notation)
                    for n in range(self.cards)
                ]
        return _plain_at_once(text, clozes, notation) or [
            _sides(text, clozes, ["a" if n == m else "s" for m in range(self.cards)], notation)
            for n in range(self.cards)
        ]


def _form_of(clozes: Sequence[Cloze]) -> str:
    order = clozes[0].order
    return "plain" if not order else "overlapping" if order[0] in "ash" else "numbered"


def _number(cloze: Cloze) -> int:
    """The number of a numbered cloze; one with too many digits gets a number that is too large."""
    digits = cloze.order.lstrip("0") or "0"
    return int(digits) if len(digits) <= len(str(MOST_CARDS)) else MOST_CARDS + 1


def _count(text: str, clozes: Sequence[Cloze], effort: Effort) -> int:
    """How many cards clozes make; 0 if too many."""
    match _form_of(clozes):
        case "numbered":
            numbers = list(map(_number, clozes))
            count = max(numbers)
            different = min(count, len(set(numbers)) + 1)
            return count if count <= MOST_CARDS and _can_be_made(text, clozes, different, effort) else 0
        case "overlapping":
            count = max(len(cloze.order) for cloze in clozes)
            return count if _can_be_made(text, clozes, count, effort) else 0
    count = len(clozes)
    most = count * len(text)
    if count > MOST_CARDS or most > _MOST_TEXT:
        return 0
    if _replacing(text, clozes, count) <= _MOST_WORK_EACH * len(text):
        return count  # nearly all questions: so little that it need not be known which way they are made
    if not effort.allows(most):
        return 0
    return count if _plain_at_once(text, clozes, NEUTRAL) or _can_be_made(text, clozes, count, effort) else 0


def _plain_at_once(text: str, clozes: Sequence[Cloze], notation: Notation) -> list[tuple[str, str]]:
    """The cards of plain clozes, made by cutting one text; empty if replacing one by one might differ.

    It does if replacing forms a new opening, which a later cloze could be taken for.
    """
    opening = clozes[0].opening if clozes else ""
    if not opening or any(cloze.opening != opening for cloze in clozes):
        return []
    near = len(opening) - 1
    parts: list[str] = []
    places: list[int] = []
    end = length = 0
    for cloze in clozes:
        parts += (text[end : cloze.place], cloze.answer)
        length += cloze.place - end
        end = cloze.place + len(cloze.raw)
        places.append(length)
        length += len(cloze.answer)
    shown = "".join((*parts, text[end:]))

    made: list[tuple[str, str]] = []
    for cloze, start in zip(clozes, places, strict=True):
        end = start + len(cloze.answer)
        asked, answer = (cloze.hint or "...").join(notation.asked), cloze.answer.join(notation.answer)
        behind = cloze.place + len(cloze.raw)
        for piece in (cloze.answer, asked, answer) if len(clozes) > 1 else ():
            for after in (text[behind : behind + near], shown[end : end + near]):
                if opening in shown[max(0, start - near) : start] + piece + after:
                    return []
        made.append((shown[:start] + asked + shown[end:], shown[:start] + answer + shown[end:]))
    return made


def _can_be_made(text: str, clozes: Sequence[Cloze], different: int, effort: Effort) -> bool:
    """Whether the cards of a question are few enough, and small enough, to be made."""
    return different <= MOST_CARDS and effort.allows(_replacing(text, clozes, different))


def _replacing(text: str, clozes: Sequence[Cloze], different: int) -> int:
    """The characters copied if clozes are replaced one by one."""
    return different * len(clozes) * (len(text) + 500)


def _sides(text: str, clozes: Sequence[Cloze], roles: list[str], notation: Notation) -> tuple[str, str]:
    front = back = text
    for cloze, role in zip(clozes, roles, strict=True):
        if role == "a":
            front = _replace(front, cloze.raw, (cloze.hint or "...").join(notation.asked))
            back = _replace(back, cloze.raw, cloze.answer.join(notation.answer))
        elif role == "h":
            hidden = (cloze.hint or "...").join(notation.hidden)
            front, back = _replace(front, cloze.raw, hidden), _replace(back, cloze.raw, hidden)
        else:
            front, back = _replace(front, cloze.raw, cloze.answer), _replace(back, cloze.raw, cloze.answer)
    return front, back


def _replace(text: str, old: str, new: str) -> str:
    """Replace the first occurrence; `$$` stays `$$`, which the plugin's own replacing turns into `$`."""
    return text.replace(old, new, 1)
