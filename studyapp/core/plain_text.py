"""A card's Markdown as lines to listen to: marks that only say how something looks are left out.

Mathematics stays as it was written, since that is what a screen reader's user types as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from studyapp.core.visible import visible

_FENCE: Final = re.compile(r"\s*(?P<mark>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")
_QUOTE: Final = re.compile(r"^(?:\s{0,3}>\s?)+")
_CALLOUT: Final = re.compile(r"^\[!(?P<kind>[^\]]+)\][+-]?\s*(?P<title>.*)$")
_TABLE_RULE: Final = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$")
_RULE: Final = re.compile(r"^\s*([-*_])(?:\s*\1){2,}\s*$")
_TASK: Final = re.compile(r"^(\s*(?:[-*+]|\d+[.)]))\s+\[(.)\]\s+")
_HEADING: Final = re.compile(r"^\s{0,3}#{1,6}\s+")
_MATHS: Final = re.compile(r"(\$\$?(?=\S).+?(?<=\S)\$\$?|`+[^`]+`+)")
_INLINE: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"<!--.*?-->|%%.*?%%"), ""),
    (re.compile(r"\s\^[A-Za-z0-9-]+\s*$"), ""),
    (re.compile(r"!\[\[(?:[^\]|]*\|(?=\D))?([^\]|]*)(?:\|[^\]]*)?\]\]"), r"(image: \1)"),
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"(image: \1)"),
    (re.compile(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]"), r"\1"),
    (re.compile(r"\[\^([^\]]+)\]"), r" (footnote \1)"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\*\*|__|==|~~|\*(?=\w)|(?<=\w)\*|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)"), ""),
    (re.compile(r"</?(?:br|p|div|span|b|i|u|em|strong|sup|sub|kbd|mark)\b[^>]*>"), ""),
)


def spoken(markdown: str, *, labels: bool = True) -> list[str]:
    """The lines of a text, without those that hold nothing to listen to.

    Args:
        markdown: the text.
        labels: whether to say what is a callout, a row, code, a task.
    """
    return [line for line in _lines(visible(markdown).splitlines(), labels=labels) if line.strip()]


def _lines(lines: Iterable[str], *, labels: bool) -> Iterator[str]:
    fence = ""
    for raw in lines:
        line = _QUOTE.sub("", raw)
        opened = _FENCE.match(line)
        if fence:
            closed = opened is not None and opened["mark"].startswith(fence) and not opened["language"]
            fence = "" if closed else fence
            yield ("End of code." if labels else "") if closed else line
        elif opened is not None:
            fence = opened["mark"]
            language = f" in {opened['language']}" if opened["language"] else ""
            yield f"Code{language}:" if labels else ""
        else:
            yield _line(line, quoted=line != raw, labels=labels)


def _line(line: str, *, quoted: bool, labels: bool) -> str:
    callout = _CALLOUT.match(line) if quoted else None
    if callout is not None:
        title = inline(callout["title"])
        if not labels:
            return title
        return f"{callout['kind'].partition('|')[0].capitalize()}: {title}".rstrip(": ") + ("" if title else ":")
    if _TABLE_RULE.match(line) or _RULE.match(line):
        return ""
    if line.strip().startswith("|"):
        return ("Row: " if labels else "") + "; ".join(
            inline(cell.strip()) for cell in line.strip().strip("|").split("|")
        )
    line = _TASK.sub(lambda task: _task(task) if labels else f"{task[1]} ", line)
    return inline(_HEADING.sub("", line))


def _task(task: re.Match[str]) -> str:
    return f"{task[1]} {'to do' if task[2] == ' ' else 'done'}: "


def inline(text: str) -> str:
    """One line without its marks; formulas and code as they are, the latter without backticks."""
    parts = _MATHS.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            parts[number] = part.strip("`") if part.startswith("`") else part
            continue
        for pattern, instead in _INLINE:
            part = pattern.sub(instead, part)  # noqa: PLW2901 - one after the other
        parts[number] = part
    return "".join(parts).rstrip()


def with_gaps(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """A cloze's text with its gaps in words: the one that is asked with its hint, those that stay hidden."""
    pieces: list[str] = []
    end = 0
    for start, stop, style in spans:
        hint = text[start:stop]
        gap = {"cloze-asked": "[gap]" if hint == "..." else f"[gap: {hint}]", "cloze-hidden": "[hidden]"}
        pieces += [text[end:start], gap.get(style, hint)]
        end = stop
    return "".join([*pieces, text[end:]])
