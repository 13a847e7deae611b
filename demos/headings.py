"""Which methods a heading, a title or a question names.

A text that is a method's name, whatever its markup, means it. So does one that holds the name among other words, as
"LoRA basics" and "LoRA vs. full finetuning" do, if the name cannot well mean something else: names of two words and
more, and names with a capital inside, such as LoRA, also at the end of a longer one, such as QLoRA. A name that is an
ordinary word, such as Adapters, counts only among words that say nothing ("Adapters: an introduction") or beside
another method ("LoRA and adapters"); "Ports and adapters" is about something else. So is LoRa, the radio.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_COMMENT = re.compile(r"%%.*?%%|<!--.*?-->")
_WIKILINK = re.compile(r"!?\[\[([^\]|]*?)(?:\|([^\]]*))?\]\]")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<[^<>]*>")
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*[.):]?|[ivxlc]+[.)])\s+")
_BLOCK_ID = re.compile(r"\s\^[\w-]+\s*$")
_CLOSING = re.compile(r"\s+#+\s*$")
_MARKUP = {ord(mark): "" for mark in "*`~$\\"} | {ord(mark): " " for mark in "_-‐‑‒–—#"}
_WORD = re.compile(r"[^\W_]+")
_LONGER = re.compile(r"[A-Za-z]{1,5}")
"""What may stand before a name with a capital inside and make it the name of a variant."""

_NOTHING = re.compile(
    "a|an|and|are|about|basics?|be|definition|details?|do|does|exercises?|explained|examples?|explanation|for|from|how|"
    "i|ideas?|ii|in|into|intro|introduction|is|it|its|main|methods?|notes?|of|on|one|or|overview|paper|part|practice|"
    "questions?|recap|summary|the|to|tutorial|understanding|use|used|using|versus|vs|was|we|what|when|which|why|with|"
    r"works?|you|your|\d+"
)
"""Words that leave open what a heading is about."""


@lru_cache(1024)
def plain_name(text: str) -> str:
    """Reduce a heading, title or alias to the words that it is compared by: no markup, no case, no trailing stars."""
    return " ".join(_bare(text).casefold().split())


def spellings(name: str) -> Iterable[str]:
    """A name as it stands, then without its numbering, its remark in parentheses, and what follows a colon."""
    plain = plain_name(name)
    bare = _NUMBERING.sub("", plain)
    outside = re.sub(r"\s*\([^()]*\)", "", bare).strip()
    inside = re.findall(r"\(([^()]*)\)", bare)
    return dict.fromkeys(s.strip() for s in (plain, bare, outside, bare.split(":")[0], *inside) if s.strip())


def same_case(text: str, names: Iterable[str]) -> bool:
    """Whether a text writes a name with a capital inside as it is written, or in one case: LoRa is not LoRA."""
    words = _WORD.findall(_bare(text))
    capital = {name for name in names if _has_capital_inside(name)}
    other = {word for word in words for name in capital if word.casefold() == name.casefold() and word != name}
    return all(word in (word.lower(), word.upper()) for word in other)


def mentioned(text: str, methods: Sequence[tuple[T, Sequence[str]]]) -> list[T]:
    """Find the methods that a text names among other words, in the order in which it names them."""
    words = _joined(_WORD.findall(_bare(text)))
    plain = [_singular(word.casefold()) for word in words]
    given = dict.fromkeys(
        (wanted, name, place)
        for place, (_, names) in enumerate(methods)
        for name in names
        if (wanted := _of_name(name)) and (wanted[0] in plain or (len(wanted) == 1 and _has_capital_inside(name)))
    )
    taken: dict[int, list[tuple[int, str]]] = {}
    """By the word at which a name begins: the methods that have it, and the name."""
    used: set[int] = set()
    for wanted, name, place in sorted(given, key=lambda one: -len(one[0])):
        for at in range(len(plain) - len(wanted) + 1):
            here = range(at, at + len(wanted))
            free = used.isdisjoint(here) or any(len(_of_name(other)) == len(wanted) for _, other in taken.get(at, ()))
            if free and _is(words[at : at + len(wanted)], plain[at : at + len(wanted)], wanted, name):
                taken.setdefault(at, []).append((place, name))
                used.update(here)
    sure = {at for at, found in taken.items() if any(_is_distinct(name) for _, name in found)}
    others = [word for at, word in enumerate(plain) if at not in used and not _NOTHING.fullmatch(word)]
    counted = [at for at in sorted(taken) if at in sure or sure or not others]
    return list(dict.fromkeys(methods[place][0] for at in counted for place, _ in sorted(taken[at])))


def _is(words: Sequence[str], plain: Sequence[str], wanted: Sequence[str], name: str) -> bool:
    """Whether some words of a text are a name."""
    if len(wanted) == 1 and _has_capital_inside(name):
        (word,) = words
        word = word.removesuffix("s") if not name.endswith("s") else word
        if word in (name, name.lower()):
            return True
        before = word.removesuffix(name)
        return before != word and not name.isupper() and _LONGER.fullmatch(before) is not None
    return tuple(plain) == tuple(wanted)


def _is_distinct(name: str) -> bool:
    """Whether a name within a text can hardly mean anything else."""
    words = _of_name(name)
    return (len(words) > 1 and words[-1] != "based") or (_has_capital_inside(name) and not name.isupper())


@lru_cache(1024)
def _has_capital_inside(name: str) -> bool:
    return name.isalnum() and any(letter.isupper() for letter in name[1:])


@lru_cache(1024)
def _of_name(name: str) -> tuple[str, ...]:
    return tuple(_singular(word.casefold()) for word in _joined(_WORD.findall(_bare(name))))


def _joined(words: Sequence[str]) -> list[str]:
    """Write "fine tuning" as one word, as names do."""
    joined: list[str] = []
    for word in words:
        if word.casefold() in ("tuning", "tuned", "tune") and joined and joined[-1].casefold() == "fine":
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _bare(text: str) -> str:
    text = _COMMENT.sub(" ", text[:400])
    text = _WIKILINK.sub(lambda m: m[2] or m[1], text)
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = _CLOSING.sub("", _BLOCK_ID.sub("", text))
    return unicodedata.normalize("NFKC", text).replace("==", "").translate(_MARKUP)
